/** Which elements of a corner of memory a view reads, and in what order. */

interface Strided {
  readonly shape: readonly number[];
  readonly stride: readonly number[];
  readonly offset: number;
}

export interface MemoryCell {
  /** The element's index in the last two dimensions along which the corner varies: `1,3`. */
  readonly label: string;
  /** The row of the corner that the element lies in. */
  readonly row: number;
}

export interface MemoryCorner {
  readonly rows: number;
  readonly columns: number;
  /** The corner in the order of the input. */
  readonly lies: readonly MemoryCell[];
  /** The same memory in the order in which the view reads it. */
  readonly read: readonly MemoryCell[];
}

/** As many as fit side by side in the inspector. */
const mostColumns = 12;
const mostRows = 2;
/** A sample with more elements is not searched. */
const mostElements = 200_000;

/** Null where the view reads memory in the order in which it lies, or where there is nothing to see. */
export function memoryCorner(input: Strided, view: Strided): MemoryCorner | null {
  const shape = input.shape.slice(1);
  const elements = shape.reduce((product, size) => product * size, 1);
  if (shape.length < 2 || elements > mostElements) return null;
  const rows = Math.min(mostRows, shape[shape.length - 2]);
  const columns = Math.min(mostColumns, shape[shape.length - 1]);
  const [rowStride, columnStride] = input.stride.slice(-2);

  const rowOf = new Map<number, number>();
  const lies: MemoryCell[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      rowOf.set(input.offset + row * rowStride + column * columnStride, row);
      lies.push({ label: `${row},${column}`, row });
    }
  }

  const found: { readonly index: readonly number[]; readonly address: number }[] = [];
  for (const { index, address } of walk(view)) if (rowOf.has(address)) found.push({ index, address });
  const inOrder = [...rowOf.keys()].every((address, at) => found[at]?.address === address);
  if (inOrder || found.length !== rowOf.size) return null;

  const varying = view.shape
    .slice(1)
    .map((_, dim) => dim)
    .filter((dim) => found.some(({ index }) => index[dim] !== 0))
    .slice(-2);
  const read = found.map(({ index, address }) => ({
    label: varying.map((dim) => index[dim]).join(","),
    row: rowOf.get(address) ?? 0,
  }));
  return { rows, columns, lies, read };
}

/** The elements of the first sample in row-major order, with their addresses. */
function* walk({ shape, stride, offset }: Strided): Generator<{ index: readonly number[]; address: number }> {
  const sizes = shape.slice(1);
  const steps = stride.slice(1);
  const index = sizes.map(() => 0);
  const count = sizes.reduce((product, size) => product * size, 1);
  for (let element = 0; element < count; element++) {
    yield { index: [...index], address: offset + index.reduce((sum, at, dim) => sum + at * steps[dim], 0) };
    for (let dim = sizes.length - 1; dim >= 0; dim--) {
      index[dim] += 1;
      if (index[dim] < sizes[dim]) break;
      index[dim] = 0;
    }
  }
}
