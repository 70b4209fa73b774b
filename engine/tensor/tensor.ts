/** What is known of a tensor before it has values: dtype, shape, and where its elements lie in memory. */

export type DType = "float32" | "int64";

export type Shape = readonly number[];

/** A strided view of memory, counted in elements, as `torch.Tensor.stride()` and `storage_offset()` give it. */
export interface Layout {
  readonly shape: Shape;
  readonly stride: readonly number[];
  readonly offset: number;
}

export interface TensorType extends Layout {
  readonly dtype: DType;
  /** True when the tensor shares its input's memory (`transpose`), false when it owns new memory (`Linear`). */
  readonly view: boolean;
}

export function elementCount(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Row-major strides. As in PyTorch a dimension of size 0 counts as 1 for those before it. */
export function contiguousStride(shape: Shape): number[] {
  const stride = new Array<number>(shape.length);
  let next = 1;
  for (let dim = shape.length - 1; dim >= 0; dim--) {
    stride[dim] = next;
    next *= Math.max(shape[dim], 1);
  }
  return stride;
}

/** A new contiguous tensor that owns its memory. */
export function contiguousType(dtype: DType, shape: Shape): TensorType {
  return { dtype, shape, stride: contiguousStride(shape), offset: 0, view: false };
}

/** Dimensions of size 1 may have any stride; an empty tensor is contiguous. Source: c10 `TensorImpl::compute_contiguous`. */
export function isContiguous({ shape, stride }: Layout): boolean {
  if (elementCount(shape) === 0) return true;
  let expected = 1;
  for (let dim = shape.length - 1; dim >= 0; dim--) {
    if (shape[dim] === 1) continue;
    if (stride[dim] !== expected) return false;
    expected *= shape[dim];
  }
  return true;
}
