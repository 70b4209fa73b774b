/** Layers that a random graph may go on with. The checker has the last word on whether one fits. */
import type { ParamValue } from "../layers/params";
import type { Shape } from "../tensor/tensor";

/** A tensor that the graph has so far. Its first dimension is the batch. */
export interface Place {
  readonly node: string;
  readonly port: string;
  readonly shape: Shape;
}

export interface Proposal {
  readonly type: string;
  readonly params?: Readonly<Record<string, ParamValue>>;
  /** By port; the tensor at hand into `x` when absent. */
  readonly inputs?: Readonly<Record<string, Place>>;
}

/** A random number of several, from 0 to below `count`. */
export type Choose = (count: number) => number;

/** @param others what else has the shape of x, which itself is among them */
export type Propose = (x: Place, choose: Choose, others: readonly Place[]) => Proposal | null;

/** From 1 on. */
const upTo = (most: number, choose: Choose) => 1 + choose(most);

const activations =
  "ReLU ReLU6 LeakyReLU ELU SELU GELU SiLU Mish Hardswish Hardsigmoid Softplus Softsign Sigmoid Tanh Abs Neg".split(
    " ",
  );

const activation: Propose = (_, choose) => ({ type: activations[choose(activations.length)] });

const dropout: Propose = (x, choose) => ({
  type: x.shape.length === 4 && choose(2) === 0 ? "Dropout2d" : "Dropout",
  params: { p: [0.1, 0.5, 0.75][choose(3)] },
});

const linear: Propose = (_, choose) => ({
  type: "Linear",
  params: { out_features: upTo(9, choose), bias: choose(3) > 0 },
});

/** Of x and another tensor of its shape, or of x and itself. */
const binary: Propose = (x, choose, others) => {
  const other = others[choose(others.length)];
  const [a, b] = choose(2) === 0 ? [x, other] : [other, x];
  return { type: ["Add", "Add", "Sub", "Mul"][choose(4)], inputs: { a, b } };
};

const join: Propose = (x, choose, others) => {
  const [x1, x2] = [x, others[choose(others.length)]];
  return { type: "Concat", params: { dim: upTo(x.shape.length - 1, choose) }, inputs: { x1, x2 } };
};

const stack: Propose = (x, choose, others) => {
  const [x1, x2] = [others[choose(others.length)], x];
  return { type: "Stack", params: { dim: upTo(x.shape.length, choose) }, inputs: { x1, x2 } };
};

const softmax: Propose = ({ shape }, choose) => ({
  type: ["Softmax", "LogSoftmax"][choose(2)],
  params: { dim: upTo(shape.length - 1, choose) },
});

const scale: Propose = (_, choose) => ({
  type: ["Scale", "Clamp", "Pow"][choose(3)],
});

const glu: Propose = ({ shape }) => {
  const dim = shape.findIndex((size, i) => i > 0 && size % 2 === 0);
  return dim < 0 ? null : { type: "GLU", params: { dim } };
};

const transpose: Propose = ({ shape }, choose) => ({
  type: "Transpose",
  params: { dim0: upTo(shape.length - 1, choose), dim1: upTo(shape.length - 1, choose) },
});

const permute: Propose = ({ shape }, choose) => {
  const dims = shape.map((_, dim) => dim);
  for (let i = dims.length - 1; i > 1; i--) {
    const j = upTo(i, choose);
    [dims[i], dims[j]] = [dims[j], dims[i]];
  }
  return { type: "Permute", params: { dims } };
};

const flatten: Propose = ({ shape }, choose) => ({
  type: "Flatten",
  params: { start_dim: upTo(shape.length - 1, choose) },
});

/** Into two or three dimensions beside the batch, by a view where memory allows it. */
const reshape: Propose = ({ shape }, choose) => {
  const size = shape.slice(1).reduce((a, b) => a * b, 1);
  const divisors = [2, 3, 4, 5].filter((each) => size % each === 0);
  if (divisors.length === 0) return null;
  const first = divisors[choose(divisors.length)];
  const to = choose(2) === 0 ? [shape[0], first, -1] : [shape[0], -1, 1, first];
  return { type: ["Reshape", "View"][choose(2)], params: { shape: to } };
};

const narrow: Propose = ({ shape }, choose) => {
  const dim = upTo(shape.length - 1, choose);
  if (shape[dim] < 2) return null;
  const length = upTo(shape[dim] - 1, choose);
  return { type: "Narrow", params: { dim, start: choose(shape[dim] - length + 1), length } };
};

const part: Propose = ({ shape }, choose): Proposal => {
  const dim = upTo(shape.length - 1, choose);
  if (choose(2) === 0) return { type: "Select", params: { dim, index: choose(shape[dim]) } };
  return { type: "Chunk", params: { chunks: 2, dim } };
};

const squeeze: Propose = ({ shape }, choose) =>
  shape.length > 3
    ? { type: "Squeeze", params: { dim: upTo(shape.length - 1, choose) } }
    : { type: "Unsqueeze", params: { dim: upTo(shape.length, choose) } };

const contiguous: Propose = () => ({ type: "Contiguous" });

const pad: Propose = (_, choose) => ({
  type: "Pad",
  params: { pad: [choose(3), choose(3)], mode: ["constant", "replicate", "reflect"][choose(3)], value: 0.5 },
});

