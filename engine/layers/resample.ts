/** Weighted sums along one dimension, and the weights of resizing. */
import type { Builder, Value } from "../program/builder";
import { elementCount } from "../tensor/tensor";

/** Replaces dimension `dim` of x, of size n, by `matrix` (m, n) times it. */
export function weigh(ops: Builder, x: Value, dim: number, matrix: Value): Value {
  const [size, count] = [x.shape[dim], matrix.shape[0]];
  const before = elementCount(x.shape.slice(0, dim));
  const behind = elementCount(x.shape.slice(dim + 1));
  const shape = x.shape.with(dim, count);
  if (behind === 1) {
    return ops.reshape(ops.matmul(ops.reshape(x, [before, size]), ops.transpose(matrix, 0, 1)), shape);
  }
  return ops.reshape(ops.matmul(matrix, ops.reshape(x, [before, size, behind])), shape);
}

/**
 * The mean of each of `count` windows that cover a dimension of `size`, as even as can be: window i begins at
 * ⌊i·size/count⌋ and ends before ⌈(i+1)·size/count⌉. Source: ATen/native/AdaptivePooling.h.
 */
export function averageWindows(ops: Builder, x: Value, dim: number, count: number): Value {
  const size = x.shape[dim];
  if (size % count === 0) {
    const split = ops.reshape(x, x.shape.toSpliced(dim, 1, count, size / count));
    return ops.reshape(ops.mean(split, [dim + 1]), x.shape.with(dim, count));
  }
  const window = ops.iota([count, size], 0);
  const place = ops.iota([count, size], 1);
  const start = ops.div(ops.mul(window, size), count);
  const end = ops.div(ops.add(ops.mul(ops.add(window, 1), size), count - 1), count);
  const inside = ops.mul(ops.sub(1, ops.less(place, start)), ops.less(place, end));
  return weigh(ops, x, dim, ops.div(inside, ops.cast(ops.sub(end, start), "float32")));
}

/**
 * Linear interpolation to `count` places.
 * @param scale how far two results are apart, in places of x
 * @param alignCorners whether the first and last places lie on each other, not the outer edges
 */
export function interpolate(
  ops: Builder,
  x: Value,
  dim: number,
  count: number,
  scale: number,
  alignCorners: boolean,
): Value {
  const size = x.shape[dim];
  const result = ops.cast(ops.iota([count, size], 0), "float32");
  const place = ops.cast(ops.iota([count, size], 1), "float32");
  const source = alignCorners ? ops.mul(result, scale) : ops.sub(ops.mul(ops.add(result, 0.5), scale), 0.5);
  const inside = ops.minimum(ops.maximum(source, 0), size - 1);
  return weigh(ops, x, dim, ops.relu(ops.sub(1, ops.abs(ops.sub(inside, place)))));
}
