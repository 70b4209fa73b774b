/**
 * `npm test`: everything that can be checked, in order, from nothing but Node. Ends with a line `N passed, N failed`.
 *
 *     npm test                    all stages
 *     npm test -- --only e2e      one of them: types, lint, unit, golden, e2e
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { ensurePackages, requireNode } from "./install.mjs";
import { root } from "./paths.mjs";

const results = path.join(root, "test-results");
const withoutDevice = ["views", "shapes", "layouts", "init"];
const onDevices = ["ops", "optim", "train"];
/** What must be right without each optimisation too; the longest suites would take minutes. */
const leftOut = [
  ["train", ["--no-fuse"]],
  ["train", ["--no-merge"]],
  ["train", ["--no-variants"]],
  ["optim", ["--no-cse"]],
  ["optim", ["--no-dce"]],
];

/** Each gives the number of checks that passed and that failed. */
const stages = {
  types: () => passes("node_modules/typescript/bin/tsc", ["--noEmit"]),
  lint: () =>
    sum(
      passes("node_modules/oxlint/bin/oxlint", ["--type-aware"]),
      passes("node_modules/@biomejs/biome/bin/biome", ["check"]),
    ),
  unit: unitTests,
  golden: () =>
    sum(
      ...withoutDevice.map((subject) => golden(subject)),
      ...["reference", "webgpu"].flatMap((device) => onDevices.map((subject) => golden(subject, device))),
      golden("train", "whole-step"),
      ...leftOut.map(([subject, switches]) => golden(subject, "webgpu", switches)),
    ),
  e2e: endToEnd,
};

requireNode();
ensurePackages();
const chosen = chosenStages();
await ensureChromium();
mkdirSync(results, { recursive: true });

const total = { passed: 0, failed: 0 };
for (const name of chosen) {
  console.log(`\n── ${name}`);
  const start = performance.now();
  const { passed, failed } = stages[name]();
  total.passed += passed;
  total.failed += failed;
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`── ${name}: ${passed} passed, ${failed} failed in ${seconds} s`);
}
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 ? 0 : 1);

function chosenStages() {
  const at = process.argv.indexOf("--only");
  if (at < 0) return Object.keys(stages);
  const name = process.argv[at + 1];
  if (Object.hasOwn(stages, name)) return [name];
  console.error(`--only takes one of ${Object.keys(stages).join(", ")}.`);
  process.exit(2);
}

/** A check that as a whole passes or fails. */
function passes(script, args) {
  return node(script, args).status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

function unitTests() {
  const report = path.join(results, "unit.json");
  rmSync(report, { force: true });
  const { status } = node("node_modules/vitest/vitest.mjs", [
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile=${report}`,
  ]);
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, "utf8"));
  return counted(status, numPassedTests, numFailedTests);
}

/** Cases of layers that do not exist yet are named by the runner and count as neither. */
function golden(subject, device, switches = []) {
  const on = device ? ["--device", device, ...switches] : [];
  const args = ["golden", "--subject", subject, ...on, "--json"];
  const { status, stdout } = node("build/cli.mjs", args, ["ignore", "pipe", "inherit"]);
  const lastLine = stdout.toString().trim().split("\n").at(-1);
  let report;
  try {
    report = JSON.parse(lastLine);
  } catch {
    console.log(`golden ${subject} ended without a report`);
    return { passed: 0, failed: 1 };
  }
  const { cases, passed, failed, unsupported } = report;
  console.log(
    `golden ${[subject, device ?? "", ...switches].join(" ")}: ${cases} cases, ${passed} passed, ${failed} failed, ${unsupported} unsupported`,
  );
  return counted(status, passed, failed);
}

function endToEnd() {
  const report = path.join(results, "e2e.json");
  rmSync(report, { force: true });
  const { status } = node("node_modules/@playwright/test/cli.js", ["test"]);
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const { expected, unexpected, flaky } = JSON.parse(readFileSync(report, "utf8")).stats;
  return counted(status, expected, unexpected + flaky);
}

/** A run that ends badly although each of its tests passed has failed too. */
function counted(status, passed, failed) {
  return { passed, failed: status !== 0 && failed === 0 ? 1 : failed };
}

function sum(...counts) {
  return {
    passed: counts.reduce((total, { passed }) => total + passed, 0),
    failed: counts.reduce((total, { failed }) => total + failed, 0),
  };
}

function node(script, args, stdio = "inherit") {
  return spawnSync(process.execPath, [script, ...args], { cwd: root, stdio, maxBuffer: 2 ** 28 });
}

/** Chromium brings the windows of the end-to-end tests and, with it, a software adapter for WebGPU. */
async function ensureChromium() {
  const { findChromium } = await import("./chromium.mjs");
  if (findChromium()) return;
  console.log("Installing Chromium (once)…");
  const isDebianRoot = existsSync("/usr/bin/apt-get") && process.getuid?.() === 0;
  if (isDebianRoot) {
    const options = { stdio: "inherit", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
    spawnSync("apt-get", ["update", "-q"], options);
    spawnSync("apt-get", ["install", "-y", "-q", "chromium"], options);
  }
  if (!findChromium()) node("node_modules/@playwright/test/cli.js", ["install", "chromium"]);
  if (findChromium()) return;
  console.error(
    "Chromium could not be installed. Install it yourself, or say where it is with CHROMIUM_PATH.",
  );
  process.exit(1);
}
