/**
 * What Conv1d and Conv2d share: PyTorch's messages, the size of the result, and how both become a 2-D convolution. A
 * signal (N, C, L) is an image (N, C, 1, L).
 */
import type { Builder, Value } from "../program/builder";
import { printShape } from "../tensor/dims";
import { TensorError } from "../tensor/errors";
import { likeImages } from "../tensor/layouts";
import { contiguousType, elementCount, isContiguous, type Shape, type TensorType } from "../tensor/tensor";
import {
  checkPadding,
  type ImagePadding,
  imagePadding,
  type PaddingMode,
  paddedShape,
  padImages,
} from "./image-padding";
import { fanInUniform } from "./initializers";
import { flag, integer } from "./params";
import { asImages, asSignals } from "./signals";
import { type OnnxNode, onnxNode } from "./spelling";

/** Sizes in the order of the last dimensions: [length], or [height, width]. */
export interface Convolution {
  readonly in_channels: number;
  readonly out_channels: number;
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[] | "same" | "valid";
  readonly dilation: readonly number[];
  readonly groups: number;
  readonly bias: boolean;
  readonly padding_mode: PaddingMode;
}

// Parameters that read the same in every convolution.

export function outChannels() {
  return integer(
    { en: "Number of filters, each giving one channel", zh: "滤波器个数，每个产生一个通道" },
    16,
    {
      min: 1,
    },
  );
}

export function groups() {
  return integer(
    { en: "Splits the channels into groups that do not see each other", zh: "把通道分成互不可见的组" },
    1,
    { min: 1 },
  );
}

export function channelBias() {
  return flag(
    { en: "Add a trained number to every output channel", zh: "给每个输出通道加上一个可训练的数" },
    true,
  );
}

/** @throws TensorError conv-groups, conv-same-strided: what `torch.nn.Conv2d(…)` refuses */
export function convolutionWeights(c: Convolution) {
  checkGroups(c);
  if (c.padding === "same" && c.stride.some((each) => each !== 1)) {
    const message = "padding='same' is not supported for strided convolutions";
    throw new TensorError("conv-same-strided", "ValueError", message);
  }
  const init = fanInUniform((c.in_channels / c.groups) * elementCount(c.kernel));
  return { weight: { shape: weightShape(c), init }, bias: c.bias && { shape: [c.out_channels], init } };
}

/** @throws TensorError conv-groups */
export function checkGroups(c: Pick<Convolution, "groups" | "in_channels" | "out_channels">): void {
  const fail = (message: string): never => {
    throw new TensorError("conv-groups", "ValueError", message);
  };
  if (c.groups <= 0) fail("groups must be a positive integer");
  if (c.in_channels % c.groups !== 0) fail("in_channels must be divisible by groups");
  if (c.out_channels % c.groups !== 0) fail("out_channels must be divisible by groups");
}

function weightShape(c: Convolution): number[] {
  return [c.out_channels, Math.floor(c.in_channels / c.groups), ...c.kernel];
}

/**
 * The result for x: (N, C, …) or (C, …).
 * @throws TensorError conv-rank, conv-channels, conv-kernel-too-large, conv-argument, padding-too-large, needs-float
 */
