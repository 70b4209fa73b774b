/**
 * A small picture of what each layer does: what goes in at the left, what comes out at the right; for a function of one
 * number, its graph.
 */
import type { AnyLayer, Category } from "../../engine";

export interface LayerPicture {
  /** Strokes, in a field of 64 × 40. */
  readonly lines: string;
  /** Strokes in the category's colour: what the layer adds or looks at. */
  readonly marks?: string;
  /** A sign in the middle, such as `+`. */
  readonly sign?: string;
}

/** From -3 to 3; the picture is cut off at ±3 in y. Other layers' parameters at their defaults. */
const functions: Readonly<Record<string, (x: number) => number>> = {
  ReLU: (x) => Math.max(0, x),
  ReLU6: (x) => Math.min(2, Math.max(0, x)),
  LeakyReLU: (x) => (x > 0 ? x : 0.15 * x),
  PReLU: (x) => (x > 0 ? x : 0.25 * x),
  ELU: (x) => (x > 0 ? x : Math.expm1(x)),
  SELU: (x) => 1.0507 * (x > 0 ? x : 1.6733 * Math.expm1(x)),
  GELU: (x) => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  SiLU: (x) => x / (1 + Math.exp(-x)),
  Mish: (x) => x * Math.tanh(Math.log1p(Math.exp(x))),
  Sigmoid: (x) => 2 / (1 + Math.exp(-2 * x)),
  Tanh: (x) => 2 * Math.tanh(x),
  Softplus: (x) => Math.log1p(Math.exp(x)),
  Softsign: (x) => (2 * x) / (1 + Math.abs(x)),
  Hardsigmoid: (x) => 2 * Math.min(1, Math.max(0, x / 4 + 0.5)),
  Hardswish: (x) => (x * Math.min(6, Math.max(0, x + 3))) / 6,
  Step: (x) => (x > 0 ? 2 : 0),
  Clamp: (x) => Math.min(1.5, Math.max(-1.5, x)),
  Abs: (x) => Math.abs(x),
  Neg: (x) => -x,
  Exp: (x) => Math.exp(x) - 1,
  Log: (x) => (x > 0 ? Math.log(x) : Number.NaN),
  Sqrt: (x) => (x >= 0 ? Math.sqrt(2 * x) : Number.NaN),
  Pow: (x) => (x * x) / 2,
  MSELoss: (x) => x * x - 2,
  L1Loss: (x) => 1.5 * Math.abs(x) - 2,
  SmoothL1Loss: (x) => 1.5 * (Math.abs(x) < 1 ? x ** 2 / 2 : Math.abs(x) - 0.5) - 2,
  HuberLoss: (x) => 1.5 * (Math.abs(x) < 1 ? x ** 2 / 2 : Math.abs(x) - 0.5) - 2,
  CrossEntropyLoss: (x) => fallingLoss(x),
  NLLLoss: (x) => fallingLoss(x),
  BCELoss: (x) => fallingLoss(x),
  BCEWithLogitsLoss: (x) => Math.log1p(Math.exp(-2 * x)) - 2,
  KLDivLoss: (x) => fallingLoss(x),
};

/** -log of the probability that was given to what is right. */
function fallingLoss(x: number): number {
  return -1.2 * Math.log((x + 3.02) / 6.04) - 2;
}

const signs: Readonly<Record<string, string>> = {
  Add: "+",
  Sub: "−",
  Mul: "×",
  Div: "÷",
  MatMul: "@",
  Sum: "Σ",
  Mean: "x̄",
  Max: "max",
  Min: "min",
  Var: "σ²",
  Scale: "k·",
  Constant: "c",
  Parameter: "w",
};

const box = (x: number, y: number, width: number, height: number) =>
  `M${x} ${y}h${width}v${height}h${-width}z`;
const arrow = "M27 20h10m-3 -3l3 3l-3 3";
const fan = [8, 20, 32].flatMap((from) => [12, 28].map((to) => `M14 ${from}L50 ${to}`)).join("");
const image = box(4, 8, 24, 24);
const row = (x: number, y: number, count: number, size = 7) =>
  Array.from({ length: count }, (_, at) => box(x + at * size, y, size, size)).join("");
const grid = (x: number, y: number, rows: number, columns: number, size = 7) =>
  Array.from({ length: rows }, (_, at) => row(x, y + at * size, columns, size)).join("");

