import { describe, expect, it } from "vitest";
import type { Graph } from "../graph/project";
import { checkGraph } from "./check";
import type { DataTensors, Diagnostic } from "./checked";
import { digits, draw, table } from "./drawing.fixture";
import { applyEdits } from "./edits";

function find(graph: Graph, data: DataTensors = table): readonly Diagnostic[] {
  return checkGraph(graph, { batchSize: 8, data }).diagnostics;
}

function codes(graph: Graph, data: DataTensors = table): string[] {
  return find(graph, data).map(({ code, node, port }) =>
    [code, node, port].filter((each) => each !== null).join(" "),
  );
}

/** A regression that is right, to be broken. */
const nodes = {
  x: ["Input", { tensor: "features" }],
  y: ["Input", { tensor: "label" }],
  fc: ["Linear", { out_features: 1 }],
  loss: ["MSELoss"],
} as const;
const wires = ["x > fc > loss.prediction", "y > loss.target"];

it("finds nothing in a graph that is right", () => {
  expect(codes(draw(nodes, ...wires))).toEqual([]);
});

describe("the ends of a graph", () => {
  it("asks for the first node of an empty graph, in one sentence", () => {
    expect(codes(draw({}))).toEqual(["empty-graph"]);
  });

  it("misses the input, the loss and the data", () => {
    expect(codes(draw({ a: ["ReLU"], b: ["ReLU"] }, "a > b"))).toEqual([
      "no-input",
      "no-loss",
      "missing-input a x",
    ]);
    expect(codes(draw(nodes, ...wires), {})).toEqual(["no-data"]);
  });

  it("does without data where shapes are given by hand", () => {
    const byHand = { ...nodes, x: ["Input", { shape: [4] }], y: ["Input", { shape: [1] }] } as const;
    expect(codes(draw(byHand, ...wires), {})).toEqual([]);
  });

  it("refuses shapes by hand that are not those of the data, and takes them from the data", () => {
    const graph = draw({ ...nodes, x: ["Input", { shape: [5] }] }, ...wires);
    expect(codes(graph)).toEqual(["input-unlike-data x"]);
    expect(codes(draw({ ...nodes, x: ["Input", { shape: [4] }] }, ...wires))).toEqual([]);
    expect(codes(applyFix(graph, find(graph)[0]))).toEqual([]);
  });

  it("takes several losses, and none of them while one does not check", () => {
    const two = { ...nodes, extra: ["MSELoss"] } as const;
    const check = (...more: string[]) =>
      checkGraph(draw(two, ...wires, ...more), { batchSize: 8, data: table });
    const whole = check("fc > extra.prediction", "fc > extra.target");
    expect(whole.diagnostics).toEqual([]);
    expect(whole).toMatchObject({ losses: ["loss", "extra"], loss: "loss" });
    expect(check("fc > extra.prediction")).toMatchObject({ losses: [], loss: null });
  });

  it("warns of a second output and of what is not wired", () => {
    const graph = draw(
      { ...nodes, spare: ["Linear"], act: ["ReLU"], alone: ["Tanh"] },
      ...wires,
      "x > spare > act",
    );
    expect(codes(graph)).toEqual(["two-outputs act", "unused-node alone"]);
    expect(find(graph).every(({ severity }) => severity === "warning")).toBe(true);
  });
});

describe("wires", () => {
  it("names the port that nothing feeds, on every node that takes part", () => {
    expect(codes(draw(nodes, "x > fc > loss.prediction"))).toEqual([
      "missing-input loss target",
      "unused-node y",
    ]);
    expect(codes(draw({ x: nodes.x, loss: nodes.loss }, "x > loss.target"))).toEqual([
      "missing-input loss prediction",
    ]);
  });

  it("says so behind an error too", () => {
    const graph = draw(
      { ...nodes, add: ["Add"], bad: ["Linear", { in_features: 9 }] },
      "x > bad > add.a",
      "add > loss.prediction",
      "y > loss.target",
    );
    expect(codes(graph)).toContain("missing-input add b");
  });

  it("refuses two wires into one port, and keeps the later one", () => {
    const graph = draw({ ...nodes, a: ["ReLU"] }, ...wires, "x > a > fc");
    const [found] = find(graph);
    expect(codes(graph)).toEqual(["two-wires fc x"]);
    expect(found.causes).toEqual(["x", "a"]);
    expect(found.fixes.map(({ label }) => label.en)).toEqual([
      "Keep the wire from a",
      "Keep the wire from x",
    ]);
    const fixed = applyFix(graph, found);
    expect(codes(fixed)).toEqual([]);
    expect(fixed.edges.map(({ id }) => id)).toEqual(["fc>loss", "y>loss", "x>a", "a>fc"]);
  });

  it("names the nodes of a cycle and opens it", () => {
    const graph = draw(
      { ...nodes, a: ["Add"], b: ["ReLU"] },
      "x > a.a",
      "a > b > a.b",
      "a > fc > loss.prediction",
      "y > loss.target",
    );
    const [found] = find(graph);
    expect(codes(graph)).toEqual(["cycle a"]);
    expect(found.explanation.en).toContain("a → b → a");
    expect(found.fixes[0].label.en).toBe("Remove the wire from b to a");
    expect(codes(applyFix(graph, found))).toEqual(["missing-input a b", "two-outputs b"]);
  });

  it("removes wires to ports that are not there", () => {
    const graph = draw({ ...nodes, m: ["ReLU"] }, ...wires, "x > m > fc.nowhere");
    const [found] = find(graph);
    expect(found).toMatchObject({ code: "unknown-port", node: "fc" });
    expect(found.explanation.en).toContain("nowhere");
    expect(codes(applyFix(graph, found))).toEqual(["two-outputs m"]);
    const wrongSource = draw(nodes, "x.nowhere > fc > loss.prediction", "y > loss.target");
    expect(codes(wrongSource)).toEqual(["unknown-port fc"]);
  });

  it("keeps a layer that it does not know, and says so", () => {
    const graph = draw(
      { ...nodes, odd: ["HyperConv9d", { secret: 3 }] },
      "x > odd > fc > loss.prediction",
      "y > loss.target",
    );
    expect(codes(graph)).toEqual(["unknown-layer odd"]);
    expect(find(graph)[0].title.en).toContain("HyperConv9d");
  });
});

it("puts errors before warnings", () => {
  const graph = draw({ ...nodes, alone: ["ReLU"], bad: ["Linear", { bias: 3 }] }, ...wires, "x > bad");
  expect(find(graph).map(({ severity }) => severity)).toEqual(["error", "warning", "warning"]);
});

it("speaks both languages everywhere", () => {
  const graphs = [
    draw({}),
    draw({ a: ["ReLU"] }),
    draw({ ...nodes, extra: ["MSELoss"], odd: ["Odd"] }, ...wires, "fc > fc"),
  ];
  for (const each of graphs.flatMap((graph) => find(graph, digits))) {
    expect(each.title.zh).toMatch(/\p{Script=Han}/u);
    expect(each.explanation.zh).toMatch(/\p{Script=Han}/u);
  }
});

function applyFix(graph: Graph, { fixes }: Diagnostic): Graph {
  let next = 0;
  return applyEdits(graph, fixes[0].edits, () => `new${next++}`);
}