export function convolve(x: TensorType, c: Convolution): TensorType {
  const sides = c.kernel.length;
  const padding = imagePadding(c.padding, c.kernel, c.dilation);
  checkPadding(x.shape, padding, c.padding_mode);
  const float = x.dtype === "float32";
  const kernel = { zeros: null, circular: null, reflect: "reflection_pad", replicate: "replication_pad" }[
    c.padding_mode
  ];
  if (!float && kernel !== null) {
    const name = `${kernel}${sides}d${c.padding_mode === "replicate" ? "_cpu" : ""}`;
    refuse("needs-float", `"${name}" not implemented for 'Long'`);
  }
  if (!float && sides === 2 && c.bias && (c.padding_mode !== "zeros" || typeof c.padding !== "string")) {
    refuse("needs-float", "Input type (long int) and bias type (float) should be the same");
  }
  checkRank(x.shape, sides, `conv${sides}d`);
  if (Array.isArray(c.padding) && c.padding.length !== sides) {
    const message =
      `expected padding to be a single integer value or a list of ${sides} values to match the convolution dimensions, ` +
      `but got padding=${printShape(c.padding)}`;
    refuse("conv-argument", message);
  }
  const unbatched = x.shape.length === sides + 1;
  const images = unbatched ? [1, ...x.shape] : x.shape;
  checkSizes(images, padding, c);
  if (!float) refuse("needs-float", "expected scalar type Long but found Float");
  const padded = paddedShape(images, padding).slice(2);
  const size = padded.map(
    (each, i) => Math.floor((each - reach(c.kernel[i], c.dilation[i])) / c.stride[i]) + 1,
  );
  const shape = [images[0], c.out_channels, ...size];
  const contiguous = contiguousType("float32", unbatched ? shape.slice(1) : shape);
  if (c.padding_mode !== "zeros") return contiguous;
  if (sides === 1) return unbatched ? first(likeSignals(batchOf(x), shape)) : likeSignals(x, shape);
  return unbatched ? contiguous : likeImages(x, shape);
}

/** `Tensor.unsqueeze(0)` */
function batchOf(x: TensorType): TensorType {
  return { ...x, shape: [1, ...x.shape], stride: [x.shape[0] * x.stride[0], ...x.stride] };
}

/** `Tensor.squeeze(0)` */
function first(y: TensorType): TensorType {
  return { ...y, shape: y.shape.slice(1), stride: y.stride.slice(1) };
}

/** PyTorch makes a signal contiguous and then looks at it as images, whose channels may come last all the same. */
function likeSignals(x: TensorType, shape: Shape): TensorType {
  const signals = isContiguous(x) ? x : contiguousType(x.dtype, x.shape);
  return asSignals(likeImages(asImages(signals), [shape[0], shape[1], 1, shape[2]]));
}

/** @throws TensorError conv-rank */
export function checkRank(shape: Shape, sides: number, name: string): void {
  if (shape.length === sides + 1 || shape.length === sides + 2) return;
  const expected = `${sides + 1}D (unbatched) or ${sides + 2}D (batched)`;
  refuse("conv-rank", `Expected ${expected} input to ${name}, but got input of size: ${printShape(shape)}`);
}

/** In the order of ATen/native/Convolution.cpp `check_shape_forward`; the kernel that PyTorch picks judges the rest. */
function checkSizes(images: Shape, padding: ImagePadding, c: Convolution): void {
  const padded = paddedShape(images, padding).slice(2);
  if (padding.before.some((each) => each < 0)) refuse("conv-argument", "negative padding is not supported");
  if (c.stride.some((each) => each <= 0)) refuse("conv-argument", "non-positive stride is not supported");
  if (images[1] !== c.in_channels) {
    const input = printShape(paddedShape(images, paddedBeforehand(padding, c.padding_mode)));
    refuse(
      "conv-channels",
      wrongChannels(`groups=${c.groups}`, weightShape(c), input, c.in_channels, images[1]),
    );
  }
  const extent = c.kernel.map((size, i) => reach(size, c.dilation[i]));
  if (padded.some((size, i) => size < extent[i])) {
    refuse(
      "conv-kernel-too-large",
      `Calculated padded input size per channel: (${padded.join(" x ")}). Kernel size: (${extent.join(" x ")}). ` +
        "Kernel size can't be greater than actual input size",
    );
  }
  // The kernels of PyTorch know images only.
  const asImage = (sizes: readonly number[]) => (sizes.length === 1 ? [1, ...sizes] : sizes);
  if (c.dilation.some((each) => each <= 0)) {
    const slow = images[0] === 1 && c.groups === 1;
    const message = `dilation should be greater than zero, but got ${printShape(asImage(c.dilation))}`;
    refuse("conv-argument", slow ? message : "non-positive dilation is not supported");
  }
  if (c.kernel.some((each) => each <= 0)) {
    const [height, width] = asImage(c.kernel);
    const got = `kernel_height: ${height} kernel_width: ${width}`;
    refuse("conv-argument", `kernel size should be greater than zero, but got ${got}`);
  }
}

