/** The batch size left symbolic: rules are run at three sizes, and each dimension is read off the three results. */
import { isContiguous, type TensorType } from "../tensor/tensor";
import type { CheckedTensor, Dim } from "./checked";

/**
 * One tensor at each of the batch sizes. The first is the context's and always there; the others are missing where a
 * rule upstream does not hold for every size.
 */
export type Sampled = readonly [TensorType, ...(TensorType | null)[]];

/** The context's batch size and two others of at least 2, so far apart that only k·N or a constant fits all three. */
export function batchSizes(batchSize: number): readonly number[] {
  return [batchSize, batchSize + 1, 2 * batchSize + 3];
}

/** @returns the tensor, and whether its shape is known for every batch size: each dimension a number or k·N */
export function symbolic(
  sampled: Sampled,
  sizes: readonly number[],
): { readonly tensor: CheckedTensor; readonly regular: boolean } {
  const [type] = sampled;
  const shape = readDims(
    sampled.map((each) => each?.shape),
    sizes,
  );
  const stride = readDims(
    sampled.map((each) => each?.stride),
    sizes,
  );
  return {
    tensor: {
      ...type,
      // What follows no rule (a stride may grow with N·N) is shown as it is for this batch size.
      symbolicShape: shape.map((dim, index) => dim ?? { n: type.shape[index], batch: false }),
      symbolicStride: stride.map((dim, index) => dim ?? { n: type.stride[index], batch: false }),
      contiguous: isContiguous(type),
    },
    regular: shape.every((dim) => dim !== null),
  };
}

/** Loops instead of callbacks: this runs for each number of each tensor, every time a graph is checked. */
function readDims(
  samples: readonly (readonly number[] | undefined)[],
  sizes: readonly number[],
): (Dim | null)[] {
  const [here = [], ...others] = samples;
  const dims: (Dim | null)[] = [];
  for (const [index, n] of here.entries()) {
    const factor = n / sizes[0];
    let constant = true;
    let proportional = Number.isInteger(factor);
    for (const [other, sample] of others.entries()) {
      const value = sample?.length === here.length ? sample[index] : undefined;
      constant &&= value === n;
      proportional &&= value === factor * sizes[other + 1];
    }
    dims.push(constant ? { n, batch: false } : proportional ? { n: factor, batch: true } : null);
  }
  return dims;
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
