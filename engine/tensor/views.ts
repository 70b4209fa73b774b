/**
 * PyTorch's view operations on what is known of a tensor without its values: which shape, strides and offset the
 * result has, and whether it shares its input's memory (`view: true`). Errors have PyTorch's types and words.
 * Source of the rules: ATen/native/TensorShape.cpp, ATen/TensorUtils.cpp and ATen/InferSize.h of PyTorch 1.13.
 */
import { printShape, sizeAt, wrapDim } from "./dims";
import { TensorError } from "./errors";
import { contiguousType, elementCount, isContiguous, type Shape, type TensorType } from "./tensor";

/** @throws TensorError dim-out-of-range */
export function transpose(x: TensorType, dim0: number, dim1: number): TensorType {
  const a = wrapDim(dim0, x.shape.length);
  const b = wrapDim(dim1, x.shape.length);
  return aliased(x, swapped(x.shape, a, b), swapped(x.stride, a, b));
}

/** @throws TensorError permute-length, dim-out-of-range, permute-duplicate */
export function permute(x: TensorType, dims: readonly number[]): TensorType {
  const order = permutation(dims, x.shape.length);
  return aliased(
    x,
    order.map((dim) => x.shape[dim]),
    order.map((dim) => x.stride[dim]),
  );
}

/** The dims of a permutation, counted from the front. @throws TensorError as `permute` */
export function permutation(dims: readonly number[], rank: number): number[] {
  if (dims.length !== rank) {
    throw new TensorError(
      "permute-length",
      "RuntimeError",
      "permute(sparse_coo): number of dimensions in the tensor input does not match the length of the desired " +
        `ordering of dimensions i.e. input.dim() = ${rank} is not equal to len(dims) = ${dims.length}`,
    );
  }
  const order: number[] = [];
  for (const each of dims) {
    const dim = wrapDim(each, rank);
    if (order.includes(dim)) {
      throw new TensorError(
        "permute-duplicate",
        "RuntimeError",
        "permute(): duplicate dims are not allowed.",
      );
    }
    order.push(dim);
  }
  return order;
}

/** @throws TensorError view-not-contiguous when no strides can give that shape without a copy, or as `inferShape` */
export function view(x: TensorType, sizes: Shape): TensorType {
  const shape = inferShape(sizes, elementCount(x.shape));
  const stride = viewStride(x, shape);
  if (stride === null) {
    throw new TensorError(
      "view-not-contiguous",
      "RuntimeError",
      "view size is not compatible with input tensor's size and stride (at least one dimension spans across two " +
        "contiguous subspaces). Use .reshape(...) instead.",
    );
  }
  return aliased(x, shape, stride);
}

/** A view where that is possible, a contiguous copy elsewhere. @throws TensorError as `inferShape` */
export function reshape(x: TensorType, sizes: Shape): TensorType {
  const shape = inferShape(sizes, elementCount(x.shape));
  const stride = viewStride(x, shape);
  return stride === null ? contiguousType(x.dtype, shape) : aliased(x, shape, stride);
}

/** The tensor itself when it is contiguous already, a copy elsewhere. */
export function contiguous(x: TensorType): TensorType {
  return isContiguous(x) ? aliased(x, x.shape, x.stride) : contiguousType(x.dtype, x.shape);
}

/** Joins dimensions `startDim` to `endDim`. @throws TensorError dim-out-of-range, flatten-order */
export function flatten(x: TensorType, startDim = 0, endDim = -1): TensorType {
  const start = wrapDim(startDim, x.shape.length);
  const end = wrapDim(endDim, x.shape.length);
  if (start > end) {
    throw new TensorError(
      "flatten-order",
      "RuntimeError",
      "flatten() has invalid args: start_dim cannot come after end_dim",
    );
  }
  if (x.shape.length === 0) return reshape(x, [1]);
  if (start === end) return aliased(x, x.shape, x.stride);
  const joined = elementCount(x.shape.slice(start, end + 1));
  return reshape(x, [...x.shape.slice(0, start), joined, ...x.shape.slice(end + 1)]);
}

