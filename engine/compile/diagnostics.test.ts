import { describe, expect, it } from "vitest";
import type { Graph } from "../graph/project";
import { checkGraph } from "./check";
import type { DataTensors, Diagnostic } from "./checked";
import { digits, draw, table } from "./drawing.fixture";
import { applyEdits } from "./edits";
import { classifier, colour, image, label, mistakes, mockup } from "./mistakes.fixture";

function find(graph: Graph, data: DataTensors, batchSize = 4): readonly Diagnostic[] {
  return checkGraph(graph, { batchSize, data }).diagnostics.filter(({ code }) => code !== "no-loss");
}

function fixed(graph: Graph, { fixes }: Diagnostic, index: number): Graph {
  let next = 0;
  return applyEdits(graph, fixes[index].edits, () => `new${next++}`);
}

describe("a view of memory that is out of order", () => {
  const [found, ...others] = find(mockup, colour);

  it("names the transpose behind the layers that only passed its strides on", () => {
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      code: "view-not-contiguous",
      severity: "error",
      node: "flat",
      port: "x",
      causes: ["swap"],
    });
    expect(found.title.en).toBe("View needs contiguous memory");
    expect(found.message).toBe(
      "view size is not compatible with input tensor's size and stride (at least one dimension spans across two contiguous subspaces). Use .reshape(...) instead.",
    );
    expect(found.explanation.en).toBe(
      "swap exchanged dims 1 and 2, so neighbours in the last dimension now lie 64 elements apart. A view can only relabel memory, it cannot reorder it.",
    );
    expect(found.explanation.zh).toContain(
      "swap 交换了第 1 维和第 2 维，因此最后一维上相邻的元素现在相隔 64 个元素",
    );
  });

  it("offers Contiguous, then Reshape", () => {
    expect(found.fixes.map(({ label: { en } }) => en)).toEqual(["Insert Contiguous", "Use Reshape"]);
    const contiguous = fixed(mockup, found, 0);
    expect(contiguous.nodes.map(({ type }) => type)).toEqual([
      "Input",
      "Flatten",
      "Transpose",
      "ReLU",
      "View",
      "Contiguous",
    ]);
    expect(fixed(mockup, found, 1).nodes[4]).toMatchObject({
      id: "flat",
      type: "Reshape",
      params: { shape: [-1, 192] },
    });
  });

  it("says what a permute did where the last dimension stayed in place", () => {
    const graph = draw(
      { image, p: ["Permute", { dims: [0, 2, 1, 3] }], v: ["View", { shape: [-1, 192] }] },
      "image > p > v",
    );
    expect(find(graph, colour)[0].explanation.en).toBe(
      "p put the dims into the order 0, 2, 1, 3, so neighbours in dim 2 now lie 64 elements apart instead of 8. A view can only relabel memory, it cannot reorder it.",
    );
  });
});

