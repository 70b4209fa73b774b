/** Slices of what has just been put together: of a part itself, or of zeros. */
import type { AnyOp } from "../program/program";
import type { Shape } from "../tensor/tensor";
import type { Add, Node } from "./nodes";

export function buildSlice(op: AnyOp, x: Node, starts: readonly number[], shape: Shape, add: Add): Node {
  const ends = starts.map((start, dim) => start + shape[dim]);
  const of = (part: Node, at: readonly number[]): Node =>
    String(part.shape) === String(shape) ? part : add(op, "slice", [part], { starts: at }, shape);
  if (x.kind === "concat") {
    const { dim } = x.attributes;
    let first = 0;
    for (const part of x.inputs) {
      const size = part.shape[dim];
      if (starts[dim] >= first && ends[dim] <= first + size)
        return of(part, starts.with(dim, starts[dim] - first));
      first += size;
    }
  }
  if (x.kind === "pad") {
    const [inner] = x.inputs;
    const { before } = x.attributes;
    const at = starts.map((start, dim) => start - before[dim]);
    const stop = ends.map((end, dim) => end - before[dim]);
    if (at.every((start, dim) => start >= 0 && stop[dim] <= inner.shape[dim])) return of(inner, at);
    if (at.some((start, dim) => start >= inner.shape[dim] || stop[dim] <= 0)) {
      const zero = add(
        op,
        "constant",
        [],
        { value: 0 },
        shape.map(() => 1),
      );
      return add(op, "expand", [zero], {}, shape);
    }
  }
  return add(op, "slice", [x], { starts }, shape);
}
