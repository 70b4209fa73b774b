/** Dimension numbers and broadcasting, with PyTorch's messages. */
import { TensorError } from "./errors";
import type { Shape } from "./tensor";

/**
 * Turns a dimension that may count from the end into an index. A scalar counts as having one dimension.
 * Source: c10 `maybe_wrap_dim`. @throws TensorError dim-out-of-range
 */
export function wrapDim(dim: number, rank: number): number {
  const size = Math.max(rank, 1);
  if (dim < -size || dim >= size) {
    throw new TensorError(
      "dim-out-of-range",
      "IndexError",
      `Dimension out of range (expected to be in range of [${-size}, ${size - 1}], but got ${dim})`,
    );
  }
  return dim < 0 ? dim + size : dim;
}

/** `shape[dim]` as `Tensor.size(dim)` gives it: a scalar has none. @throws TensorError dim-out-of-range */
export function sizeAt(shape: Shape, dim: number): number {
  if (shape.length === 0) {
    throw new TensorError(
      "dim-out-of-range",
      "IndexError",
      `Dimension specified as ${dim} but tensor has no dimensions`,
    );
  }
  return shape[wrapDim(dim, shape.length)];
}

/** The shape of an elementwise result. @throws TensorError shapes-do-not-broadcast */
export function broadcastShapes(a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length);
  const result = new Array<number>(rank);
  // From the last dimension, as PyTorch does: it decides which mismatch is named.
  for (let dim = rank - 1; dim >= 0; dim--) {
    const left = a[dim - rank + a.length] ?? 1;
    const right = b[dim - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      throw new TensorError(
        "shapes-do-not-broadcast",
        "RuntimeError",
        `The size of tensor a (${left}) must match the size of tensor b (${right}) at non-singleton dimension ${dim}`,
      );
    }
    result[dim] = left === 1 ? right : left;
  }
  return result;
}

/** `[2, 3]`, as PyTorch prints a shape. */
export function printShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}
