/** What ConvTranspose1d and ConvTranspose2d share: PyTorch's messages, and how both become the gradient of a convolution. */
import type { Builder, Value } from "../program/builder";
import { printShape } from "../tensor/dims";
import { TensorError } from "../tensor/errors";
import { contiguousType, elementCount, type Shape, type TensorType } from "../tensor/tensor";
import { checkGroups, checkRank, image, pairOf, refuse, wrongChannels } from "./convolution";
import { fanInUniform } from "./initializers";
import { choice } from "./params";
import { type OnnxNode, onnxNode } from "./spelling";

/** Sizes in the order of the last dimensions: [length], or [height, width]. */
export interface TransposedConvolution {
  readonly in_channels: number;
  readonly out_channels: number;
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly output_padding: readonly number[];
  readonly groups: number;
  readonly bias: boolean;
  readonly dilation: readonly number[];
  readonly padding_mode: string;
}

export function zerosOnly() {
  return choice({ en: "What the padding holds", zh: "填充的内容" }, ["zeros"], "zeros");
}

/** @throws TensorError conv-groups, padding-mode: what `torch.nn.ConvTranspose2d(…)` refuses */
export function transposedWeights(c: TransposedConvolution) {
  if (c.padding_mode !== "zeros") {
    const message = `Only "zeros" padding mode is supported for ConvTranspose${c.kernel.length}d`;
    throw new TensorError("padding-mode", "ValueError", message);
  }
  checkGroups(c);
  // PyTorch counts the weight's second dimension as what comes in, as in a convolution.
  const init = fanInUniform((c.out_channels / c.groups) * elementCount(c.kernel));
  return { weight: { shape: weightShape(c), init }, bias: c.bias && { shape: [c.out_channels], init } };
}

function weightShape(c: TransposedConvolution): number[] {
  return [c.in_channels, Math.floor(c.out_channels / c.groups), ...c.kernel];
}

/**
 * The result for x: (N, C, …) or (C, …), always contiguous.
 * Source: ATen/native/Convolution.cpp and NaiveConvolutionTranspose2d.cpp.
 * @throws TensorError conv-rank, conv-channels, conv-argument, conv-output-padding, conv-output-size, needs-float
 */
export function convolveTransposed(x: TensorType, c: TransposedConvolution): TensorType {
  const sides = c.kernel.length;
  checkRank(x.shape, sides, `conv_transpose${sides}d`);
  const images = x.shape.length === sides + 1 ? [1, ...x.shape] : x.shape;
  if (c.padding.some((each) => each < 0)) refuse("conv-argument", "negative padding is not supported");
  if (c.output_padding.some((each) => each < 0)) {
    refuse("conv-argument", "negative output_padding is not supported");
  }
  if (c.stride.some((each) => each <= 0)) refuse("conv-argument", "non-positive stride is not supported");
  if (images[1] !== c.in_channels) {
    const message = wrongChannels(
      "transposed=1",
      weightShape(c),
      printShape(images),
      c.in_channels,
      images[1],
    );
    refuse("conv-channels", message);
  }
  checkSizes(images, c);
  if (x.dtype !== "float32") refuse("needs-float", "expected scalar type Long but found Float");
  const lead = x.shape.length === sides + 1 ? [] : [images[0]];
  return contiguousType("float32", [...lead, c.out_channels, ...outputSize(images, c)]);
}

/** PyTorch's kernel knows images only: a signal has height 1. */
function checkSizes(images: Shape, c: TransposedConvolution): void {
  const pair = (name: string, sizes: readonly number[], height: number) => {
    const [h, w] = pairOf(sizes, height);
    return [`${name}_height: ${h}`, `${name}_width: ${w}`] as const;
  };
  const kernel = pair("kernel", c.kernel, 1);
  const stride = pair("stride", c.stride, 1);
  const dilation = pair("dilation", c.dilation, 1);
  const extra = pair("output_padding", c.output_padding, 0);
  if (c.kernel.some((each) => each <= 0)) {
    refuse("conv-argument", `kernel size should be greater than zero, but got ${kernel.join(" ")}`);
  }
  if (c.dilation.some((each) => each <= 0)) {
    refuse("conv-argument", `dilation should be greater than zero, but got ${dilation.join(", ")}`);
  }
  if (c.output_padding.some((each, i) => each >= c.stride[i] && each >= c.dilation[i])) {
    const got = [...extra, ...stride, ...dilation].join(" ");
    const message = `output padding must be smaller than either stride or dilation, but got ${got}`;
    refuse("conv-output-padding", message);
  }
  const output = outputSize(images, c);
  if (output.some((size) => size < 1)) {
    const print = (sizes: readonly number[]) => pairOf(sizes, 1).join(" x ");
    refuse(
      "conv-output-size",
      `Given input size per channel: (${print(images.slice(2))}). ` +
        `Calculated output size per channel: (${print(output)}). Output size is too small`,
    );
  }
}

function outputSize(images: Shape, c: TransposedConvolution): number[] {
  return c.kernel.map(
    (kernel, i) =>
      (images[2 + i] - 1) * c.stride[i] -
      2 * c.padding[i] +
      c.dilation[i] * (kernel - 1) +
      c.output_padding[i] +
      1,
  );
}

/** x: (N, C, …) or (C, …), weight (C, O/groups, …kernel), bias (O) */
export function lowerTransposed(
  ops: Builder,
  x: Value,
  c: TransposedConvolution,
  weight: Value,
  bias: Value | undefined,
): Value {
  const sides = c.kernel.length;
  const batch = x.shape.length === sides + 1 ? ops.reshape(x, [1, ...x.shape]) : x;
  const size = outputSize(batch.shape, c);
  const product = ops.conv2dGradInput(
    image(ops, batch),
    image(ops, weight),
    {
      stride: pairOf(c.stride, 1),
      padding: pairOf(c.padding, 0),
      dilation: pairOf(c.dilation, 1),
      groups: c.groups,
    },
    [batch.shape[0], c.out_channels, ...pairOf(size, 1)],
  );
  const y = bias ? ops.add(product, ops.reshape(bias, [c.out_channels, 1, 1])) : product;
  return ops.reshape(y, [...x.shape.slice(0, -sides - 1), c.out_channels, ...size]);
}

export function transposedFlops(x: TensorType, y: TensorType, c: TransposedConvolution): number {
  const window = (c.out_channels / c.groups) * elementCount(c.kernel);
  return 2 * elementCount(x.shape) * window + (c.bias ? elementCount(y.shape) : 0);
}

export function onnxTransposed(c: TransposedConvolution): OnnxNode[] {
  return [
    onnxNode("ConvTranspose", ["x", "weight", ...(c.bias ? ["bias"] : [])], {
      kernel_shape: c.kernel,
      strides: c.stride,
      dilations: c.dilation,
      group: c.groups,
      pads: [...c.padding, ...c.padding],
      output_padding: c.output_padding,
    }),
  ];
}
