/** A tensor as rows: the elements along some dimensions are a row, the other dimensions count the rows. */
import { elementCount, type Shape } from "../tensor/tensor";
import { type Index, unravelIndex } from "./indexing";

export interface Rows {
  readonly shape: Shape;
  /** Ascending. */
  readonly dims: readonly number[];
  readonly count: number;
  readonly length: number;
  /** Equal for equal rows. */
  readonly key: string;
}

export function rowsAlong(shape: Shape, dims: readonly number[]): Rows {
  const ascending = [...dims].sort((a, b) => a - b);
  const length = elementCount(ascending.map((dim) => shape[dim]));
  const key = `${shape.join("×")} over ${ascending.join(",")}`;
  return { shape, dims: ascending, count: elementCount(shape) / length, length, key };
}

/** The coordinates of element `i` of a row. */
export function elementPlace({ shape, dims }: Rows, row: Index, i: Index): Index[] {
  const outer = shape.flatMap((_, dim) => (dims.includes(dim) ? [] : [dim]));
  const sizes = (of: readonly number[]) => of.map((dim) => shape[dim]);
  const along = unravelIndex(i, sizes(dims));
  const across = unravelIndex(row, sizes(outer));
  return shape.map((_, dim) => (dims.includes(dim) ? along[dims.indexOf(dim)] : across[outer.indexOf(dim)]));
}
