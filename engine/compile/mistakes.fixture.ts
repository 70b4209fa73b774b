/** Graphs with one mistake each, of every kind that can be mended. */
import type { Graph } from "../graph/project";
import type { Params } from "../layers/define";
import type { DataTensors } from "./checked";
import { digits, draw, table } from "./drawing.fixture";

export const image = ["Input", { tensor: "image" }] as const;
export const label = ["Input", { tensor: "label" }] as const;

/** Channels first, and small: 3×8×8. */
export const colour: DataTensors = {
  image: { shape: [3, 8, 8], dtype: "float32" },
  label: { shape: [], dtype: "int64" },
};

export const mockup = draw(
  {
    image,
    tokens: ["Flatten", { start_dim: 2 }],
    swap: ["Transpose", { dim0: -1, dim1: 1 }],
    act: ["ReLU"],
    flat: ["View", { shape: [-1, 192] }],
  },
  "image > tokens > swap > act > flat",
);

const sequence: DataTensors = { words: { shape: [5, 8], dtype: "float32" } };

function attention(params: Params): Graph {
  return draw(
    { x: ["Input", { tensor: "words" }], mha: ["MultiheadAttention", params] },
    "x > mha.query",
    "x > mha.key",
    "x > mha.value",
  );
}

export function classifier(act: readonly [string], loss: readonly [string]): Graph {
  return draw(
    { image, label, flat: ["Flatten"], fc: ["Linear", { out_features: 10 }], act, loss },
    "image > flat > fc > act > loss",
    "label > loss.target",
  );
}

/** Each mistake: the graph, its code and node, and how many fixes; each fix must make it go away and bring no error. */
export const mistakes: readonly (readonly [string, Graph, DataTensors, string, number])[] = [
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
  [
    "Add of rows of different widths",
    draw({ x: ["Input"], fc: ["Linear", { out_features: 5 }], sum: ["Add"] }, "x > fc > sum.a", "x > sum.b"),
    table,
    "shapes-do-not-broadcast sum",
    3,
  ],
  [
    "a shortcut round a convolution that shrinks the picture",
    draw(
      { image, c: ["Conv2d", { out_channels: 8, stride: 2, padding: 1 }], act: ["ReLU"], sum: ["Add"] },
      "image > c > act > sum.a",
      "image > sum.b",
    ),
    colour,
    "shapes-do-not-broadcast sum",
    1,
  ],
  [
    "numbers of a sample beside its picture",
    draw(
      {
        image,
        c: ["Conv2d", { out_channels: 8 }],
        pool: ["GlobalAvgPool"],
        scale: ["Mul"],
      },
      "image > c > scale.a",
      "c > pool > scale.b",
    ),
    colour,
    "shapes-do-not-broadcast scale",
    1,
  ],
  [
    "signals of different channels",
    draw(
      { x: ["Input", { tensor: "words" }], c: ["Conv1d", { kernel_size: 1, out_channels: 7 }], sum: ["Add"] },
      "x > sum.a",
      "x > c > sum.b",
    ),
    sequence,
    "shapes-do-not-broadcast sum",
    3,
  ],
  [
    "Concat of a picture and a row",
    draw(
      { image, flat: ["Flatten"], fc: ["Linear", { out_features: 6 }], cat: ["Concat", { dim: 0 }] },
      "image > cat.x1",
      "image > flat > fc > cat.x2",
    ),
    colour,
    "concat-rank cat",
    1,
  ],
  [
    "Concat of pictures of different sizes and channels",
    draw(
      { image, c: ["Conv2d", { out_channels: 8 }], cat: ["Concat", { dim: 1 }] },
      "image > cat.x1",
      "image > c > cat.x2",
    ),
    { ...colour, image: { shape: [3, 8, 6], dtype: "float32" } },
    "concat-sizes cat",
    1,
  ],
  [
    "classes of a picture",
    draw({ image, label, loss: ["CrossEntropyLoss"] }, "image > loss", "label > loss.target"),
    digits,
    "loss-shapes loss",
    1,
  ],
  [
    "class numbers in a column",
    draw(
      { image, label, flat: ["Flatten"], loss: ["NLLLoss"], log: ["LogSoftmax", { dim: 1 }] },
      "image > flat > log > loss",
      "label > loss.target",
    ),
    { ...digits, label: { shape: [1], dtype: "int64" } },
    "loss-shapes loss",
    1,
  ],
  [
    "chances and targets of another rank",
    draw(
      { x: ["Input"], y: label, fc: ["Linear", { out_features: 1 }], p: ["Sigmoid"], loss: ["BCELoss"] },
      "x > fc > p > loss",
      "y > loss.target",
    ),
    { ...table, label: { shape: [], dtype: "float32" } },
    "loss-shapes loss",
    2,
  ],
  [
    "more scores than targets",
    draw(
      { x: ["Input"], y: label, fc: ["Linear", { out_features: 3 }], loss: ["BCEWithLogitsLoss"] },
      "x > fc > loss",
      "y > loss.target",
    ),
    table,
    "loss-shapes loss",
    1,
  ],
  [
    "MSELoss of other sizes",
    draw(
      { x: ["Input"], y: label, fc: ["Linear", { out_features: 3 }], loss: ["MSELoss"] },
      "x > fc > loss",
      "y > loss.target",
    ),
    { ...table, label: { shape: [2], dtype: "float32" } },
    "shapes-do-not-broadcast loss",
    2,
  ],
  [
    "MSELoss that would compare each with all",
    draw(
      { x: ["Input"], y: label, fc: ["Linear", { out_features: 1 }], loss: ["MSELoss"] },
      "x > fc > loss",
      "y > loss.target",
    ),
    { ...table, label: { shape: [], dtype: "float32" } },
    "target-shape loss",
    1,
  ],
  ["Upsample to no size", draw({ image, u: ["Upsample"] }, "image > u"), colour, "upsample-argument u", 1],
  [
    "Upsample to a size and by a factor",
    draw({ image, u: ["Upsample", { size: 16, scale_factor: 2 }] }, "image > u"),
    colour,
    "upsample-argument u",
    2,
  ],
  [
    "two factors for a signal",
    draw({ x: ["Input", { tensor: "words" }], u: ["Upsample", { scale_factor: [2, 3] }] }, "x > u"),
    sequence,
    "upsample-argument u",
    1,
  ],
  [
    "corners of nearest",
    draw({ image, u: ["Upsample", { scale_factor: 2, align_corners: true }] }, "image > u"),
    colour,
    "upsample-mode u",
    1,
  ],
  [
    "a mode for pictures on a signal",
    draw(
      { x: ["Input", { tensor: "words" }], u: ["Upsample", { scale_factor: 2, mode: "bilinear" }] },
      "x > u",
    ),
    sequence,
    "upsample-rank u",
    2,
  ],
  [
    "Upsample of a row",
    draw({ x: ["Input"], u: ["Upsample", { scale_factor: 2, mode: "bilinear" }] }, "x > u"),
    table,
    "upsample-rank u",
    1,
  ],
  [
    "Upsample to nothing",
    draw({ image, u: ["Upsample", { scale_factor: 0.1 }] }, "image > u"),
    colour,
    "upsample-size u",
    1,
  ],
];
