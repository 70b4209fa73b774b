/** The view operations by name, as a list of positional arguments calls them: for the command line and golden cases. */
import type { TensorType } from "./tensor";
import {
  chunk,
  contiguous,
  expand,
  flatten,
  narrow,
  permute,
  reshape,
  select,
  squeeze,
  transpose,
  unflatten,
  unsqueeze,
  view,
} from "./views";

export type ViewArgument = number | readonly number[];

/** Every operation gives one tensor, `chunk` several. */
export const viewOps: Readonly<
  Record<string, (x: TensorType, args: readonly ViewArgument[]) => readonly TensorType[]>
> = {
  transpose: (x, [dim0, dim1]) => [transpose(x, integer(dim0), integer(dim1))],
  permute: (x, [dims]) => [permute(x, integers(dims))],
  view: (x, [shape]) => [view(x, integers(shape))],
  reshape: (x, [shape]) => [reshape(x, integers(shape))],
  contiguous: (x) => [contiguous(x)],
  flatten: (x, [start = 0, end = -1]) => [flatten(x, integer(start), integer(end))],
  unflatten: (x, [dim, sizes]) => [unflatten(x, integer(dim), integers(sizes))],
  squeeze: (x, [dim]) => [squeeze(x, dim === undefined ? undefined : integer(dim))],
  unsqueeze: (x, [dim]) => [unsqueeze(x, integer(dim))],
  expand: (x, [sizes]) => [expand(x, integers(sizes))],
  narrow: (x, [dim, start, length]) => [narrow(x, integer(dim), integer(start), integer(length))],
  select: (x, [dim, index]) => [select(x, integer(dim), integer(index))],
  chunk: (x, [chunks, dim = 0]) => chunk(x, integer(chunks), integer(dim)),
};

function integer(argument: ViewArgument): number {
  if (typeof argument !== "number")
    throw new Error(`view operation: expected an integer, got [${argument.join(", ")}]`);
  return argument;
}

function integers(argument: ViewArgument): readonly number[] {
  if (typeof argument === "number") throw new Error(`view operation: expected a list, got ${argument}`);
  return argument;
}
