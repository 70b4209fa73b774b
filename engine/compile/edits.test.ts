import { describe, expect, it } from "vitest";
import type { Graph } from "../graph/project";
import { draw } from "./drawing.fixture";
import { applyEdits } from "./edits";

const graph = draw(
  { x: ["Input"], a: ["ReLU"], b: ["Tanh"], sum: ["Add"] },
  "x > a > b > sum.a",
  "a > sum.b",
);

function ids(): () => string {
  let next = 0;
  return () => `new${next++}`;
}

function wires({ edges }: Graph): string[] {
  return edges.map(({ from, to }) => `${from.node}.${from.port} > ${to.node}.${to.port}`);
}

it("leaves the graph it was given alone, and what it does not touch as it is", () => {
  const before = JSON.stringify(graph);
  const after = applyEdits(graph, [{ kind: "set-param", node: "a", param: "p", value: 1 }], ids());
  expect(JSON.stringify(graph)).toBe(before);
  expect(after.nodes[1]).not.toBe(graph.nodes[1]);
  expect(after.nodes[0]).toBe(graph.nodes[0]);
  expect(after.edges).toBe(graph.edges);
});

describe("set-param", () => {
  const linear = draw({ fc: ["Linear", { out_features: 8, bias: false }] });
  const set = (param: string, value: number | null | boolean) =>
    applyEdits(linear, [{ kind: "set-param", node: "fc", param, value }], ids()).nodes[0].params;

  it("writes a value, and leaves the default out", () => {
    expect(set("in_features", 5)).toEqual({ in_features: 5, out_features: 8, bias: false });
    expect(set("in_features", null)).toEqual({ out_features: 8, bias: false });
    expect(set("out_features", 32)).toEqual({ bias: false });
    expect(set("bias", true)).toEqual({ out_features: 8 });
  });
});

describe("set-type", () => {
  it("keeps name, place and wires, and drops wires to ports that are gone", () => {
    const view = applyEdits(
      graph,
      [{ kind: "set-type", node: "a", type: "View", params: { shape: [-1] } }],
      ids(),
    );
    expect(view.nodes[1]).toEqual({ ...graph.nodes[1], type: "View", params: { shape: [-1] } });
    expect(wires(view)).toEqual(wires(graph));
    const loss = applyEdits(graph, [{ kind: "set-type", node: "a", type: "MSELoss", params: {} }], ids());
    expect(wires(loss)).toEqual(["b.y > sum.a"]);
  });
});

describe("insert-on-edge", () => {
  it("puts the node midway between the two, in the middle of the wire", () => {
    const after = applyEdits(
      graph,
      [{ kind: "insert-on-edge", edge: "a>b", type: "Contiguous", params: {} }],
      ids(),
    );
    expect(after.nodes.at(-1)).toEqual({
      id: "new0",
      type: "Contiguous",
      name: "",
      params: {},
      position: { x: 300, y: 0 },
    });
    expect(wires(after)).toEqual(["x.y > a.x", "a.y > new0.x", "new0.y > b.x", "b.y > sum.a", "a.y > sum.b"]);
    expect(new Set(after.edges.map(({ id }) => id)).size).toBe(5);
  });
});

describe("bypass", () => {
  it("joins what fed it to all that it fed", () => {
    expect(wires(applyEdits(graph, [{ kind: "bypass", node: "a" }], ids()))).toEqual([
      "x.y > b.x",
      "b.y > sum.a",
      "x.y > sum.b",
    ]);
  });

  it("joins the first input only, and removes the wires of a node that nothing feeds", () => {
    expect(wires(applyEdits(graph, [{ kind: "bypass", node: "sum" }], ids()))).toEqual([
      "x.y > a.x",
      "a.y > b.x",
    ]);
    expect(wires(applyEdits(graph, [{ kind: "bypass", node: "x" }], ids()))).toEqual([
      "a.y > b.x",
      "b.y > sum.a",
      "a.y > sum.b",
    ]);
  });
});

it("applies edits one after the other, and ignores what is no longer there", () => {
  const after = applyEdits(
    graph,
    [
      { kind: "remove-edge", edge: "a>sum" },
      { kind: "bypass", node: "b" },
      { kind: "bypass", node: "b" },
      { kind: "insert-on-edge", edge: "gone", type: "ReLU", params: {} },
      { kind: "insert-on-edge", edge: "x>a", type: "NoSuchLayer", params: {} },
    ],
    ids(),
  );
  expect(wires(after)).toEqual(["x.y > a.x", "a.y > sum.a"]);
});