/** Splits one dimension into several, one of which may be -1. @throws TensorError dim-out-of-range, unflatten-sizes */
export function unflatten(x: TensorType, dim: number, sizes: Shape): TensorType {
  const at = wrapDim(dim, x.shape.length);
  if (sizes.length === 0) {
    throw new TensorError("unflatten-sizes", "RuntimeError", "unflatten: sizes must be non-empty");
  }
  if (sizes.filter((each) => each === -1).length > 1) {
    const words = "unflatten got an unexpected error:\nonly one dimension can be inferred";
    throw new TensorError("unflatten-sizes", "RuntimeError", words);
  }
  const size = sizeAt(x.shape, at);
  const parts = inferShape(sizes, size, () => {
    const words = `unflatten: Provided sizes ${printShape(sizes)} don't multiply up to the size of dim ${at} (${size})`;
    return new TensorError("unflatten-sizes", "RuntimeError", `${words} in the input tensor`);
  });
  return view(x, [...x.shape.slice(0, at), ...parts, ...x.shape.slice(at + 1)]);
}

/** Drops dimension `dim` if it has size 1; without `dim`, every dimension of size 1. @throws TensorError dim-out-of-range */
export function squeeze(x: TensorType, dim?: number): TensorType {
  const only = dim === undefined ? null : wrapDim(dim, x.shape.length);
  const stays = (_: number, at: number): boolean => x.shape[at] !== 1 || (only !== null && at !== only);
  return aliased(x, x.shape.filter(stays), x.stride.filter(stays));
}

/** @throws TensorError dim-out-of-range */
export function unsqueeze(x: TensorType, dim: number): TensorType {
  const rank = x.shape.length;
  const at = wrapDim(dim, rank + 1);
  const stride = at === rank ? 1 : x.shape[at] * x.stride[at];
  return aliased(x, x.shape.toSpliced(at, 0, 1), x.stride.toSpliced(at, 0, stride));
}

/** Repeats dimensions of size 1 without copying: stride 0. -1 keeps a size. @throws TensorError expand-* */
export function expand(x: TensorType, sizes: Shape): TensorType {
  const lead = sizes.length - x.shape.length;
  if (lead < 0) {
    throw new TensorError(
      "expand-too-few",
      "RuntimeError",
      `expand(torch.${x.dtype === "float32" ? "Float" : "Long"}Tensor{${printShape(x.shape)}}, size=${printShape(sizes)}): ` +
        `the number of sizes provided (${sizes.length}) must be greater or equal to the number of dimensions in the ` +
        `tensor (${x.shape.length})`,
    );
  }
  if (x.shape.length === 0) return expandScalar(x, sizes);
  const shape = new Array<number>(sizes.length);
  const stride = new Array<number>(sizes.length);
  for (let dim = sizes.length - 1; dim >= 0; dim--) {
    const exists = dim >= lead;
    const size = exists ? x.shape[dim - lead] : 1;
    const wanted = sizes[dim] === -1 && exists ? size : sizes[dim];
    if (wanted === -1) {
      throw new TensorError(
        "expand-leading",
        "RuntimeError",
        `The expanded size of the tensor (-1) isn't allowed in a leading, non-existing dimension ${dim}`,
      );
    }
    if (wanted !== size && size !== 1) {
      throw new TensorError(
        "expand-mismatch",
        "RuntimeError",
        `The expanded size of the tensor (${wanted}) must match the existing size (${size}) at non-singleton dimension ` +
          `${dim}.  Target sizes: ${printShape(sizes)}.  Tensor sizes: ${printShape(x.shape)}`,
      );
    }
    if (wanted < 0) throw negativeExpansion();
    const own = exists
      ? x.stride[dim - lead]
      : dim === sizes.length - 1
        ? 1
        : shape[dim + 1] * stride[dim + 1];
    shape[dim] = wanted;
    stride[dim] = wanted === size ? own : 0;
  }
  return aliased(x, shape, stride);
}

function expandScalar(x: TensorType, sizes: Shape): TensorType {
  if (sizes.some((size) => size < 0)) throw negativeExpansion();
  return aliased(
    x,
    sizes,
    sizes.map(() => 0),
  );
}

function negativeExpansion(): TensorError {
  return new TensorError("expand-negative", "RuntimeError", "numel: integer multiplication overflow");
}

