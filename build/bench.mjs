/**
 * Times a training step of four networks, Tensorloom beside other libraries, in one browser page:
 *
 *     npm run -s bench -- [--workloads a,b,c,d] [--peers tfjs,jaxjs] [--rounds 3] [--switches no-megakernel] [--json]
 *     npm run -s bench -- --serve PORT     the page alone, at /bench.html, for other programs
 *     npm run -s bench -- --node           Tensorloom alone, on Node's own WebGPU
 *
 * Peers: tfjs, tfjs-webgl, jaxjs, or none. They are in a package of their own, build/bench, which is installed at the
 * first use. Switches leave an optimisation out. Ends with 1 when the losses of a peer's first steps are not Tensorloom's.
 */
import { spawnSync } from "node:child_process";
import path from "node:path";
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
const { bundleBenchNode, bundleBenchPage } = await import("./bundle.mjs");
if (given.node) await benchOnNode();
else if (given.serve === null) await benchInBrowser();
else await serveForever(given.serve);

async function benchInBrowser() {
  if (given.peers.length > 0) ensurePackages(path.join(root, "build/bench"));
  await bundleBenchPage(given.peers.length > 0);
  const { runContest } = await import("./bench/browser.mjs");
  process.exit((await runContest(given)) ? 0 : 1);
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
  const { workloads, rounds, switches, json } = given;
  const args = [file, workloads.join(","), String(rounds), switches.join(","), json ? "json" : "words"];
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
    switches: switches === undefined ? [] : chosen("switches", switches, ["no-megakernel"]),
    serve: serve === undefined ? null : whole("serve", serve),
    json,
    node,
  };
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
