import { expect, it, vi } from "vitest";
import { layerOf } from "../layers/catalogue";
import type { InitSettings } from "../layers/initializers";
import { checkGraph, createChecker } from "./check";
import { digits, draw } from "./drawing.fixture";
import { applyEdits } from "./edits";

const graph = draw(
  { image: ["Input", { tensor: "image" }], a: ["Conv2d"], b: ["ReLU"], c: ["Conv2d"], d: ["ReLU"] },
  "image > a > b > c > d",
);
const context = { batchSize: 4, data: digits };

function change(param: string, value: number) {
  return applyEdits(graph, [{ kind: "set-param", node: "c", param, value }], () => "new");
}

it("gives the same objects for all that does not depend on the change, and new ones behind it", () => {
  const check = createChecker();
  const before = check(graph, context);
  const changed = change("out_channels", 5);
  const after = check(changed, context);
  expect(after).toEqual(checkGraph(changed, context));
  for (const id of ["image", "a", "b"]) expect(after.nodes[id]).toBe(before.nodes[id]);
  expect(after.nodes.d.outputs.y.shape[1]).toBe(5);
});

it("stops where the outputs are as they were", () => {
  const check = createChecker();
  const before = check(graph, context);
  const after = check(change("groups", 1), context);
  expect(after.nodes.d).toBe(before.nodes.d);
  expect(check(change("kernel_size", 5), context).nodes.d).not.toBe(before.nodes.d);
});

it("asks no rule again of a node that was only moved", () => {
  const check = createChecker();
  check(graph, context);
  const layer = layerOf("Conv2d");
  if (!layer) throw new Error("Conv2d is in the catalogue");
  const infer = vi.spyOn(layer, "infer");
  check({ ...graph, nodes: graph.nodes.map((node) => ({ ...node, position: { x: 1, y: 2 } })) }, context);
  expect(infer).not.toHaveBeenCalled();
  check(change("kernel_size", 5), context);
  expect(infer).toHaveBeenCalledTimes(2);
  infer.mockRestore();
});

it("forgets everything for another batch size or other data", () => {
  const check = createChecker();
  check(graph, context);
  expect(check(graph, { ...context, batchSize: 7 }).nodes.d.outputs.y.shape[0]).toBe(7);
  const larger = { ...digits, image: { shape: [1, 32, 32], dtype: "float32" } as const };
  expect(check(graph, { ...context, data: larger })).toEqual(checkGraph(graph, { ...context, data: larger }));
});

it("counts a step's work by what gradients are computed of", () => {
  const { nodes, trainingFlops } = checkGraph(graph, context);
  const times = (id: string) => nodes[id].trainingFlops / nodes[id].flops;
  // The first has its weights' gradient, the second its input's too, the ReLUs their input's.
  expect(["a", "c", "b", "d"].map(times)).toEqual([2, 3, 2, 2]);
  expect(trainingFlops).toBe(Object.values(nodes).reduce((sum, node) => sum + node.trainingFlops, 0));
});

it("asks for no gradients of frozen weights, nor for those behind them alone", () => {
  const check = createChecker();
  check(graph, context);
  const nodes = graph.nodes.map((node) => (node.id === "a" ? { ...node, training: { frozen: true } } : node));
  const frozen = check({ ...graph, nodes }, context);
  const times = (id: string) => frozen.nodes[id].trainingFlops / frozen.nodes[id].flops;
  expect(["a", "c", "b"].map(times)).toEqual([1, 2, 1]);
});

it("draws a weight by the law that was chosen for it, and says where it cannot", () => {
  const check = createChecker();
  check(graph, context);
  const begin = (init: Readonly<Record<string, InitSettings>>) =>
    check(
      {
        ...graph,
        nodes: graph.nodes.map((node) => (node.id === "a" ? { ...node, training: { init } } : node)),
      },
      context,
    );
  const ones = begin({ bias: { type: "ones_" } });
  expect(ones.nodes.a.weights.bias.init).toEqual({ kind: "constant", value: 1 });
  expect(ones.nodes.a.weights.weight.init).toEqual(check(graph, context).nodes.a.weights.weight.init);
  const { diagnostics } = begin({ bias: { type: "xavier_normal_", gain: 1 } });
  expect(diagnostics.find(({ node }) => node === "a")).toMatchObject({
    code: "fan-needs-two-dimensions",
    severity: "error",
    title: { en: "A weight cannot begin like this" },
  });
});

it("counts again where only what is trained upstream has changed", () => {
  const check = createChecker();
  const plain = draw({ image: ["Input", { tensor: "image" }], a: ["PReLU"], b: ["ReLU"] }, "image > a > b");
  expect(check(plain, context).nodes.b.trainingFlops).toBe(2 * 4 * 784);
  const untrained = applyEdits(
    plain,
    [{ kind: "set-type", node: "a", type: "ReLU", params: {} }],
    () => "new",
  );
  expect(check(untrained, context).nodes.b.trainingFlops).toBe(4 * 784);
});
