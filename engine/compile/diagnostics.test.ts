import { describe, expect, it } from "vitest";
import type { Graph } from "../graph/project";
import type { Params } from "../layers/define";
import { checkGraph } from "./check";
import type { DataTensors, Diagnostic } from "./checked";
import { digits, draw, table } from "./drawing.fixture";
import { applyEdits } from "./edits";

const image = ["Input", { tensor: "image" }] as const;
const label = ["Input", { tensor: "label" }] as const;

/** Channels first, and small: 3×8×8. */
const colour: DataTensors = {
  image: { shape: [3, 8, 8], dtype: "float32" },
  label: { shape: [], dtype: "int64" },
};

function find(graph: Graph, data: DataTensors, batchSize = 4): readonly Diagnostic[] {
  return checkGraph(graph, { batchSize, data }).diagnostics.filter(({ code }) => code !== "no-loss");
}

function fixed(graph: Graph, { fixes }: Diagnostic, index: number): Graph {
  let next = 0;
  return applyEdits(graph, fixes[index].edits, () => `new${next++}`);
}

const mockup = draw(
  {
    image,
    tokens: ["Flatten", { start_dim: 2 }],
    swap: ["Transpose", { dim0: -1, dim1: 1 }],
    act: ["ReLU"],
    flat: ["View", { shape: [-1, 192] }],
  },
  "image > tokens > swap > act > flat",
);

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
const sequence: DataTensors = { words: { shape: [5, 8], dtype: "float32" } };

function attention(params: Params): Graph {
  return draw(
    { x: ["Input", { tensor: "words" }], mha: ["MultiheadAttention", params] },
    "x > mha.query",
    "x > mha.key",
    "x > mha.value",
  );
}

function classifier(act: readonly [string], loss: readonly [string]): Graph {
  return draw(
    { image, label, flat: ["Flatten"], fc: ["Linear", { out_features: 10 }], act, loss },
    "image > flat > fc > act > loss",
    "label > loss.target",
  );
}