/** Five words of eight numbers each. */
describe.each(mistakes)("%s", (_, graph, data, expected, fixCount) => {
  const found = find(graph, data);

  it("is found, and explained in both languages", () => {
    expect(found.map(({ code, node }) => `${code} ${node}`)).toEqual([expected]);
    expect(found[0].explanation.en).not.toMatch(/undefined|NaN|\[object/);
    expect(found[0].explanation.zh).toMatch(/\p{Script=Han}/u);
    expect(found[0].explanation.zh).not.toMatch(/undefined|NaN|\[object/);
  });

  it("goes away with each of its fixes", () => {
    expect(found[0].fixes).toHaveLength(fixCount);
    for (const index of found[0].fixes.keys()) {
      const after = find(fixed(graph, found[0], index), data);
      expect(after.filter(({ code, node }) => `${code} ${node}` === expected)).toEqual([]);
      expect(after.filter(({ severity }) => severity === "error")).toEqual([]);
    }
  });
});

describe("advice that depends on more than one layer", () => {
  it("BatchNorm with batch size 1 computes, and is advised against", () => {
    const graph = draw({ image, norm: ["BatchNorm2d"] }, "image > norm");
    const [found, ...others] = find(graph, colour, 1);
    expect(found).toMatchObject({ code: "batch-norm-batch-one", severity: "warning", node: "norm" });
    expect(others).toEqual([]);
    expect(find(graph, colour, 2)).toEqual([]);
    expect(find(fixed(graph, found, 0), colour, 1)).toEqual([]);
  });

  const nodes = {
    x: ["Input"],
    y: label,
    first: ["Linear", { out_features: 4 }],
    step: ["Step"],
    last: ["Linear", { out_features: 1 }],
    sum: ["Add"],
    loss: ["MSELoss"],
  } as const;

  it("Step stops the layers that have no other way to the loss, and names them alone", () => {
    const { sum: _, ...others } = nodes;
    const [found] = find(draw(others, "x > first > step > last > loss", "y > loss.target"), table);
    expect(found).toMatchObject({ code: "no-gradient", node: "step", causes: ["first"] });
    expect(found.explanation.en).toContain("first can reach the loss on no other way");
  });

  it("Step is no matter where the gradient goes round it", () => {
    const around = draw(
      nodes,
      "x > first > step > sum.a",
      "first > sum.b",
      "sum > last > loss",
      "y > loss.target",
    );
    expect(find(around, table)).toEqual([]);
    const early = draw(
      { x: nodes.x, y: label, step: ["Step"], last: nodes.last, loss: ["MSELoss"] },
      "x > step > last > loss",
      "y > loss.target",
    );
    expect(find(early, table)).toEqual([]);
  });

  it("a loss that nothing trained reaches", () => {
    const { x } = nodes;
    const idle = draw(
      { x, y: ["Input"], act: ["Tanh"], loss: ["MSELoss"] },
      "x > act > loss",
      "y > loss.target",
    );
    expect(find(idle, table)).toMatchObject([
      { code: "nothing-to-train", node: "loss", severity: "warning" },
    ]);
  });

  it("NLLLoss behind LogSoftmax is as it should be", () => {
    expect(find(classifier(["LogSoftmax"], ["NLLLoss"]), digits)).toEqual([]);
  });
});

describe("what is said of a mistake", () => {
  it("Add of shapes that do not broadcast", () => {
    const graph = draw(
      { x: ["Input"], a: ["Linear", { out_features: 5 }], sum: ["Add"] },
      "x > a > sum.a",
      "x > sum.b",
    );
    const [found] = find(graph, table);
    expect(found).toMatchObject({
      code: "shapes-do-not-broadcast",
      node: "sum",
      causes: ["a", "x"],
    });
    expect(found.message).toBe(
      "The size of tensor a (5) must match the size of tensor b (4) at non-singleton dimension 1",
    );
    expect(found.explanation.en).toContain("sum gets a (N×5) from a and b (N×4) from x");
  });

  it("BatchNorm with one value a channel", () => {
    const graph = draw(
      { image, pool: ["AvgPool2d", { kernel_size: 8 }], norm: ["BatchNorm2d"] },
      "image > pool > norm",
    );
    const [found] = find(graph, colour, 1);
    expect(found.message).toBe(
      "Expected more than 1 value per channel when training, got input size torch.Size([1, 3, 1, 1])",
    );
    expect(found.explanation.en).toContain("at least 2");
    expect(find(graph, colour, 2)).toEqual([]);
    expect(find(fixed(graph, found, 0), colour, 1)).toEqual([]);
  });

  it("MatMul of inner sizes that differ", () => {
    const graph = draw(
      { image, flat: ["Flatten", { start_dim: 2 }], m: ["MatMul"] },
      "image > flat > m.a",
      "flat > m.b",
    );
    expect(find(graph, colour)[0]).toMatchObject({
      code: "matmul-shapes",
      node: "m",
      title: { en: "The inner sizes of the product differ" },
    });
  });

  it("labels where numbers are needed", () => {
    const [found] = find(draw({ label, fc: ["ReLU"], fc2: ["Linear"] }, "label > fc > fc2"), digits);
    expect(found).toMatchObject({ code: "needs-float", node: "fc2", port: "x" });
    expect(found.explanation.en).toContain("fc sends whole numbers");
  });

  it("a loss whose prediction is still a picture", () => {
    const graph = draw({ image, label, loss: ["CrossEntropyLoss"] }, "image > loss", "label > loss.target");
    expect(find(graph, digits)[0]).toMatchObject({
      code: "loss-shapes",
      node: "loss",
      causes: ["image", "label"],
    });
  });

  it("MSELoss that would repeat one of the two", () => {
    const flat: DataTensors = { ...table, label: { shape: [], dtype: "float32" } };
    const graph = draw(
      { x: ["Input"], y: label, fc: ["Linear", { out_features: 1 }], loss: ["MSELoss"] },
      "x > fc > loss",
      "y > loss.target",
    );
    const [found] = find(graph, flat);
    expect(found).toMatchObject({ code: "target-shape", severity: "warning", port: "target" });
    expect(found.message).toContain(
      "Using a target size (torch.Size([4])) that is different to the input size (torch.Size([4, 1]))",
    );
  });
});
