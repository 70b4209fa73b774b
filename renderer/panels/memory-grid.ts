/** A tensor's elements as rows and columns, each with its place in memory. */

interface Strided {
  readonly shape: readonly number[];
  readonly stride: readonly number[];
  readonly offset: number;
}

export interface MemoryGrid {
  /** Row by row; a row runs along the last dimension. */
  readonly rows: readonly {
    /** The index in all dimensions but the last: `0,3`. */
    readonly label: string;
    /** Elements from the start of the memory. */
    readonly places: readonly number[];
  }[];
  /** Whether there are more rows or columns than these. */
  readonly cut: boolean;
}

/** As many as can be read in the inspector. */
const mostRows = 8;
const mostColumns = 8;

export function memoryGrid({ shape, stride, offset }: Strided): MemoryGrid {
  const outer = shape.slice(0, -1);
  const columns = shape.at(-1) ?? 1;
  const step = stride.at(-1) ?? 1;
  const rows = outer.reduce((product, size) => product * size, 1);
  return {
    rows: Array.from({ length: Math.min(rows, mostRows) }, (_, row) => {
      const index = indexOf(row, outer);
      const start = offset + index.reduce((sum, at, dim) => sum + at * stride[dim], 0);
      return {
        label: index.join(","),
        places: Array.from({ length: Math.min(columns, mostColumns) }, (_, column) => start + column * step),
      };
    }),
    cut: rows > mostRows || columns > mostColumns,
  };
}

/** The index of the `row`-th combination in row-major order. */
function indexOf(row: number, sizes: readonly number[]): number[] {
  let left = row;
  return sizes
    .toReversed()
    .map((size) => {
      const at = left % size;
      left = Math.floor(left / size);
      return at;
    })
    .toReversed();
}

interface Batched extends Strided {
  readonly symbolicShape: readonly { readonly batch: boolean }[];
}

/** One sample of a tensor whose first dimension is the batch; the whole tensor elsewhere. */
export function firstSample({ shape, stride, offset, symbolicShape }: Batched): Strided {
  if (shape.length < 2 || !symbolicShape[0].batch) return { shape, stride, offset };
  return { shape: shape.slice(1), stride: stride.slice(1), offset };
}