const reduce: Propose = ({ shape }, choose) => ({
  type: ["Mean", "Sum", "Max", "Min", "Var"][choose(5)],
  params: { dim: [upTo(shape.length - 1, choose)], keepdim: choose(2) === 0 },
});

const norm: Propose = ({ shape }, choose): Proposal => {
  const rank = shape.length;
  const batch = rank === 4 ? "BatchNorm2d" : "BatchNorm1d";
  const instance = rank === 4 ? "InstanceNorm2d" : "InstanceNorm1d";
  const affine = { affine: choose(4) > 0 };
  switch (choose(5)) {
    case 0:
      return { type: batch, params: { ...affine, momentum: [0.1, 0.3][choose(2)] } };
    case 1:
      return { type: "LayerNorm", params: { normalized_shape: shape.slice(1 + choose(rank - 1)) } };
    case 2:
      return { type: "GroupNorm", params: { num_groups: [1, 2, 3][choose(3)], ...affine } };
    case 3:
      return { type: "RMSNorm" };
    default:
      return { type: rank > 2 ? instance : batch, params: affine };
  }
};

const convolution: Propose = ({ shape }, choose) => {
  const [, channels] = shape;
  const groups = choose(3) === 0 ? channels : 1;
  const type = shape.length === 4 ? "Conv2d" : "Conv1d";
  const params = {
    out_channels: groups * upTo(groups > 1 ? 2 : 6, choose),
    kernel_size: upTo(3, choose),
    stride: upTo(2, choose),
    padding: choose(2),
    dilation: choose(4) === 0 ? 2 : 1,
    groups,
    bias: choose(3) > 0,
  };
  return { type, params: { ...params, padding_mode: choose(4) === 0 ? "reflect" : "zeros" } };
};

const transposed: Propose = ({ shape }, choose) => ({
  type: shape.length === 4 ? "ConvTranspose2d" : "ConvTranspose1d",
  params: { out_channels: upTo(4, choose), kernel_size: upTo(3, choose), stride: upTo(2, choose) },
});

const pool: Propose = ({ shape }, choose) => {
  const of = shape.length === 4 ? "2d" : "1d";
  const kind = ["Max", "Avg"][choose(2)];
  if (choose(3) === 0) return { type: `Adaptive${kind}Pool${of}`, params: { output_size: upTo(3, choose) } };
  if (shape.length === 4 && choose(4) === 0) return { type: "GlobalAvgPool" };
  const kernel_size = upTo(3, choose);
  const params = { kernel_size, stride: upTo(3, choose), padding: choose(2), ceil_mode: choose(3) === 0 };
  return { type: `${kind}Pool${of}`, params };
};

const upsample: Propose = (_, choose) => ({
  type: "Upsample",
  params: { scale_factor: [2, 1.5], mode: ["nearest", "bilinear"][choose(2)] },
});

const prelu: Propose = ({ shape }, choose) => ({
  type: "PReLU",
  params: { num_parameters: choose(2) === 0 ? 1 : shape[1] },
});

/** Its queries, keys and values may be the same tensor. */
const attention: Propose = (x, choose, others): Proposal => {
  const value = others[choose(others.length)];
  const inputs = { query: x, key: others[choose(others.length)], value };
  if (choose(2) === 0)
    return { type: "ScaledDotProductAttention", params: { is_causal: choose(2) === 0 }, inputs };
  const num_heads = x.shape[2] % 2 === 0 ? 2 : 1;
  return { type: "MultiheadAttention", params: { num_heads, batch_first: true }, inputs };
};

const recurrent: Propose = ({ shape }, choose) =>
  shape[1] > 4
    ? null
    : {
        type: ["RNN", "LSTM", "GRU"][choose(3)],
        params: { hidden_size: upTo(4, choose), batch_first: true, bidirectional: choose(3) === 0 },
      };

const positions: Propose = () => ({ type: "PositionalEncoding" });

const product: Propose = (x, choose, others) => ({
  type: "MatMul",
  inputs: { a: x, b: others[choose(others.length)] },
});

const bilinear: Propose = (x, choose, others) => ({
  type: "Bilinear",
  params: { out_features: upTo(4, choose) },
  inputs: { x1: x, x2: others[choose(others.length)] },
});

const anywhere = [
  activation,
  activation,
  dropout,
  linear,
  binary,
  join,
  softmax,
  scale,
  glu,
  squeeze,
  narrow,
  norm,
  norm,
];
const beyondRows = [
  transpose,
  permute,
  flatten,
  reshape,
  contiguous,
  part,
  pad,
  reduce,
  pool,
  pool,
  convolution,
  convolution,
  transposed,
];

/** By the rank of the tensor at hand. */
const byRank: Readonly<Record<number, readonly Propose[]>> = {
  2: [...anywhere, linear, linear, reshape, reshape, stack, bilinear],
  3: [...anywhere, ...beyondRows, attention, attention, recurrent, positions, product],
  4: [...anywhere, ...beyondRows, convolution, upsample, prelu, product],
};

export function proposeLayer(x: Place, choose: Choose, others: readonly Place[]): Proposal | null {
  const rules = byRank[x.shape.length] ?? [flatten];
  return rules[choose(rules.length)](x, choose, others);
}
