/** Laws that parameters are drawn from, as `torch.nn.init` names them. Data only: `training/initialize.ts` draws. */
import { printShape } from "../tensor/dims";
import { TensorError } from "../tensor/errors";
import { elementCount, type Shape } from "../tensor/tensor";

export type Initializer =
  | { readonly kind: "constant"; readonly value: number }
  /** On [mean - bound, mean + bound]; a mean that is left out is 0. */
  | { readonly kind: "uniform"; readonly bound: number; readonly mean?: number }
  /** Elements `blank[0]` up to, but not including, `blank[1]` are 0: an embedding's padding row. */
  | {
      readonly kind: "normal";
      readonly mean: number;
      readonly std: number;
      readonly blank?: readonly [number, number];
    }
  /**
   * Rows of `width`, the waves of Vaswani et al. 2017: row p holds sin(p / 10000^(i/width)) in each even column i, and
   * its cosine behind it.
   */
  | { readonly kind: "sinusoid"; readonly width: number }
  /** Rows, or columns where there are fewer of them, at right angles to each other and of length `gain`. */
  | { readonly kind: "orthogonal"; readonly rows: number; readonly gain: number }
  /** One by one, in row-major order. */
  | { readonly kind: "values"; readonly values: readonly number[] };

/** A tensor that a layer owns, and what it starts with. */
export interface Weight {
  readonly shape: Shape;
  readonly init: Initializer;
}

export const nonlinearities = [
  "linear",
  "conv1d",
  "conv2d",
  "conv3d",
  "conv_transpose1d",
  "conv_transpose2d",
  "conv_transpose3d",
  "sigmoid",
  "tanh",
  "relu",
  "leaky_relu",
  "selu",
] as const;
export type Nonlinearity = (typeof nonlinearities)[number];

/** The keywords of `kaiming_uniform_` and `kaiming_normal_`. */
export interface KaimingOptions {
  /** The negative slope of the leaky ReLU that follows; 0 if absent. */
  readonly a?: number;
  readonly mode?: "fan_in" | "fan_out";
  readonly nonlinearity?: Nonlinearity;
}

/** A function of `torch.nn.init` with its keywords, as a person chooses it for a weight. */
export type InitSettings =
  | { readonly type: "xavier_uniform_" | "xavier_normal_" | "orthogonal_"; readonly gain: number }
  | {
      readonly type: "kaiming_uniform_" | "kaiming_normal_";
      readonly a: number;
      readonly mode: "fan_in" | "fan_out";
      readonly nonlinearity: Nonlinearity;
    }
  | { readonly type: "zeros_" | "ones_" }
  | { readonly type: "constant_"; readonly val: number }
  | { readonly type: "uniform_"; readonly a: number; readonly b: number }
  | { readonly type: "normal_"; readonly mean: number; readonly std: number }
  /** As `Tensor.copy_` of these numbers, in row-major order: for networks that are worked through by hand. */
  | { readonly type: "copy_"; readonly values: readonly number[] };

/** PyTorch's defaults. */
export const defaultInits = {
  xavier_uniform_: { type: "xavier_uniform_", gain: 1 },
  xavier_normal_: { type: "xavier_normal_", gain: 1 },
  kaiming_uniform_: { type: "kaiming_uniform_", a: 0, mode: "fan_in", nonlinearity: "leaky_relu" },
  kaiming_normal_: { type: "kaiming_normal_", a: 0, mode: "fan_in", nonlinearity: "leaky_relu" },
  orthogonal_: { type: "orthogonal_", gain: 1 },
  normal_: { type: "normal_", mean: 0, std: 1 },
  uniform_: { type: "uniform_", a: 0, b: 1 },
  constant_: { type: "constant_", val: 0 },
  zeros_: { type: "zeros_" },
  ones_: { type: "ones_" },
  copy_: { type: "copy_", values: [] },
} as const satisfies Record<InitSettings["type"], InitSettings>;

/** Laws that look at how many inputs and outputs a weight joins, so that one of a single dimension has none. */
export function needsTwoDimensions(type: InitSettings["type"]): boolean {
  return /^(xavier|kaiming|orthogonal)_/.test(type);
}

export const zeros: Initializer = { kind: "constant", value: 0 };
export const ones: Initializer = { kind: "constant", value: 1 };

/** Uniform on ±1/√fan_in: PyTorch's default for the weight and bias of Linear and convolutions. */
export function fanInUniform(fanIn: number): Initializer {
  return { kind: "uniform", bound: fanIn > 0 ? 1 / Math.sqrt(fanIn) : 0 };
}

export function constant(value: number): Initializer {
  return { kind: "constant", value };
}

export function uniform(a = 0, b = 1): Initializer {
  return { kind: "uniform", bound: (b - a) / 2, mean: (a + b) / 2 };
}

export function normal(mean = 0, std = 1): Initializer {
  return { kind: "normal", mean, std };
}

