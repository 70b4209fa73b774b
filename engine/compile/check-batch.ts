/** The batch size left symbolic: rules are run at two sizes, and each dimension is read off the two results. */
import { isContiguous, type TensorType } from "../tensor/tensor";
import type { CheckedTensor, Dim } from "./checked";

/** The context's batch size, and another. */
export type BatchSizes = readonly [number, number];

/** A tensor at each of the two sizes; null at the other where a rule upstream does not hold for every size. */
export type Sampled = readonly [TensorType, TensorType | null];

/**
 * The other size shares no factor with the context's, so that a rule which needs N to be divisible fails there, and is
 * far from it, so that only k·N or a constant fits both. Where there is room it is the smaller, as an epoch's last
 * batch is.
 */
export function batchSizes(batchSize: number): BatchSizes {
  const smaller = batchSize < 8 ? undefined : [3, 5, 7].find((prime) => batchSize % prime !== 0);
  return [batchSize, smaller ?? 2 * batchSize + 1];
}

/** @returns the tensor, and whether its shape is known for every batch size: each dimension a number or k·N */
export function symbolic(
  [type, other]: Sampled,
  sizes: BatchSizes,
): { readonly tensor: CheckedTensor; readonly regular: boolean } {
  const { shape, stride, offset, dtype, view } = type;
  const symbolicShape = readDims(shape, other?.shape, sizes);
  return {
    tensor: {
      shape,
      stride,
      offset,
      dtype,
      view,
      symbolicShape: symbolicShape.dims,
      symbolicStride: readDims(stride, other?.stride, sizes).dims,
      contiguous: isContiguous(type),
    },
    regular: symbolicShape.regular,
  };
}

/** What follows no rule (a stride may grow with N·N) is given as it is for the context's batch size. */
function readDims(numbers: readonly number[], others: readonly number[] | undefined, sizes: BatchSizes) {
  const sameRank = others?.length === numbers.length;
  let regular = true;
  const dims = numbers.map((n, index): Dim => {
    const other = sameRank ? others[index] : undefined;
    if (other === n) return { n, batch: false };
    const factor = n / sizes[0];
    if (Number.isInteger(factor) && other === factor * sizes[1]) return { n: factor, batch: true };
    regular = false;
    return { n, batch: false };
  });
  return { dims, regular };
}

/** `N×64×32×32`, `2N×8`; `()` for a single number. */
export function formatShape(dims: readonly Dim[]): string {
  return dims.length === 0 ? "()" : dims.map(formatDim).join("×");
}

export function formatDim({ n, batch }: Dim): string {
  if (!batch) return String(n);
  return n === 1 ? "N" : `${n}N`;
}

function isSamples(dim: Dim | undefined): boolean {
  return dim !== undefined && dim.batch && dim.n === 1;
}

/**
 * Whether a view or reshape puts elements of several samples into one row: its input has one row a sample, and the
 * output neither starts with N nor keeps N elsewhere with the samples as far apart in memory as they were (a
 * transpose does).
 */
export function mixesSamples(input: CheckedTensor, output: CheckedTensor): boolean {
  if (!isSamples(input.symbolicShape[0]) || isSamples(output.symbolicShape[0])) return false;
  return !output.symbolicShape.some(
    (dim, index) => isSamples(dim) && output.view && output.stride[index] === input.stride[0],
  );
}