/** By type; where a type has none, that of its category is meant. */
const drawn: Readonly<Record<string, LayerPicture>> = {
  Bilinear: { lines: `M12 10L32 20L12 30M32 20H54`, marks: box(26, 14, 12, 12) },
  Embedding: { lines: `${grid(10, 6, 4, 2)}${row(40, 16, 3, 6)}M26 17h10`, marks: row(10, 13, 2) },
  PositionalEncoding: {
    lines: "M4 20C10 4 16 4 22 20S34 36 40 20S52 4 60 20",
    marks: "M4 20C8 12 10 12 14 20S20 28 24 20S30 12 34 20S40 28 44 20S50 12 54 20",
  },
  Upsample: { lines: `${grid(6, 13, 2, 2)}${grid(40, 10, 3, 3, 7)}${arrow}`.replace("M27 20", "M25 20") },
  ConvTranspose1d: { lines: `${row(18, 8, 4)}${row(8, 25, 7)}`, marks: "M25 15L15 25M32 15L36 25" },
  ConvTranspose2d: {
    lines: `${box(8, 12, 14, 14)}${box(32, 6, 26, 28)}`,
    marks: `${box(13, 17, 4, 4)}${box(40, 13, 10, 10)}M17 19L40 18`,
  },
  Conv1d: { lines: `${row(8, 8, 7)}${row(18, 25, 4)}`, marks: `${row(15, 8, 3)}M15 15L25 25M36 15L32 25` },
  MaxPool1d: { lines: `${row(10, 8, 6)}${row(18, 26, 3)}`, marks: "M10 15L18 26M24 15L25 26" },
  AvgPool1d: { lines: `${row(10, 8, 6)}${row(18, 26, 3)}`, marks: "M10 15L18 26M24 15L25 26" },
  AdaptiveAvgPool1d: { lines: `${row(10, 8, 6)}${row(18, 26, 3)}`, marks: "M10 15L18 26M24 15L25 26" },
  AdaptiveMaxPool1d: { lines: `${row(10, 8, 6)}${row(18, 26, 3)}`, marks: "M10 15L18 26M24 15L25 26" },
  GlobalAvgPool: { lines: `${image}${arrow}`, marks: box(44, 16, 8, 8) },
  Dropout: { lines: grid(16, 9, 3, 5), marks: "M23 9l7 7m-7 0l7 -7M37 16l7 7m-7 0l7 -7M16 23l7 7m-7 0l7 -7" },
  Dropout2d: {
    lines: `${box(10, 8, 12, 24)}${box(26, 8, 12, 24)}${box(42, 8, 12, 24)}`,
    marks: "M26 8l12 24m-12 0l12 -24",
  },
  Softmax: { lines: "M6 34h52", marks: "M14 34v-6M24 34v-24M34 34v-10M44 34v-3M52 34v-7" },
  LogSoftmax: { lines: "M6 6h52", marks: "M14 6v14M24 6v5M34 6v11M44 6v24M52 6v17" },
  GLU: {
    lines: `${box(6, 6, 12, 12)}${box(6, 22, 12, 12)}M18 12h12l6 6M18 28h12l6 -6M44 20h14`,
    marks: "M36 16l8 8m-8 0l8 -8",
  },
  Transpose: { lines: `${grid(6, 10, 3, 2)}${grid(41, 13, 2, 3, 6)}${arrow}`, marks: "" },
  Permute: { lines: "M10 8L54 20M10 20L54 32M10 32L54 8", marks: "" },
  Reshape: { lines: `${grid(6, 10, 3, 2)}${row(40, 17, 3, 6)}${arrow}` },
  View: { lines: `${grid(6, 10, 3, 2)}${row(40, 17, 3, 6)}${arrow}` },
  Flatten: { lines: `${grid(6, 13, 2, 2)}${row(38, 17, 4, 6)}${arrow}`.replace("M27 20", "M24 20") },
  Unflatten: { lines: `${row(4, 17, 4, 5)}${grid(42, 13, 2, 2)}${arrow}` },
  Squeeze: { lines: `${grid(8, 9, 3, 1)}${row(40, 17, 3, 6)}${arrow}`.replace("M27 20", "M24 20") },
  Unsqueeze: { lines: `${row(4, 17, 3, 6)}${grid(46, 9, 3, 1)}${arrow}` },
  Expand: { lines: `${row(4, 17, 3, 6)}${grid(42, 10, 3, 3, 6)}${arrow}`, marks: row(42, 10, 3, 6) },
  Contiguous: {
    lines: `${row(4, 10, 8)}${row(4, 24, 8)}`,
    marks: "M8 17L22 24M22 17L8 24M36 17L50 24M50 17L36 24",
  },
  Pad: { lines: box(12, 4, 40, 32), marks: box(22, 11, 20, 18) },
  Concat: {
    lines: `${box(6, 8, 10, 10)}${box(6, 23, 10, 10)}M18 13h10l4 5M18 28h10l4 -5`,
    marks: `${box(38, 15, 10, 10)}${box(48, 15, 10, 10)}`,
  },
  Stack: {
    lines: `${box(6, 8, 10, 10)}${box(6, 23, 10, 10)}M18 13h10l4 5M18 28h10l4 -5`,
    marks: `${box(40, 9, 12, 10)}${box(40, 21, 12, 10)}`,
  },
  Split: {
    lines: `${box(8, 15, 10, 10)}${box(18, 15, 10, 10)}M30 18l5 -5h9M30 22l5 5h9`,
    marks: `${box(46, 8, 10, 10)}${box(46, 23, 10, 10)}`,
  },
  Chunk: {
    lines: `${box(8, 15, 10, 10)}${box(18, 15, 10, 10)}M30 18l5 -5h9M30 22l5 5h9`,
    marks: `${box(46, 8, 10, 10)}${box(46, 23, 10, 10)}`,
  },
  Select: {
    lines: `${grid(6, 10, 3, 3)}${arrow}`.replace("M27 20", "M30 20"),
    marks: `${row(6, 17, 3)}${row(43, 17, 3, 5)}`,
  },
  Narrow: { lines: row(4, 16, 8), marks: row(18, 16, 3) },
};