/** Each mistake: the graph, its code and node, and how many fixes; each fix must make it go away and bring no error. */
const mistakes: readonly (readonly [string, Graph, DataTensors, string, number])[] = [
  ["view after transpose", mockup, colour, "view-not-contiguous flat", 2],
  [
    "in_features",
    draw({ x: ["Input"], fc: ["Linear", { in_features: 5 }] }, "x > fc"),
    table,
    "matmul-shapes fc",
    2,
  ],
  [
    "in_features of a picture",
    draw({ image, fc: ["Linear", { in_features: 784, out_features: 10 }] }, "image > fc"),
    digits,
    "matmul-shapes fc",
    3,
  ],
  [
    "in_features that Flatten would not meet",
    draw({ image, fc: ["Linear", { in_features: 100, out_features: 10 }] }, "image > fc"),
    digits,
    "matmul-shapes fc",
    3,
  ],
  ["Linear on a picture", draw({ image, fc: ["Linear"] }, "image > fc"), digits, "linear-on-image fc", 1],
  [
    "in_channels",
    draw({ image, conv: ["Conv2d", { in_channels: 3 }] }, "image > conv"),
    digits,
    "conv-channels conv",
    2,
  ],
  [
    "in_channels of a signal",
    draw(
      { image, rows: ["Flatten", { end_dim: 2 }], conv: ["Conv1d", { in_channels: 3 }] },
      "image > rows > conv",
    ),
    digits,
    "conv-channels conv",
    2,
  ],
  [
    "num_features",
    draw({ image, norm: ["BatchNorm2d", { num_features: 4 }] }, "image > norm"),
    digits,
    "batch-norm-channels norm",
    2,
  ],
  [
    "normalized_shape",
    draw({ image, norm: ["LayerNorm", { normalized_shape: [28, 27] }] }, "image > norm"),
    digits,
    "layer-norm-shape norm",
    2,
  ],
  [
    "view sizes",
    draw({ image, v: ["View", { shape: [-1, 100] }] }, "image > v"),
    digits,
    "view-element-count v",
    1,
  ],
  [
    "view sizes with a middle",
    draw({ image, v: ["Reshape", { shape: [4, 4, 100] }] }, "image > v"),
    digits,
    "view-element-count v",
    2,
  ],
  [
    "two −1",
    draw({ image, v: ["View", { shape: [-1, -1] }] }, "image > v"),
    digits,
    "view-two-inferred v",
    1,
  ],
  [
    "flatten the wrong way round",
    draw({ image, f: ["Flatten", { start_dim: 3, end_dim: 1 }] }, "image > f"),
    digits,
    "flatten-order f",
    1,
  ],
  [
    "permutation",
    draw({ image, p: ["Permute", { dims: [0, 1, 1, 2] }] }, "image > p"),
    digits,
    "permute-duplicate p",
    1,
  ],
  [
    "permutation of another rank",
    draw({ image, p: ["Permute", { dims: [0, 2, 1] }] }, "image > p"),
    digits,
    "permute-length p",
    1,
  ],
  [
    "batch size in a view",
    draw({ image, v: ["View", { shape: [4, 784] }] }, "image > v"),
    digits,
    "batch-dependent v",
    1,
  ],
  [
    "samples merged by Flatten",
    draw({ image, f: ["Flatten", { start_dim: 0 }] }, "image > f"),
    digits,
    "mixes-samples f",
    1,
  ],
  [
    "samples merged by Reshape",
    draw({ image, f: ["Reshape", { shape: [-1, 7] }] }, "image > f"),
    digits,
    "mixes-samples f",
    1,
  ],
  [
    "a row where a picture is wanted",
    draw({ image, flat: ["Flatten"], conv: ["Conv2d"] }, "image > flat > conv"),
    digits,
    "conv-rank conv",
    1,
  ],
  [
    "a kernel larger than the picture",
    draw({ image, pool: ["MaxPool2d", { kernel_size: 14 }], conv: ["Conv2d"] }, "image > pool > conv"),
    digits,
    "conv-kernel-too-large conv",
    2,
  ],
  [
    "a window larger than the picture",
    draw(
      { image, pool: ["MaxPool2d", { kernel_size: 14 }], again: ["MaxPool2d", { kernel_size: 3 }] },
      "image > pool > again",
    ),
    digits,
    "pool-output-size again",
    1,
  ],
  ["groups", draw({ image, conv: ["Conv2d", { groups: 3 }] }, "image > conv"), digits, "conv-groups conv", 1],
  [
    "same padding with a stride",
    draw({ image, conv: ["Conv2d", { padding: "same", stride: 2 }] }, "image > conv"),
    digits,
    "conv-same-strided conv",
    2,
  ],
  [
    "pooling of padding",
    draw({ image, pool: ["AvgPool2d", { kernel_size: 3, padding: 2 }] }, "image > pool"),
    digits,
    "pool-padding pool",
    1,
  ],
  [
    "a tensor that the data lack",
    draw({ image: ["Input", { tensor: "picture" }], a: ["ReLU"] }, "image > a"),
    digits,
    "input-unknown-tensor image",
    2,
  ],
  [
    "a value out of range",
    draw({ x: ["Input"], fc: ["Linear", { out_features: -3 }] }, "x > fc"),
    table,
    "bad-param fc",
    1,
  ],
  [
    "Softmax before CrossEntropyLoss",
    draw(
      { image, label, flat: ["Flatten"], fc: ["Linear"], sm: ["Softmax"], loss: ["CrossEntropyLoss"] },
      "image > flat > fc > sm > loss",
      "label > loss.target",
    ),
    digits,
    "softmax-before-cross-entropy sm",
    1,
  ],
  [
    "Dropout at the end",
    draw(
      { x: ["Input"], y: label, fc: ["Linear", { out_features: 1 }], drop: ["Dropout"], loss: ["MSELoss"] },
      "x > fc > drop > loss",
      "y > loss.target",
    ),
    table,
    "dropout-at-end drop",
    1,
  ],
  [
    "bias before BatchNorm",
    draw({ image, conv: ["Conv2d"], norm: ["BatchNorm2d"] }, "image > conv > norm"),
    digits,
    "bias-before-norm conv",
    1,
  ],
  [
    "classes asked of numbers",
    draw(
      {
        x: ["Input"],
        y: label,
        fc: ["Linear", { out_features: 1 }],
        loss: ["CrossEntropyLoss", { ignore_index: 3 }],
      },
      "x > fc > loss",
      "y > loss.target",
    ),
    table,
    "loss-target loss",
    1,
  ],
  [
    "num_groups",
    draw(
      { image, fc: ["Conv2d", { out_channels: 8 }], norm: ["GroupNorm", { num_groups: 3 }] },
      "image > fc > norm",
    ),
    digits,
    "group-norm-groups norm",
    1,
  ],
  [
    "num_groups of channels that were given wrongly",
    draw(
      { image, c: ["Conv2d", { out_channels: 8 }], norm: ["GroupNorm", { num_groups: 4, num_channels: 6 }] },
      "image > c > norm",
    ),
    digits,
    "group-norm-groups norm",
    1,
  ],
  [
    "num_channels",
    draw({ image, norm: ["GroupNorm", { num_channels: 6 }] }, "image > norm"),
    colour,
    "group-norm-channels norm",
    2,
  ],
  [
    "groups of many channels",
    draw({ image, c: ["Conv2d", { groups: 2 }] }, "image > c"),
    colour,
    "conv-groups c",
    1,
  ],
  ["heads", attention({ num_heads: 5 }), sequence, "attention-heads mha", 1],
  ["embed_dim", attention({ embed_dim: 12, num_heads: 4 }), sequence, "attention-shapes mha", 2],
  [
    "embed_dim that the heads do not share",
    attention({ embed_dim: 12, num_heads: 6 }),
    sequence,
    "attention-shapes mha",
    2,
  ],
  [
    "kdim",
    draw(
      {
        x: ["Input", { tensor: "words" }],
        wide: ["Linear", { out_features: 6 }],
        mha: ["MultiheadAttention"],
      },
      "x > mha.query",
      "x > wide > mha.key",
      "wide > mha.value",
    ),
    sequence,
    "matmul-shapes mha",
    1,
  ],
  [
    "in1_features",
    draw({ x: ["Input"], b: ["Bilinear", { in1_features: 3 }] }, "x > b.x1", "x > b.x2"),
    table,
    "bilinear-features b",
    2,
  ],
  [
    "in2_features",
    draw({ x: ["Input"], b: ["Bilinear", { in2_features: 3 }] }, "x > b.x1", "x > b.x2"),
    table,
    "bilinear-features b",
    2,
  ],
  ...["RNN", "LSTM", "GRU"].map(
    (type) =>
      [
        `input_size of ${type}`,
        draw({ x: ["Input", { tensor: "words" }], r: [type, { input_size: 5, batch_first: true }] }, "x > r"),
        sequence,
        "recurrent-input r",
        2,
      ] as const,
  ),
  [
    "slopes of PReLU",
    draw({ image, act: ["PReLU", { num_parameters: 5 }] }, "image > act"),
    colour,
    "prelu-channels act",
    2,
  ],
  [
    "a padding row that the table lacks",
    draw({ label, e: ["Embedding", { num_embeddings: 10, padding_idx: 10 }] }, "label > e"),
    digits,
    "embedding-padding e",
    2,
  ],
  [
    "a window longer than the signal",
    draw({ x: ["Input", { tensor: "words" }], c: ["Conv1d", { kernel_size: 9 }] }, "x > c"),
    sequence,
    "conv-kernel-too-large c",
    2,
  ],
  [
    "unflattened sizes",
    draw({ x: ["Input"], u: ["Unflatten", { unflattened_size: [2, 3] }] }, "x > u"),
    table,
    "unflatten-sizes u",
    1,
  ],
  [
    "a cut past the end",
    draw({ x: ["Input"], cut: ["Narrow", { start: 2, length: 3 }] }, "x > cut"),
    table,
    "narrow-range cut",
    2,
  ],
  [
    "an index that is not there",
    draw({ x: ["Input"], s: ["Select", { index: 4 }] }, "x > s"),
    table,
    "select-index s",
    1,
  ],
  [
    "parts that do not add up",
    draw({ x: ["Input"], s: ["Split", { split_size: [1, 1] }] }, "x > s"),
    table,
    "split-sizes s",
    1,
  ],
  [
    "a size that cannot be stretched",
    draw({ x: ["Input"], e: ["Expand", { sizes: [-1, 8] }] }, "x > e"),
    table,
    "expand-mismatch e",
    1,
  ],
  [
    "too few sizes to expand to",
    draw({ x: ["Input"], e: ["Expand", { sizes: [4] }] }, "x > e"),
    table,
    "expand-too-few e",
    1,
  ],
  ["an odd size to halve", draw({ image, g: ["GLU", { dim: 1 }] }, "image > g"), colour, "glu-odd g", 1],
  [
    "a dimension that is not there",
    draw({ x: ["Input"], s: ["Softmax", { dim: 2 }] }, "x > s"),
    table,
    "dim-out-of-range s",
    1,
  ],
  [
    "Concat along the wrong dimension",
    draw(
      { image, c: ["Conv2d", { out_channels: 8, kernel_size: 1 }], cat: ["Concat", { dim: 2 }] },
      "image > cat.x1",
      "image > c > cat.x2",
    ),
    colour,
    "concat-sizes cat",
    1,
  ],
  [
    "Stack of shapes that differ",
    draw({ x: ["Input"], fc: ["Linear", { out_features: 6 }], s: ["Stack"] }, "x > s.x1", "x > fc > s.x2"),
    table,
    "stack-sizes s",
    1,
  ],
  [
    "LogSoftmax before CrossEntropyLoss",
    classifier(["LogSoftmax"], ["CrossEntropyLoss"]),
    digits,
    "log-softmax-before-cross-entropy act",
    1,
  ],
  ["NLLLoss behind Softmax", classifier(["Softmax"], ["NLLLoss"]), digits, "nll-without-log-softmax loss", 2],
  [
    "Sigmoid before BCEWithLogitsLoss",
    draw(
      {
        x: ["Input"],
        y: label,
        fc: ["Linear", { out_features: 1 }],
        act: ["Sigmoid"],
        loss: ["BCEWithLogitsLoss"],
      },
      "x > fc > act > loss",
      "y > loss.target",
    ),
    table,
    "sigmoid-before-bce-with-logits act",
    1,
  ],
  [
    "Dropout at the end of a network that has no loss yet",
    draw({ x: ["Input"], fc: ["Linear"], drop: ["Dropout"] }, "x > fc > drop"),
    table,
    "dropout-at-end drop",
    1,
  ],
  [
    "Step behind a trained layer",
    draw(
      { x: ["Input"], y: label, fc: ["Linear", { out_features: 1 }], step: ["Step"], loss: ["MSELoss"] },
      "x > fc > step > loss",
      "y > loss.target",
    ),
    table,
    "no-gradient step",
    1,
  ],
];

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

describe("mistakes without a fix", () => {
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
      fixes: [],
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
