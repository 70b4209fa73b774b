/**
 * Small windows that lie inside the plane as elementwise operations: an element of the result is worked out from the
 * window's few elements, so that no kernel of its own is needed and value and index share what they read.
 */
import type { AnyOp, Op, PoolAttributes } from "../program/program";
import type { Shape } from "../tensor/tensor";
import type { Add, Node } from "./nodes";

/** More would be read more often than they are worth, and take long to compile. */
const mostTaps = 9;

export function buildMaxPool(op: Op<"max_pool2d" | "max_pool2d_indices">, x: Node, add: Add): Node {
  const taps = tapsOf(op.attributes, x.shape);
  if (taps === null) return add(op, op.kind, [x], op.attributes, op.shape);
  // The index is a whole number, what it is found from is not.
  const real = { ...op, dtype: x.dtype } as const;
  const values = windowElements(real, op.attributes, x, taps, add);
  const [first, ...others] = values;
  if (op.kind === "max_pool2d")
    return others.reduce((best, next) => add(op, "maximum", [best, next], {}, op.shape), first);

  const { stride, dilation } = op.attributes;
  const width = x.shape[3];
  const number = (value: number) =>
    add(op, "expand", [add(op, "constant", [], { value }, [1, 1, 1, 1])], {}, op.shape);
  const along = (dim: number, by: number) =>
    add(op, "mul", [add(op, "iota", [], { dim }, op.shape), number(by)], {}, op.shape);
  const corner = add(op, "add", [along(2, stride[0] * width), along(3, stride[1])], {}, op.shape);
  const place = ([ky, kx]: Tap) =>
    add(op, "add", [corner, number(ky * dilation[0] * width + kx * dilation[1])], {}, op.shape);
  let best = first;
  return others.reduce((index, next, i) => {
    // NaN counts as the largest, and what is found first stays.
    const ordered = add(real, "equal", [next, next], {}, op.shape);
    const kept = add(op, "where", [ordered, index, place(taps[i + 1])], {}, op.shape);
    const larger = add(real, "less", [best, next], {}, op.shape);
    best = add(real, "maximum", [best, next], {}, op.shape);
    return add(op, "where", [larger, place(taps[i + 1]), kept], {}, op.shape);
  }, place(taps[0]));
}

export function buildAveragePool(op: Op<"avg_pool2d">, x: Node, add: Add): Node {
  const taps = tapsOf(op.attributes, x.shape);
  if (taps === null) return add(op, op.kind, [x], op.attributes, op.shape);
  const values = windowElements(op, op.attributes, x, taps, add);
  const total = values.reduce((sum, next) => add(op, "add", [sum, next], {}, op.shape));
  const { kernel, divisor } = op.attributes;
  const value = divisor ?? kernel[0] * kernel[1];
  const count = add(op, "expand", [add(op, "constant", [], { value }, [1, 1, 1, 1])], {}, op.shape);
  return add(op, "div", [total, count], {}, op.shape);
}

type Tap = readonly [ky: number, kx: number];

/** The places of a window, or null where there are too many or some lie outside the plane. */
function tapsOf(
  { kernel, stride, padding, dilation, output }: PoolAttributes,
  x: Shape,
): readonly Tap[] | null {
  const inside = [0, 1].every(
    (axis) =>
      padding[axis] === 0 &&
      (output[axis] - 1) * stride[axis] + (kernel[axis] - 1) * dilation[axis] < x[axis + 2],
  );
  if (!inside || kernel[0] * kernel[1] > mostTaps) return null;
  return Array.from({ length: kernel[0] * kernel[1] }, (_, i) => [Math.floor(i / kernel[1]), i % kernel[1]]);
}

/** For each place of the window, what all windows have there. */
function windowElements(
  op: AnyOp,
  { kernel, stride, padding, dilation, output }: PoolAttributes,
  x: Node,
  taps: readonly Tap[],
  add: Add,
): Node[] {
  const [n, c] = x.shape;
  const attributes = { stride, padding, dilation };
  const windows = add(op, "windows", [x], attributes, [n, c, ...kernel, ...output]);
  return taps.map(([ky, kx]) => {
    const one = add(op, "slice", [windows], { starts: [0, 0, ky, kx, 0, 0] }, [n, c, 1, 1, ...output]);
    return add(op, "reshape", [one], {}, op.shape);
  });
}
