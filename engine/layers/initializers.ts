/** Laws that parameters are drawn from, as `torch.nn.init` names them. Data only: `training/initialize.ts` draws. */
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
  | { readonly kind: "sinusoid"; readonly width: number };

/** A tensor that a layer owns, and what it starts with. */
export interface Weight {
  readonly shape: Shape;
  readonly init: Initializer;
}

const nonlinearities = [
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
