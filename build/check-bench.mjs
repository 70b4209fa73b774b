/**
 * Times the checker on residual networks: `node build/check-bench.mjs`. Medians, in milliseconds, of 1,000 nodes from
 * scratch and of 200 nodes after a parameter has changed. The engine is bundled aside for it first.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "vite";
import { root } from "./paths.mjs";

const runs = 60;
const context = {
  batchSize: 32,
  data: {
    image: { shape: [3, 32, 32], dtype: "float32" },
    label: { shape: [], dtype: "int64" },
  },
};

const folder = await mkdtemp(path.join(tmpdir(), "check-bench-"));
try {
  await build({
    root,
    configFile: false,
    logLevel: "warn",
    build: {
      ssr: path.join(root, "engine/index.ts"),
      outDir: folder,
      emptyOutDir: false,
      target: "node20",
      minify: false,
      rolldownOptions: { output: { entryFileNames: "engine.mjs" } },
    },
    ssr: { noExternal: true },
  });
  measure(await import(pathToFileURL(path.join(folder, "engine.mjs")).href));
} finally {
  await rm(folder, { recursive: true });
}

function measure({ checkGraph, createChecker, applyEdits }) {
  const large = residual(1000);
  const small = residual(200);
  const scratch = median(() => checked(checkGraph, large));
  const smallScratch = median(() => checked(checkGraph, small));
  console.log(`1,000 nodes from scratch: ${ms(scratch)} (goal: under 50 ms)`);
  console.log(`200 nodes from scratch: ${ms(smallScratch)}`);

  const changes = [
    { what: "one node's parameter", node: "conv_13_a", param: "dilation", values: [1, 2] },
    { what: "a parameter that changes every shape behind", node: "stem", param: "stride", values: [1, 2] },
  ];
  for (const { what, node, param, values } of changes) {
    const check = createChecker();
    check(small, context);
    let graph = small;
    let turn = 0;
    const again = median(() => {
      turn = 1 - turn;
      graph = applyEdits(graph, [{ kind: "set-param", node, param, value: values[turn] }], () => "new");
      return checked(check, graph);
    });
    const ratio = (smallScratch / again).toFixed(1);
    console.log(
      `200 nodes, ${what} changed: ${ms(again)} (goal: under 5 ms), ${ratio} times as fast as from scratch`,
    );
  }
}

/** Milliseconds of one check. @throws Error when the network has a mistake, because then the rest is not checked */
function checked(check, graph) {
  const start = performance.now();
  const { diagnostics, order } = check(graph, context);
  const took = performance.now() - start;
  if (diagnostics.length > 0 || order.length !== graph.nodes.length) {
    throw new Error(`The network is not sound: ${diagnostics[0]?.title.en}`);
  }
  return took;
}

/** The first runs, in which the program is compiled, do not count. */
function median(run) {
  const times = Array.from({ length: 2 * runs }, run).slice(runs);
  return times.sort((a, b) => a - b)[runs >> 1];
}

function ms(time) {
  return `${time.toFixed(2)} ms`;
}

/** Residual blocks of seven nodes between a stem and a classifier, made up with ReLUs to `count` nodes. */
function residual(count) {
  const nodes = [];
  const edges = [];
  const add = (id, type, params, inputs) => {
    nodes.push({ id, type, name: "", params, position: { x: 0, y: 0 } });
    for (const [port, [from, output]] of Object.entries(inputs)) {
      edges.push({
        id: `${from}>${id}.${port}`,
        from: { node: from, port: output },
        to: { node: id, port },
      });
    }
    return id;
  };
  const chain = (id, type, params, from) => add(id, type, params, { x: [from, "y"] });
  const conv = (id, params, from) =>
    chain(id, "Conv2d", { out_channels: 16, bias: false, padding: "same", ...params }, from);

  add("image", "Input", { tensor: "image" }, {});
  add("label", "Input", { tensor: "label" }, {});
  let last = conv("stem", { padding: 1 }, "image");
  const ends = 7;
  const blocks = Math.floor((count - ends) / 7);
  for (let block = 0; block < blocks; block++) {
    const first = chain(`norm_${block}_a`, "BatchNorm2d", {}, conv(`conv_${block}_a`, {}, last));
    const second = conv(`conv_${block}_b`, {}, chain(`act_${block}_a`, "ReLU", {}, first));
    const norm = chain(`norm_${block}_b`, "BatchNorm2d", {}, second);
    const sum = add(`sum_${block}`, "Add", {}, { a: [norm, "y"], b: [last, "y"] });
    last = chain(`act_${block}_b`, "ReLU", {}, sum);
  }
  for (let more = ends + 7 * blocks; more < count; more++) last = chain(`act_${more}`, "ReLU", {}, last);
  const flat = chain("flat", "Flatten", {}, chain("pool", "AdaptiveAvgPool2d", { output_size: 1 }, last));
  const scores = chain("fc", "Linear", { out_features: 10 }, flat);
  add("loss", "CrossEntropyLoss", {}, { prediction: [scores, "y"], target: ["label", "y"] });
  return { nodes, edges };
}
