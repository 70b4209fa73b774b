/** An input as it lies in memory: a transposed, sliced or expanded tensor is made from the contiguous one below it. */
import type { Builder, Value } from "../program/builder";
import { elementCount, type Layout } from "../tensor/tensor";

/**
 * @param load the memory below, given its shape, which is contiguous
 * @returns a value of the layout's shape, read from that memory by slicing, permuting and expanding. Strides that no
 * such chain gives (overlapping windows) are read as contiguous.
 */
export function loadLayout(
  ops: Builder,
  { shape, stride }: Pick<Layout, "shape" | "stride">,
  load: (shape: readonly number[]) => Value,
): Value {
  const below = contiguousBelow(shape, stride);
  if (below === null) return load(shape);
  const { dims, storage } = below;
  // The last dimension of the storage is the step between two neighbours of the innermost one.
  const sizes = [...dims.map((dim) => shape[dim]), 1];
  const starts = storage.map(() => 0);
  const sliced = ops.reshape(ops.slice(load(storage), starts, sizes), sizes.slice(0, -1));
  const order = dims.map((_, i) => i).sort((a, b) => dims[a] - dims[b]);
  const permuted = ops.permute(sliced, order);
  const narrow = shape.map((size, dim) => (dims.includes(dim) ? size : 1));
  return ops.expand(ops.reshape(permuted, narrow), shape);
}

/** The dimensions that move through memory, widest step first, and the shape of the memory with that order. */
function contiguousBelow(shape: readonly number[], stride: readonly number[]) {
  if (elementCount(shape) === 0) return null;
  const dims = shape
    .map((_, dim) => dim)
    .filter((dim) => shape[dim] > 1 && stride[dim] > 0)
    .sort((a, b) => stride[b] - stride[a]);
  const storage = [...dims.map((dim) => stride[dim]), 1].map((step, i) =>
    i === 0 ? (dims.length === 0 ? 1 : shape[dims[0]]) : stride[dims[i - 1]] / step,
  );
  const fits = storage.every((size, i) => Number.isInteger(size) && size >= (shape[dims[i]] ?? 1));
  return fits ? { dims, storage } : null;
}
