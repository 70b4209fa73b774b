/** Which strides a result has when its operation makes new memory, as PyTorch lays it out on the CPU. */
import { broadcastShapes } from "./dims";
import { contiguousType, type DType, isContiguous, type Layout, type Shape, type TensorType } from "./tensor";

/**
 * The result of an elementwise operation. Dense inputs that agree keep their strides; elsewhere the dimensions are
 * ordered by the inputs' strides, and the first input that tells two dimensions apart decides.
 * Source: ATen/TensorIterator.cpp, `compute_fast_setup_type` and `reorder_dimensions`.
 * @throws TensorError shapes-do-not-broadcast
 */
export function elementwise(dtype: DType, inputs: readonly Layout[]): TensorType {
  const shape = inputs.map((input) => input.shape).reduce(broadcastShapes);
  if (inputs.every((input) => equal(input.shape, shape))) {
    if (inputs.every(isContiguous)) return contiguousType(dtype, shape);
    if (inputs.every(isChannelsLastContiguous)) return channelsLastType(dtype, shape);
    const [{ stride }] = inputs;
    if (inputs.every((input) => isDense(input) && equal(input.stride, stride)))
      return newType(dtype, shape, stride);
  }
  return newType(
    dtype,
    shape,
    denseStride(
      shape,
      inputs.map((input) => broadcastStride(input, shape)),
    ),
  );
}

/**
 * The strides of `torch.empty_like(x)`: those of x where its elements fill their memory, dimensions of size 1 included.
 * Source: ATen/native/TensorFactories.cpp, `empty_like`.
 */
export function emptyLike(x: TensorType): TensorType {
  return isContiguous(x) || isDense(x) ? newType(x.dtype, x.shape, x.stride) : elementwise(x.dtype, [x]);
}

/** The result of batch norm. Source: ATen/native/Normalization.cpp, `batch_norm_cpu`. */
export function normalizedImages(x: TensorType): TensorType {
  if (isContiguous(x)) return contiguousType(x.dtype, x.shape);
  return isChannelsLastContiguous(x) ? channelsLastType(x.dtype, x.shape) : likeImages(x, x.shape);
}

/** The result of convolution and 2-D pooling of `x`: channels-last stays channels-last. */
export function likeImages(x: TensorType, shape: Shape): TensorType {
  return suggestsChannelsLast(x) ? channelsLastType(x.dtype, shape) : contiguousType(x.dtype, shape);
}

/** (N, C, H, W) with the channels next to each other in memory. */
function channelsLastType(dtype: DType, shape: Shape): TensorType {
  const [, channels, height, width] = shape;
  return newType(dtype, shape, [height * width * channels, 1, width * channels, channels]);
}

/** Dimensions of size 1 may have any stride. Source: c10 `is_channels_last_contiguous_2d`. */
function isChannelsLastContiguous({ shape, stride }: Layout): boolean {
  if (shape.length !== 4) return false;
  let expected = 1;
  for (const dim of [1, 3, 2, 0]) {
    if (shape[dim] === 1) continue;
    if (stride[dim] !== expected) return false;
    expected *= shape[dim];
  }
  return true;
}

/** Whether the strides grow in the order C, W, H, N, gaps allowed. Source: c10 `is_channels_last_strides_2d_s4`. */
function suggestsChannelsLast({ shape, stride }: Layout): boolean {
  if (shape.length !== 4 || stride[1] === 0) return false;
  let least = 0;
  for (const dim of [1, 3, 2, 0]) {
    if (shape[dim] === 0 || stride[dim] < least) return false;
    // (N, 1, 1, 1) could be either; PyTorch takes it as contiguous.
    if (dim === 0 && least === stride[1]) return false;
    least = stride[dim] * Math.max(shape[dim], 1);
  }
  return true;
}

/** Whether the elements fill their memory without gaps or repeats. Source: c10 `compute_non_overlapping_and_dense`. */
function isDense({ shape, stride }: Layout): boolean {
  const dims = shape.map((_, dim) => dim).filter((dim) => shape[dim] !== 1);
  if (shape.length === 1) return shape[0] < 2 || stride[0] === 1;
  if (shape.includes(0)) return false;
  dims.sort((a, b) => stride[a] - stride[b]);
  let expected = 1;
  for (const dim of dims) {
    if (stride[dim] !== expected) return false;
    expected *= shape[dim];
  }
  return true;
}

/** Dense strides whose order of dimensions follows that of `strides`, the first of them that tells. */
function denseStride(shape: Shape, strides: readonly (readonly number[])[]): number[] {
  const order = shape.map((_, dim) => shape.length - 1 - dim);
  for (let i = 1; i < order.length; i++) {
    let at = i;
    for (let before = i - 1; before >= 0; before--) {
      const comparison = compare(shape, strides, order[before], order[at]);
      if (comparison < 0) break;
      if (comparison === 0) continue;
      [order[before], order[at]] = [order[at], order[before]];
      at = before;
    }
  }
  const result = new Array<number>(shape.length);
  let next = 1;
  for (const dim of order) {
    result[dim] = next;
    next *= shape[dim];
  }
  // PyTorch takes the plain contiguous strides when the order is the plain one; they differ for empty tensors only.
  return order.every((dim, i) => dim === shape.length - 1 - i)
    ? [...contiguousType("float32", shape).stride]
    : result;
}

/** Positive when `a` must come after `b` (is slower), negative when before, 0 when no input tells. */
function compare(shape: Shape, strides: readonly (readonly number[])[], a: number, b: number): number {
  for (const stride of strides) {
    if (stride[a] === 0 || stride[b] === 0) continue;
    if (stride[a] !== stride[b]) return stride[a] - stride[b];
    if (shape[a] > shape[b]) return 1;
  }
  return 0;
}

/** Stride 0 where the input is repeated. */
function broadcastStride({ shape, stride }: Layout, whole: Shape): number[] {
  const lead = whole.length - shape.length;
  return whole.map((size, dim) =>
    dim < lead || (shape[dim - lead] === 1 && size !== 1) ? 0 : stride[dim - lead],
  );
}

function newType(dtype: DType, shape: Shape, stride: readonly number[]): TensorType {
  return { dtype, shape, stride, offset: 0, view: false };
}

function equal(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((each, i) => each === b[i]);
}