/** Glorot and Bengio 2010. @throws TensorError fan-needs-two-dimensions */
export function xavierUniform(shape: Shape, gain = 1): Initializer {
  return { kind: "uniform", bound: Math.sqrt(3) * xavierStd(shape, gain) };
}

/** @throws TensorError fan-needs-two-dimensions */
export function xavierNormal(shape: Shape, gain = 1): Initializer {
  return normal(0, xavierStd(shape, gain));
}

/** He et al. 2015. @throws TensorError fan-needs-two-dimensions */
export function kaimingUniform(shape: Shape, options: KaimingOptions = {}): Initializer {
  return { kind: "uniform", bound: Math.sqrt(3) * kaimingStd(shape, options) };
}

/** Saxe et al. 2014. Dimensions behind the first are taken as one. @throws TensorError fan-needs-two-dimensions */
export function orthogonal(shape: Shape, gain = 1): Initializer {
  if (shape.length < 2)
    throw new TensorError(
      "fan-needs-two-dimensions",
      "ValueError",
      "Only tensors with 2 or more dimensions are supported",
    );
  return { kind: "orthogonal", rows: shape[0], gain };
}

/** @throws TensorError init-values, as of `torch.tensor(values).view(shape)` */
export function copied(shape: Shape, values: readonly number[]): Initializer {
  if (values.length !== elementCount(shape))
    throw new TensorError(
      "init-values",
      "RuntimeError",
      `shape '${printShape(shape)}' is invalid for input of size ${values.length}`,
    );
  return { kind: "values", values };
}

/** @throws TensorError fan-needs-two-dimensions */
export function kaimingNormal(shape: Shape, options: KaimingOptions = {}): Initializer {
  return normal(0, kaimingStd(shape, options));
}

/**
 * The law of `torch.nn.init.<name>` for a tensor of that shape, with the keywords that PyTorch has.
 * @throws TensorError fan-needs-two-dimensions; Error for a function that is not known here
 */
export function initializerOf(
  name: string,
  shape: Shape,
  args: Readonly<Record<string, unknown>> = {},
): Initializer {
  const number = (keyword: string): number | undefined => {
    const value = args[keyword];
    return typeof value === "number" ? value : undefined;
  };
  const numbers = (): readonly number[] => {
    const { values } = args;
    return Array.isArray(values) ? values.filter((value) => typeof value === "number") : [];
  };
  const kaiming = (): KaimingOptions => ({
    a: number("a"),
    mode: args.mode === "fan_out" ? "fan_out" : "fan_in",
    nonlinearity: nonlinearities.find((each) => each === args.nonlinearity),
  });
  switch (name) {
    case "zeros_":
      return zeros;
    case "ones_":
      return ones;
    case "constant_":
      return constant(number("val") ?? 0);
    case "uniform_":
      return uniform(number("a"), number("b"));
    case "normal_":
      return normal(number("mean"), number("std"));
    case "xavier_uniform_":
      return xavierUniform(shape, number("gain"));
    case "xavier_normal_":
      return xavierNormal(shape, number("gain"));
    case "orthogonal_":
      return orthogonal(shape, number("gain"));
    case "copy_":
      return copied(shape, numbers());
    case "kaiming_uniform_":
      return kaimingUniform(shape, kaiming());
    case "kaiming_normal_":
      return kaimingNormal(shape, kaiming());
    default:
      throw new Error(`initializerOf: no function ${name}`);
  }
}

/** How much a nonlinearity shrinks the standard deviation, inverted. `param` is the slope of `leaky_relu`. */
export function calculateGain(nonlinearity: Nonlinearity, param: number | null = null): number {
  switch (nonlinearity) {
    case "tanh":
      return 5 / 3;
    case "relu":
      return Math.sqrt(2);
    case "leaky_relu":
      return Math.sqrt(2 / (1 + (param ?? 0.01) ** 2));
    case "selu":
      return 3 / 4;
    default:
      return 1;
  }
}

/**
 * How many inputs reach an output and the reverse, for a weight of shape (out, in, …kernel).
 * @throws TensorError fan-needs-two-dimensions
 */
export function fans(shape: Shape): { readonly fanIn: number; readonly fanOut: number } {
  if (shape.length < 2) {
    throw new TensorError(
      "fan-needs-two-dimensions",
      "ValueError",
      "Fan in and fan out can not be computed for tensor with fewer than 2 dimensions",
    );
  }
  const [out, inputs, ...kernel] = shape;
  return { fanIn: inputs * elementCount(kernel), fanOut: out * elementCount(kernel) };
}

function xavierStd(shape: Shape, gain: number): number {
  const { fanIn, fanOut } = fans(shape);
  return gain * Math.sqrt(2 / (fanIn + fanOut));
}

function kaimingStd(
  shape: Shape,
  { a = 0, mode = "fan_in", nonlinearity = "leaky_relu" }: KaimingOptions,
): number {
  const { fanIn, fanOut } = fans(shape);
  const fan = mode === "fan_in" ? fanIn : fanOut;
  return fan > 0 ? calculateGain(nonlinearity, a) / Math.sqrt(fan) : 0;
}