const byCategory: Readonly<Record<Category, LayerPicture>> = {
  data: {
    lines: "M18 10c0 -4 28 -4 28 0v20c0 4 -28 4 -28 0z",
    marks: "M18 10c0 4 28 4 28 0M18 20c0 4 28 4 28 0",
  },
  linear: { lines: fan, marks: "M14 8v24M50 12v16" },
  conv: {
    lines: `${image}${box(42, 12, 16, 16)}`,
    marks: `${box(9, 12, 9, 9)}M18 16L46 17${box(46, 15, 4, 4)}`,
  },
  norm: { lines: "M6 33h52", marks: "M8 32C24 32 24 8 32 8S40 32 56 32" },
  pool: {
    lines: `${grid(6, 9, 3, 3)}${arrow}`.replace("M27 20", "M30 20"),
    marks: `${box(6, 9, 14, 14)}${box(46, 16, 8, 8)}`,
  },
  attention: {
    lines: "M8 10h6M8 20h6M8 30h6M50 10h6M50 20h6M50 30h6",
    marks: "M14 10L50 30M14 20L50 10M14 30L50 20M14 30L50 30",
  },
  recurrent: {
    lines: `${box(24, 14, 16, 12)}M8 20h16M40 20h16`,
    marks: "M36 14c6 -12 -14 -12 -8 0m-2 -3l2 3l3 -2",
  },
  shape: { lines: `${grid(6, 10, 3, 2)}${row(40, 17, 3, 6)}${arrow}` },
  activation: { lines: "M6 20h52M32 4v32", marks: "M6 20H32L50 4" },
  math: { lines: `M8 12h12l6 6M8 28h12l6 -6M38 20h18`, marks: "M32 14a6 6 0 1 0 0.1 0z" },
  regularization: { lines: grid(16, 9, 3, 5), marks: "M23 9l7 7m-7 0l7 -7" },
  loss: { lines: "M6 36h52M8 4v32", marks: "M10 6C16 30 30 32 56 33" },
  block: { lines: `${box(8, 12, 12, 12)}${box(44, 12, 12, 12)}M20 18h24`, marks: box(2, 5, 60, 30) },
};

export function pictureOf({ type, category }: Pick<AnyLayer, "type" | "category">): LayerPicture {
  const curve = functions[type];
  if (curve) return { lines: "M6 20h52M32 4v32", marks: plotted(curve) };
  const sign = signs[type];
  if (sign) return { lines: sign.length > 2 ? "M4 20h8M52 20h8" : "M8 20h14M42 20h14", sign };
  return drawn[type] ?? byCategory[category];
}

/** True for a layer whose picture is not only that of its category. */
export function hasOwnPicture(type: string): boolean {
  return type in functions || type in signs || type in drawn;
}

function plotted(curve: (x: number) => number): string {
  const points: string[] = [];
  let pen = "M";
  for (let x = -3; x <= 3.0001; x += 0.125) {
    const y = curve(x);
    if (!Number.isFinite(y) || Math.abs(y) > 2.2) {
      pen = "M";
      continue;
    }
    points.push(`${pen}${(32 + x * 8.5).toFixed(1)} ${(20 - y * 7.5).toFixed(1)}`);
    pen = "L";
  }
  return points.join("");
}