/** `length` elements of `dim` from `start`. @throws TensorError narrow-range, scalar-has-no-dim, dim-out-of-range */
export function narrow(x: TensorType, dim: number, start: number, length: number): TensorType {
  if (x.shape.length === 0) {
    throw new TensorError(
      "scalar-has-no-dim",
      "RuntimeError",
      "narrow() cannot be applied to a 0-dim tensor.",
    );
  }
  const at = wrapDim(dim, x.shape.length);
  const size = x.shape[at];
  const from = start === size ? start : wrapDim(start, size);
  if (length < 0 || from + length > size) {
    throw new TensorError(
      "narrow-range",
      "RuntimeError",
      `start (${from}) + length (${length}) exceeds dimension size (${size}).`,
    );
  }
  return aliased(x, x.shape.with(at, length), x.stride, x.offset + from * x.stride[at]);
}

/** One index of `dim`, which goes away. @throws TensorError select-index, scalar-has-no-dim, dim-out-of-range */
export function select(x: TensorType, dim: number, index: number): TensorType {
  if (x.shape.length === 0) {
    throw new TensorError("scalar-has-no-dim", "IndexError", "select() cannot be applied to a 0-dim tensor.");
  }
  const at = wrapDim(dim, x.shape.length);
  const size = x.shape[at];
  if (index < -size || index >= size) {
    throw new TensorError(
      "select-index",
      "IndexError",
      `select(): index ${index} out of range for tensor of size ${printShape(x.shape)} at dimension ${at}`,
    );
  }
  const from = index < 0 ? index + size : index;
  return aliased(x, x.shape.toSpliced(at, 1), x.stride.toSpliced(at, 1), x.offset + from * x.stride[at]);
}

/** At most `chunks` parts of `dim`, of equal size but for the last. @throws TensorError chunk-count, scalar-has-no-dim */
export function chunk(x: TensorType, chunks: number, dim = 0): TensorType[] {
  if (x.shape.length === 0) {
    throw new TensorError(
      "scalar-has-no-dim",
      "RuntimeError",
      "chunk expects at least a 1-dimensional tensor",
    );
  }
  if (chunks <= 0) {
    throw new TensorError(
      "chunk-count",
      "RuntimeError",
      `chunk expects \`chunks\` to be greater than 0, got: ${chunks}`,
    );
  }
  const size = sizeAt(x.shape, dim);
  if (size === 0) return Array.from({ length: chunks }, () => narrow(x, dim, 0, 0));
  const part = Math.ceil(size / chunks);
  return Array.from({ length: Math.ceil(size / part) }, (_, i) =>
    narrow(x, dim, i * part, Math.min(part, size - i * part)),
  );
}

/**
 * Parts of `dim`: of one size, the last smaller where it does not come out even, or of the sizes given.
 * @throws TensorError split-sizes, scalar-has-no-dim, dim-out-of-range
 */
export function split(x: TensorType, sizes: readonly number[], dim = 0): TensorType[] {
  if (x.shape.length === 0) {
    throw new TensorError(
      "scalar-has-no-dim",
      "RuntimeError",
      "split expects at least a 1-dimensional tensor",
    );
  }
  const [part] = sizes;
  if (sizes.length === 1 && part < 0) {
    const message = `split expects split_size be non-negative, but got split_size=${part}`;
    throw new TensorError("split-sizes", "RuntimeError", message);
  }
  const at = wrapDim(dim, x.shape.length);
  const parts = sizes.length === 1 ? equalSizes(part, x.shape[at]) : givenSizes(sizes, x.shape[at], dim);
  let start = 0;
  return parts.map((length) => {
    start += length;
    return narrow(x, at, start - length, length);
  });
}

function equalSizes(part: number, size: number): number[] {
  if (part === 0 && size !== 0) {
    const message = `split_size can only be 0 if dimension size is 0, but got dimension size of ${size}`;
    throw new TensorError("split-sizes", "RuntimeError", message);
  }
  const count = Math.max(Math.ceil(size / part) || 1, 1);
  return Array.from({ length: count }, (_, i) => Math.min(part, size - i * part));
}

function givenSizes(sizes: readonly number[], size: number, dim: number): readonly number[] {
  const refuse = (message: string): TensorError =>
    new TensorError("split-sizes", "RuntimeError", `split_with_sizes expects split_sizes ${message}`);
  if (sizes.some((each) => each < 0)) {
    throw refuse(`have only non-negative entries, but got split_sizes=${printShape(sizes)}`);
  }
  if (sizes.reduce((sum, each) => sum + each, 0) !== size) {
    throw refuse(
      `to sum exactly to ${size} (input tensor's size at dimension ${dim}), but got split_sizes=${printShape(sizes)}`,
    );
  }
  return sizes;
}

