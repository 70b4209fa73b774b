/** What the adaptive pooling layers share: PyTorch's messages and layouts. Source: ATen/native/AdaptivePooling.h. */
import type { Builder, Value } from "../program/builder";
import { printShape, sizeAt } from "../tensor/dims";
import { TensorError } from "../tensor/errors";
import { likeImages } from "../tensor/layouts";
import { contiguousType, type Shape, type TensorType } from "../tensor/tensor";
import { both, integer, pair } from "./params";
import { poolError } from "./pooling";
import { type OnnxNode, onnxNode } from "./spelling";
import { take } from "./take";

type Pair = number | readonly number[];

/** What `output_size` holds where PyTorch has None: as many as come in. */
const asBefore = -1;

export function outputLength() {
  return integer({ en: "Length of the result, whatever comes in", zh: "结果的长度，与输入无关" }, 1, {
    min: 1,
  });
}

export function outputPair() {
  return pair(
    {
      en: "Height and width of the result, whatever comes in; -1 keeps the input's",
      zh: "结果的高和宽，与输入无关；-1 表示与输入相同",
    },
    1,
    asBefore,
  );
}

/** Height and width of the result for (…, H, W). */
export function adaptedSize(shape: readonly number[], size: Pair): [number, number] {
  const [height, width] = both(size);
  const [before, across] = shape.slice(-2);
  return [height === asBefore ? before : height, width === asBefore ? across : width];
}

/** As Python writes it: `3`, `(3, None)`. */
export function pythonSize(size: Pair): Pair | { readonly python: string } {
  if (typeof size === "number" || !size.includes(asBefore)) return size;
  return { python: `(${size.map((each) => (each === asBefore ? "None" : each)).join(", ")})` };
}

/** @throws TensorError pool-argument, pool-rank, pool-empty, needs-float */
export function adaptivePool(
  x: TensorType,
  output: readonly number[],
  name: "adaptive_avg_pool2d" | "adaptive_max_pool2d",
): TensorType {
  const { shape } = x;
  const average = name === "adaptive_avg_pool2d";
  if (average && output.some((each) => each < 0)) {
    const message = `elements of output_size must be greater than or equal to 0 but received {${output.join(", ")}}`;
    throw poolError("pool-argument", `${name}: ${message}`);
  }
  if (shape.length !== 3 && shape.length !== 4) {
    const got = `but got${average ? "" : ":"} ${printShape(shape)}`;
    throw poolError("pool-rank", `${name}(): Expected 3D or 4D tensor, ${got}`);
  }
  const empty = shape.findIndex((size, dim) => size === 0 && dim >= shape.length - (average ? 2 : 3));
  if (empty >= 0) {
    const message =
      "Expected input to have non-zero size for non-batch dimensions, " +
      `but input has sizes ${printShape(shape)} with dimension ${empty} being empty`;
    throw poolError("pool-empty", `${name}(): ${message}`);
  }
  const pooled = [...shape.slice(0, -2), ...output];
  if (output.some((each) => each < 0)) {
    const message = `Trying to create tensor with negative dimension ${Math.min(...output)}: ${printShape(pooled)}`;
    throw poolError("pool-argument", message);
  }
  if (x.dtype !== "float32") throw poolError("needs-float", `"${name}" not implemented for 'Long'`);
  return shape.length === 4 ? likeImages(x, pooled) : contiguousType("float32", pooled);
}

/** `torch.nn.AdaptiveAvgPool2d` takes a mean over everything where one place is asked for, of any rank. */
export function averagePool(x: TensorType, output: readonly number[]): TensorType {
  if (output.some((each) => each !== 1)) return adaptivePool(x, output, "adaptive_avg_pool2d");
  sizeAt(x.shape, -2);
  if (x.dtype !== "float32") {
    const message =
      "mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. Got: Long";
    throw poolError("needs-float", message);
  }
  const pooled = [...x.shape.slice(0, -2), 1, 1];
  return x.shape.length === 4 ? likeImages(x, pooled) : contiguousType("float32", pooled);
}

/** In the order of `torch.nn.functional._list_with_default`. */
export function checkRank(shape: Shape, size: Pair): void {
  if (typeof size !== "number" && shape.length <= size.length) {
    throw new TensorError("pool-rank", "ValueError", `Input dimension should be at least ${size.length + 1}`);
  }
}

/** x: (N, C, H, W) or (C, H, W) */
export function largestOfWindows(ops: Builder, x: Value, output: readonly [number, number]): Value {
  const images = x.shape.length === 3 ? ops.reshape(x, [1, ...x.shape]) : x;
  const [rows, columns] = [0, 1].map((side) => windows(images.shape[2 + side], output[side]));
  // Windows may overlap and differ in length: each is written out, the shorter ones with their last place repeated. Of
  // equal numbers the first counts, so that the repeated one never does.
  const apart = take(ops, take(ops, images, 2, rows.places), 3, columns.places);
  const kernel = [rows.length, columns.length] as const;
  const y = ops.maxPool2d(apart, { kernel, stride: kernel, padding: [0, 0], dilation: [1, 1], output });
  return ops.reshape(y, [...x.shape.slice(0, -2), ...output]);
}

interface Windows {
  /** Of every window. */
  readonly length: number;
  /** The places of all windows, one after the other. */
  readonly places: readonly number[];
}

function windows(size: number, count: number): Windows {
  const bounds = Array.from({ length: count }, (_, i) => ({
    start: Math.floor((i * size) / count),
    end: Math.ceil(((i + 1) * size) / count),
  }));
  const length = Math.max(...bounds.map(({ start, end }) => end - start));
  const places = bounds.flatMap(({ start, end }) =>
    Array.from({ length }, (_, i) => Math.min(start + i, end - 1)),
  );
  return { length, places };
}

/** Windows of one length where the sizes divide; elsewhere the nearest that ONNX can say. */
export function onnxWindows(
  op: "AveragePool" | "MaxPool",
  x: TensorType,
  output: readonly number[],
): OnnxNode[] {
  const sizes = x.shape.slice(-output.length);
  const strides = sizes.map((size, i) => Math.floor(size / output[i]));
  const kernel_shape = sizes.map((size, i) => size - (output[i] - 1) * strides[i]);
  return [onnxNode(op, ["x"], { kernel_shape, strides })];
}
