/** What the pooling layers share: the windows' geometry and PyTorch's messages about it. */
import type { Builder, Value } from "../program/builder";
import { printShape } from "../tensor/dims";
import { TensorError } from "../tensor/errors";
import { likeImages } from "../tensor/layouts";
import { contiguousType, type Shape, type TensorType } from "../tensor/tensor";
import { both } from "./params";

type Pair = number | readonly number[];

export interface Pooling {
  readonly kernel_size: Pair;
  /** null: the kernel size. */
  readonly stride: Pair | null;
  readonly padding: Pair;
  readonly dilation: Pair;
  readonly ceil_mode: boolean;
}

/** Pooling of a signal; see `Pooling`. */
export interface SignalPooling {
  readonly kernel_size: number;
  readonly stride: number | null;
  readonly padding: number;
  readonly dilation: number;
  readonly ceil_mode: boolean;
}

/** A signal (N, C, L) is pooled as an image (N, C, 1, L). */
export function imagePooling(p: SignalPooling): Pooling {
  return {
    kernel_size: [1, p.kernel_size],
    stride: p.stride === null ? null : [1, p.stride],
    padding: [0, p.padding],
    dilation: [1, p.dilation],
    ceil_mode: p.ceil_mode,
  };
}

/** (N, C, L) or (C, L) → (N, C, 1, L) */
export function signalImages(ops: Builder, x: Value): Value {
  const [length, channels, samples = 1] = x.shape.toReversed();
  return ops.reshape(x, [samples, channels, 1, length]);
}

/** @throws TensorError pool-rank */
export function checkSignalRank(shape: Shape, name: string): void {
  if (shape.length === 2 || shape.length === 3) return;
  const message =
    `Expected 2 to 3 dimensions, but got ${shape.length}-dimensional tensor for argument #1 'self' ` +
    `(while checking arguments for ${name})`;
  throw poolError("pool-rank", message);
}

/** Windows in [height, width]. */
export interface Windows {
  readonly kernel: [number, number];
  readonly stride: [number, number];
  readonly padding: [number, number];
  readonly dilation: [number, number];
}

export function windowsOf(p: Pooling): Windows {
  const kernel = both(p.kernel_size);
  return { kernel, stride: strideOf(p), padding: both(p.padding), dilation: both(p.dilation) };
}

function strideOf({ stride, kernel_size }: Pooling): [number, number] {
  return both(stride === null || (typeof stride !== "number" && stride.length === 0) ? kernel_size : stride);
}

/** A pair of more than two numbers. @throws TensorError pool-argument */
export function checkPair(value: Pair | null, message: string): void {
  if (value !== null && typeof value !== "number" && value.length > 2)
    throw poolError("pool-argument", message);
}

/** Rows and columns of the result for (…, H, W). @throws TensorError pool-argument, pool-padding */
export function pooledSize(size: readonly [number, number], p: Pooling): [number, number] {
  const windows = windowsOf(p);
  return [along(size[0], 0, windows, p.ceil_mode), along(size[1], 1, windows, p.ceil_mode)];
}

/** Source: ATen/native/Pool.h `pooling_output_shape`. */
function along(size: number, side: number, windows: Windows, ceil: boolean): number {
  const [kernel, stride, padding, dilation] = [
    windows.kernel[side],
    windows.stride[side],
    windows.padding[side],
    windows.dilation[side],
  ];
  if (stride === 0) throw poolError("pool-argument", "stride should not be zero");
  if (padding < 0) throw poolError("pool-argument", `pad must be non-negative, but got pad: ${padding}`);
  if (padding > Math.trunc(kernel / 2)) {
    const message = `pad should be at most half of kernel size, but got pad=${padding} and kernel_size=${kernel}`;
    throw poolError("pool-padding", message);
  }
  const room = size + 2 * padding - dilation * (kernel - 1) - 1;
  const count = Math.floor((room + (ceil ? stride - 1 : 0)) / stride) + 1;
  // The last window must begin inside the image or its left padding.
  return ceil && (count - 1) * stride >= size + padding ? count - 1 : count;
}

/**
 * The result of pooling x: (N, C, H, W) or (C, H, W). Source: ATen/native/Pool.h `pool2d_shape_check`.
 * @throws TensorError pool-argument, pool-rank, pool-padding, pool-output-size
 */
export function pool(x: TensorType, p: Pooling): TensorType {
  const { shape } = x;
  const { kernel, stride, dilation } = windowsOf(p);
  const channels = shape[shape.length - 3];
  const [height, width] = shape.slice(-2);
  const output = pooledSize([height, width], p);
  const positive = (pair: readonly number[]): boolean => pair.every((each) => each > 0);
  if (!positive(kernel)) {
    throw poolError(
      "pool-argument",
      `kernel size should be greater than zero, but got kH: ${kernel[0]} kW: ${kernel[1]}`,
    );
  }
  if (!positive(stride)) {
    throw poolError(
      "pool-argument",
      `stride should be greater than zero, but got dH: ${stride[0]} dW: ${stride[1]}`,
    );
  }
  if (!positive(dilation)) {
    const got = `dilationH: ${dilation[0]} dilationW: ${dilation[1]}`;
    throw poolError("pool-argument", `dilation should be greater than zero, but got ${got}`);
  }
  if ((shape.length !== 3 && shape.length !== 4) || shape.slice(-3).includes(0)) {
    const got = printShape(shape);
    const message = `Expected 3D or 4D (batch mode) tensor with optional 0 dim batch size for input, but got:${got}`;
    throw poolError("pool-rank", message);
  }
  if (output[0] < 1 || output[1] < 1) {
    throw poolError(
      "pool-output-size",
      `Given input size: (${channels}x${height}x${width}). Calculated output size: (${channels}x${output[0]}x${output[1]}). ` +
        "Output size is too small",
    );
  }
  const pooled = [...shape.slice(0, -2), ...output];
  return shape.length === 4 ? likeImages(x, pooled) : contiguousType(x.dtype, pooled);
}

export function poolError(code: string, message: string): TensorError {
  return new TensorError(code, "RuntimeError", message);
}