/**
 * Fills in -1.
 * @throws TensorError view-two-inferred, view-negative-size, view-ambiguous, view-element-count (or what `mismatch` gives)
 */
export function inferShape(
  sizes: Shape,
  elements: number,
  mismatch = (): TensorError =>
    new TensorError(
      "view-element-count",
      "RuntimeError",
      `shape '${printShape(sizes)}' is invalid for input of size ${elements}`,
    ),
): number[] {
  let known = 1;
  let inferred = -1;
  for (const [dim, size] of sizes.entries()) {
    if (size === -1) {
      if (inferred >= 0) {
        throw new TensorError("view-two-inferred", "RuntimeError", "only one dimension can be inferred");
      }
      inferred = dim;
    } else if (size < 0) {
      throw new TensorError("view-negative-size", "RuntimeError", `invalid shape dimension ${size}`);
    } else {
      known *= size;
    }
  }
  if (inferred < 0) {
    if (known !== elements) throw mismatch();
    return [...sizes];
  }
  if (known === 0 && elements === 0) {
    throw new TensorError(
      "view-ambiguous",
      "RuntimeError",
      `cannot reshape tensor of 0 elements into shape ${printShape(sizes)} because the unspecified dimension size -1 ` +
        "can be any value and is ambiguous",
    );
  }
  if (known === 0 || elements % known !== 0) throw mismatch();
  return sizes.with(inferred, elements / known);
}

/** Where a view has to be refused: two neighbouring dimensions that would have to be merged and cannot be. */
export interface ViewBreak {
  /** The outer of the two dimensions of the input; the inner one is the next. */
  readonly dim: number;
  /** The dimension of the view that spans both. */
  readonly into: number;
  /** Elements between neighbours along `dim`: what it would take, and what it is. */
  readonly expected: number;
  readonly actual: number;
}

/** Null where `view` gives a result. @throws TensorError as `inferShape` */
export function viewBreak(x: TensorType, sizes: Shape): ViewBreak | null {
  const walked = walkView(x, inferShape(sizes, elementCount(x.shape)));
  return "stride" in walked ? null : walked;
}

/** The strides of `x` seen as `shape`, or null when that takes a copy. */
function viewStride(x: TensorType, shape: Shape): readonly number[] | null {
  const walked = walkView(x, shape);
  return "stride" in walked ? walked.stride : null;
}

/**
 * Walks the dimensions of `x` from the last in runs that lie one after the other in memory; each run must be filled
 * exactly by dimensions of `shape`. Source: ATen `computeStride_impl`.
 */
function walkView(x: TensorType, shape: Shape): { readonly stride: readonly number[] } | ViewBreak {
  if (x.shape.length === 0) return { stride: shape.map(() => 1) };
  if (elementCount(x.shape) === 0) {
    const same = x.shape.length === shape.length && x.shape.every((size, dim) => size === shape[dim]);
    return { stride: same ? x.stride : contiguousType(x.dtype, shape).stride };
  }
  const stride = new Array<number>(shape.length);
  let to = shape.length - 1;
  let base = x.stride[x.stride.length - 1];
  let inRun = 1;
  for (let from = x.shape.length - 1; from >= 0; from--) {
    inRun *= x.shape[from];
    const ends = from === 0 || (x.shape[from - 1] !== 1 && x.stride[from - 1] !== inRun * base);
    if (!ends) continue;
    let filled = 1;
    while (to >= 0 && (filled < inRun || shape[to] === 1)) {
      stride[to] = filled * base;
      filled *= shape[to];
      to--;
    }
    // Only ever too full, and so not at the first dimension: both shapes have the same number of elements.
    if (filled !== inRun) {
      const into = shape.findIndex((size, dim) => dim > to && size !== 1);
      return { dim: from - 1, into, expected: inRun * base, actual: x.stride[from - 1] };
    }
    if (from > 0) {
      base = x.stride[from - 1];
      inRun = 1;
    }
  }
  return { stride };
}

function aliased(x: TensorType, shape: Shape, stride: readonly number[], offset = x.offset): TensorType {
  return { dtype: x.dtype, shape, stride, offset, view: true };
}

function swapped(list: readonly number[], a: number, b: number): readonly number[] {
  return list.length === 0 ? list : list.with(a, list[b]).with(b, list[a]);
}