export function wrongChannels(
  given: string,
  weight: Shape,
  input: string,
  wanted: number,
  got: number,
): string {
  return (
    `Given ${given}, weight of size ${printShape(weight)}, expected input${input} to have ${wanted} channels, ` +
    `but got ${got} channels instead`
  );
}

/** What PyTorch adds before it convolves: all but zeros, and of the zeros what one side has more than the other. */
function paddedBeforehand(padding: ImagePadding, mode: PaddingMode): ImagePadding {
  if (mode !== "zeros") return padding;
  const { before, after } = padding;
  return { before: before.map(() => 0), after: after.map((each, i) => each - before[i]) };
}

/** x: (N, C, …) or (C, …), weight (O, C/groups, …kernel), bias (O) */
export function lowerConvolution(
  ops: Builder,
  x: Value,
  c: Convolution,
  weight: Value,
  bias: Value | undefined,
): Value {
  const sides = c.kernel.length;
  const padding = imagePadding(c.padding, c.kernel, c.dilation);
  const batch = x.shape.length === sides + 1 ? ops.reshape(x, [1, ...x.shape]) : x;
  const even = padding.before.every((each, i) => each === padding.after[i]);
  const inside = c.padding_mode === "zeros" && even;
  const padded = inside ? batch : padImages(ops, batch, padding, c.padding_mode);
  const product = ops.conv2d(image(ops, padded), image(ops, weight), {
    stride: pairOf(c.stride, 1),
    padding: pairOf(inside ? padding.before : padding.before.map(() => 0), 0),
    dilation: pairOf(c.dilation, 1),
    groups: c.groups,
  });
  const y = bias ? ops.add(product, ops.reshape(bias, [c.out_channels, 1, 1])) : product;
  const size = y.shape.slice(4 - sides);
  return ops.reshape(y, [...x.shape.slice(0, -sides - 1), c.out_channels, ...size]);
}

/** A signal as an image of height 1. */
export function image(ops: Builder, x: Value): Value {
  return x.shape.length === 4 ? x : ops.reshape(x, x.shape.toSpliced(2, 0, 1));
}

/** [height, width] of an image that a signal's [length] belongs to. */
export function pairOf(sizes: readonly number[], height: number): [number, number] {
  return sizes.length === 1 ? [height, sizes[0]] : [sizes[0], sizes[1]];
}

export function convolutionFlops(y: TensorType, c: Convolution): number {
  const window = (c.in_channels / c.groups) * elementCount(c.kernel);
  return elementCount(y.shape) * (2 * window + (c.bias ? 1 : 0));
}

export function onnxConvolution(c: Convolution): OnnxNode[] {
  const { before, after } = imagePadding(c.padding, c.kernel, c.dilation);
  const zeros = c.padding_mode === "zeros";
  const node = onnxNode("Conv", [zeros ? "x" : "%1", "weight", ...(c.bias ? ["bias"] : [])], {
    kernel_shape: c.kernel,
    strides: c.stride,
    dilations: c.dilation,
    group: c.groups,
    pads: zeros ? [...before, ...after] : [...before, ...after].fill(0),
  });
  if (c.padding_mode === "zeros") return [node];
  const mode = { reflect: "reflect", replicate: "edge", circular: "wrap" }[c.padding_mode];
  const around = [0, 0, ...before, 0, 0, ...after];
  return [onnxNode("Constant", [], { value_ints: around }), onnxNode("Pad", ["x", "%0"], { mode }), node];
}

/** The keyword of a call, or nothing where it is the default. */
export function unless<T>(value: T, byDefault: T): T | undefined {
  return value === byDefault ? undefined : value;
}

export function refuse(code: string, message: string): never {
  throw new TensorError(code, "RuntimeError", message);
}

/** Places from the first to the last that a filter looks at. */
export function reach(kernel: number, dilation: number): number {
  return dilation * (kernel - 1) + 1;
}
