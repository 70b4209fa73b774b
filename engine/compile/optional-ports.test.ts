/** Layers with ports that may stay unwired, and with outputs that exist for some parameters only. */
import { describe, expect, it } from "vitest";
import { layerOf } from "../layers/catalogue";
import { Builder } from "../program/builder";
import { runReference } from "../program/reference";
import { checkGraph } from "./check";
import { draw, table } from "./drawing.fixture";
import { lowerNetwork } from "./lower";

const nodes = {
  x: ["Input", { tensor: "features" }],
  y: ["Input", { tensor: "label" }],
  halves: ["Chunk", { chunks: 2 }],
  joined: ["Concat"],
  fc: ["Linear", { out_features: 1 }],
  loss: ["MSELoss"],
} as const;
const wires = ["x > halves", "joined > fc > loss.prediction", "y > loss.target"];

function codes(...more: string[]): string[] {
  const { diagnostics } = checkGraph(draw(nodes, ...wires, ...more), { batchSize: 8, data: table });
  return diagnostics.map(({ code, node, port }) => [code, node, port].join(" "));
}

describe("ports", () => {
  it("x3 to x8 of Concat may stay unwired, x2 may not", () => {
    expect(codes("halves.y1 > joined.x2", "halves.y2 > joined.x1")).toEqual([]);
    expect(codes("halves.y1 > joined.x1")).toContain("missing-input joined x2");
  });

  it("a part that Chunk does not give is missed where it is wired", () => {
    expect(codes("halves.y1 > joined.x1", "halves.y3 > joined.x2")).toEqual(["absent-output joined x2"]);
  });
});

it("each part goes where it is wired", () => {
  const graph = draw(
    { x: nodes.x, halves: nodes.halves, joined: nodes.joined },
    "x > halves",
    "halves.y2 > joined.x1",
    "halves.y1 > joined.x2",
  );
  const checked = checkGraph(graph, { batchSize: 2, data: table });
  const ops = new Builder();
  const features = ops.load({ memory: "x", offset: 0, length: 8 }, [2, 4]);
  const memory = { params: [], buffers: [] };
  const { values } = lowerNetwork(ops, checked, memory, { training: false, data: () => features });
  const results = runReference(ops.program(), { x: Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8) });
  expect([...results[values.joined.y.id]]).toEqual([3, 4, 1, 2, 7, 8, 5, 6]);
});

it("says so when there are more parts than ports", () => {
  const split = layerOf("Split");
  const x = { dtype: "float32", shape: [2, 9], stride: [9, 1], offset: 0, view: false } as const;
  expect(() => split?.infer({ x }, { split_size: [1], dim: 1 }, { batchSize: 2, data: {} })).toThrow(
    "this gives 9 parts, and there are outputs for 8",
  );
});
