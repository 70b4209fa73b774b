/** The result of `torch.cat` and `torch.stack`. */
import { printShape, wrapDim } from "../tensor/dims";
import { TensorError } from "../tensor/errors";
import { likeImages } from "../tensor/layouts";
import { contiguousType, type TensorType } from "../tensor/tensor";
import { unsqueeze, view } from "../tensor/views";
import { numberType } from "./number-type";

/** `torch.cat` has always let tensors of shape [0] stand anywhere, and skips them. */
export function isSkipped({ shape }: { readonly shape: readonly number[] }): boolean {
  return shape.length === 1 && shape[0] === 0;
}

/**
 * Source: ATen/native/TensorShape.cpp, meta function of `cat`.
 * @throws TensorError concat-scalar, dim-out-of-range, concat-rank, concat-sizes
 */
export function concatType(tensors: readonly TensorType[], dim: number): TensorType {
  const scalar = tensors.findIndex(({ shape }) => shape.length === 0);
  if (scalar >= 0) {
    const message = `zero-dimensional tensor (at position ${scalar}) cannot be concatenated`;
    throw new TensorError("concat-scalar", "RuntimeError", message);
  }
  const dtype = numberType(...tensors);
  const first = tensors.find((each) => !isSkipped(each));
  if (!first) return contiguousType(dtype, [0]);
  const at = wrapDim(dim, first.shape.length);
  let size = 0;
  for (const [position, each] of tensors.entries()) {
    if (isSkipped(each)) continue;
    checkSizes(first, each, at, position);
    size += each.shape[at];
  }
  const shape = first.shape.with(at, size);
  const alike = tensors.map((each) => likeImages(each, shape));
  const agree = alike.every(({ stride }) => stride.every((step, i) => step === alike[0].stride[i]));
  return agree ? { ...alike[0], dtype } : contiguousType(dtype, shape);
}

function checkSizes(first: TensorType, each: TensorType, at: number, position: number): void {
  const [a, b] = [first.shape, each.shape];
  if (a.length !== b.length) {
    const message = `Tensors must have same number of dimensions: got ${a.length} and ${b.length}`;
    throw new TensorError("concat-rank", "RuntimeError", message);
  }
  const differs = a.findIndex((size, dim) => dim !== at && size !== b[dim]);
  if (differs >= 0) {
    const message =
      `Sizes of tensors must match except in dimension ${at}. ` +
      `Expected size ${a[differs]} but got size ${b[differs]} for tensor number ${position} in the list.`;
    throw new TensorError("concat-sizes", "RuntimeError", message);
  }
}

/**
 * PyTorch concatenates and views the result where it can, so that the strides are those of `cat`.
 * Source: ATen/native/TensorShape.cpp, `stack`. @throws TensorError dim-out-of-range, stack-sizes
 */
export function stackType(tensors: readonly TensorType[], dim: number): TensorType {
  const [{ shape }] = tensors;
  const at = wrapDim(dim, shape.length + 1);
  const differs = tensors.findIndex(
    (each) => each.shape.length !== shape.length || each.shape.some((size, i) => size !== shape[i]),
  );
  if (differs >= 0) {
    const message =
      `stack expects each tensor to be equal size, but got ${printShape(shape)} at entry 0 ` +
      `and ${printShape(tensors[differs].shape)} at entry ${differs}`;
    throw new TensorError("stack-sizes", "RuntimeError", message);
  }
  if (at === shape.length)
    return concatType(
      tensors.map((each) => unsqueeze(each, at)),
      at,
    );
  const joined = concatType(tensors, at);
  return { ...view(joined, shape.toSpliced(at, 0, tensors.length)), view: false };
}
