/**
 * Times a training step of four networks, Tensorloom beside other libraries, in one browser page:
 *
 *     npm run -s bench -- [--workloads a,b,c,d] [--peers tfjs,jaxjs] [--rounds 3] [--switches no-fuse,…] [--json]
 *     npm run -s bench -- --serve PORT     the page alone, at /bench.html, for other programs
 *     npm run -s bench -- --node           Tensorloom alone, on Node's own WebGPU
 *
 * Peers: tfjs, tfjs-webgl, jaxjs, or none. They are in a package of their own, build/bench, which is installed at the
 * first use. Switches leave optimisations of the plan out, as those of `cli train` do. Ends with 1 when the losses of a
 * peer's first steps are not Tensorloom's.
 */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { ensurePackages, requireNode } from "./install.mjs";
import { dist, root } from "./paths.mjs";

const options = {
  workloads: { type: "string", default: "a,b,c,d" },
  peers: { type: "string", default: "tfjs,jaxjs" },
  rounds: { type: "string", default: "3" },
  switches: { type: "string" },
  json: { type: "boolean", default: false },
  serve: { type: "string" },
  node: { type: "boolean", default: false },
};

requireNode();
const given = readArguments();
ensurePackages();
const { bundleBenchNode, bundleBenchPage, bundleForNode } = await import("./bundle.mjs");
const without = given.switches === null ? [] : await optimisationsOf(given.switches);
if (given.node) await benchOnNode();
else if (given.serve === null) await benchInBrowser();
else await serveForever(given.serve);

async function benchInBrowser() {
  if (given.peers.length > 0) ensurePackages(path.join(root, "build/bench"));
  await bundleBenchPage(given.peers.length > 0);
  const { runContest } = await import("./bench/browser.mjs");
  process.exit((await runContest({ ...given, without })) ? 0 : 1);
}

async function serveForever(port) {
  await bundleBenchPage(false);
  const { serve } = await import("./serve.mjs");
  const address = await serve({ folder: path.join(dist, "bench"), port }).catch(() =>
    refuse(`Port ${port} is taken. Choose another.`),
  );
  console.log(`The bench is at ${address}bench.html (Ctrl+C ends it).`);
}

async function benchOnNode() {
  await bundleBenchNode();
  const file = path.join(dist, "bench-node.mjs");
  const { workloads, rounds, json } = given;
  const args = [file, workloads.join(","), String(rounds), without.join(","), json ? "json" : "words"];
  process.exit(spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" }).status ?? 1);
}

function readArguments() {
  let values;
  try {
    ({ values } = parseArgs({ options }));
  } catch (error) {
    refuse(error.message);
  }
  const { workloads, peers, rounds, switches, json, serve, node } = values;
  return {
    workloads: chosen("workloads", workloads, ["a", "b", "c", "d"]),
    peers: peers === "none" ? [] : chosen("peers", peers, ["tfjs", "tfjs-webgl", "jaxjs"]),
    rounds: whole("rounds", rounds),
    switches: switches ?? null,
    serve: serve === undefined ? null : whole("serve", serve),
    json,
    node,
  };
}

/** Which optimisations the switches leave out, by the planner's own list. */
async function optimisationsOf(switches) {
  await bundleForNode("engine/plan/optimisations.ts", "optimisations.mjs");
  const { optimisationNames, switchOf } = await import(
    pathToFileURL(path.join(dist, "optimisations.mjs")).href
  );
  const off = chosen("switches", switches, optimisationNames.map(switchOf));
  return optimisationNames.filter((name) => off.includes(switchOf(name)));
}

function chosen(option, text, known) {
  const names = text.split(",");
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) refuse(`--${option} takes some of ${known.join(",")}, not ${unknown.join(",")}.`);
  return names;
}

function whole(option, text) {
  if (!/^[1-9]\d*$/.test(text)) refuse(`--${option} takes a whole number, not ${text}.`);
  return Number(text);
}

/** @returns {never} */
function refuse(message) {
  console.error(message);
  process.exit(2);
}
