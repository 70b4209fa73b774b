/**
 * Pooling as elementwise operations where windows are small, and its gradients where they lie side by side: an element is
 * worked out from few others, so that no kernel of its own is needed and value and index share what they read. Other
 * averages and gradients are sums over a window, or over the windows that an element is in.
 */
import type { AnyOp, Op, PoolAttributes } from "../program/program";
import type { Shape } from "../tensor/tensor";
import type { Add, Node } from "./nodes";
import { atPlace, isSmall, type Place, placesOf } from "./windows";

export function buildMaxPool(op: Op<"max_pool2d" | "max_pool2d_indices">, x: Node, add: Add): Node {
  const { attributes, shape } = op;
  if (!isSmall(attributes.kernel)) return add(op, op.kind, [x], attributes, shape);
  // The index is a whole number, what it is found from is not.
  const real = { ...op, dtype: x.dtype } as const;
  const values = windowElements(real, attributes, x, Number.NEGATIVE_INFINITY, add);
  const [first, ...others] = values;
  if (op.kind === "max_pool2d")
    return others.reduce((best, next) => add(op, "maximum", [best, next], {}, shape), first);

  const { stride, dilation, padding } = attributes;
  const width = x.shape[3];
  const number = (value: number) => filled(op, value, shape, add);
  const along = (dim: number, by: number) =>
    add(op, "mul", [add(op, "iota", [], { dim }, shape), number(by)], {}, shape);
  const places = placesOf(attributes.kernel);
  const corner = add(op, "add", [along(2, stride[0] * width), along(3, stride[1])], {}, shape);
  const place = ([ky, kx]: Place) => {
    const [down, right] = [ky * dilation[0] - padding[0], kx * dilation[1] - padding[1]];
    return add(op, "add", [corner, number(down * width + right)], {}, shape);
  };
  const inside = isInside(attributes, x.shape)
    ? null
    : windowElements(real, attributes, filled(real, 1, x.shape, add), 0, add);
  let best = first;
  let found = inside?.[0];
  return others.reduce((index, next, i) => {
    // NaN counts as the largest, and what is found first stays.
    const ordered = add(real, "equal", [next, next], {}, shape);
    const kept = add(op, "where", [ordered, index, place(places[i + 1])], {}, shape);
    const larger = add(real, "less", [best, next], {}, shape);
    best = add(real, "maximum", [best, next], {}, shape);
    if (inside === null || found === undefined)
      return add(op, "where", [larger, place(places[i + 1]), kept], {}, shape);
    // Minus infinity is found, too, but not beyond the plane.
    const replaces = add(real, "where", [found, larger, inside[i + 1]], {}, shape);
    found = add(real, "maximum", [found, inside[i + 1]], {}, shape);
    return add(op, "where", [replaces, place(places[i + 1]), kept], {}, shape);
  }, place(places[0]));
}

export function buildAveragePool(op: Op<"avg_pool2d">, x: Node, add: Add): Node {
  const total = isSmall(op.attributes.kernel)
    ? windowElements(op, op.attributes, x, 0, add).reduce((sum, next) =>
        add(op, "add", [sum, next], {}, op.shape),
      )
    : windowSum(op, op.attributes, x, op.shape, add);
  return add(op, "div", [total, windowSizes(op, x.shape, op.shape, add)], {}, op.shape);
}

export function buildAveragePoolGradient(op: Op<"avg_pool2d_grad">, grad: Node, add: Add): Node {
  const each = add(op, "div", [grad, windowSizes(op, op.shape, grad.shape, add)], {}, grad.shape);
  if (!isSideBySide(op.attributes, op.shape)) return sumOver(op, overlapping(op, each, op, add), add);
  return toWholePlane(op, spread(op, each, op.attributes, add), add);
}

export function buildMaxPoolGradient(op: Op<"max_pool2d_grad">, grad: Node, index: Node, add: Add): Node {
  const whole = { ...op, dtype: "int64" } as const;
  const [n, c, height, width] = op.shape;
  const beside = isSideBySide(op.attributes, op.shape);
  const [gradients, indices] = beside
    ? [spread(op, grad, op.attributes, add), spread(whole, index, op.attributes, add)]
    : [overlapping(op, grad, op, add), overlapping(whole, index, op, add)];
  // Counted along the plane, so that an element's place in it is one remainder.
  const rows = beside ? gradients.shape[2] : height;
  const counted = add(whole, "iota", [], { dim: 2 }, [n, c, rows * width]);
  const places = add(whole, "reshape", [counted], {}, [n, c, rows, width]);
  const place = beside
    ? add(whole, "slice", [places], { starts: [0, 0, 0, 0] }, gradients.shape)
    : add(
        whole,
        "expand",
        [add(whole, "reshape", [places], {}, [n, c, 1, 1, height, width])],
        {},
        gradients.shape,
      );
  const none = filled(op, 0, gradients.shape, add);
  const chosen = add(op, "equal", [indices, place], {}, gradients.shape);
  const result = add(op, "where", [chosen, gradients, none], {}, gradients.shape);
  return beside ? toWholePlane(op, result, add) : sumOver(op, result, add);
}

/** Whether no two windows overlap, and nothing lies between them or before the first. */
function isSideBySide({ kernel, stride, padding, dilation, output }: PoolAttributes, plane: Shape): boolean {
  return [0, 1].every(
    (axis) =>
      kernel[axis] === stride[axis] &&
      padding[axis] === 0 &&
      dilation[axis] === 1 &&
      output[axis] * kernel[axis] <= plane[axis + 2],
  );
}

/** What belongs to a window, for each of its elements. */
function spread(op: AnyOp, node: Node, { kernel }: PoolAttributes, add: Add): Node {
  const [n, c, height, width] = node.shape;
  const apart = add(op, "reshape", [node], {}, [n, c, height, 1, width, 1]);
  const windows = add(op, "expand", [apart], {}, [n, c, height, kernel[0], width, kernel[1]]);
  return add(op, "reshape", [windows], {}, [n, c, height * kernel[0], width * kernel[1]]);
}

/** Nothing flows to what is left over right and below. */
function toWholePlane(op: AnyOp, covered: Node, add: Add): Node {
  return String(covered.shape) === String(op.shape)
    ? covered
    : add(op, "pad", [covered], { before: [0, 0, 0, 0] }, op.shape);
}

/** What belongs to the windows that an element is in: (N, C, JH, JW, H, W). */
function overlapping(
  op: AnyOp,
  node: Node,
  { attributes, shape }: Op<"avg_pool2d_grad" | "max_pool2d_grad">,
  add: Add,
): Node {
  const { kernel, stride, padding, dilation } = attributes;
  const most = [0, 1].map((axis) => Math.floor(((kernel[axis] - 1) * dilation[axis]) / stride[axis]) + 1);
  const [n, c, ...plane] = shape;
  return add(op, "windows_over", [node], { kernel, stride, padding, dilation }, [n, c, ...most, ...plane]);
}

/** Over dimensions 2 and 3 of six. */
function sumOver(op: AnyOp, x: Node, add: Add): Node {
  const sum = add(op, "sum", [x], { dims: [2, 3] }, x.shape.with(2, 1).with(3, 1));
  return add(op, "reshape", [sum], {}, [...x.shape.slice(0, 2), ...x.shape.slice(4)]);
}

function windowSum(
  op: AnyOp,
  { kernel, stride, padding, dilation }: PoolAttributes,
  x: Node,
  shape: Shape,
  add: Add,
): Node {
  const [n, c, ...output] = shape;
  const attributes = { stride, padding, dilation, outside: 0 };
  return sumOver(op, add(op, "windows", [x], attributes, [n, c, ...kernel, ...output]), add);
}

/** By what a window's sum is divided: mostly the same, but a window may reach beyond the plane. */
function windowSizes(
  op: Op<"avg_pool2d" | "avg_pool2d_grad">,
  [, , ...plane]: Shape,
  shape: Shape,
  add: Add,
): Node {
  const { kernel, padding, count_include_pad, divisor, output } = op.attributes;
  const counted = plane.map((size, axis) => size + (count_include_pad ? 2 * padding[axis] : 0));
  const before = count_include_pad ? [0, 0] : padding;
  const inCounted = { ...op.attributes, padding: [before[0], before[1]] } as const;
  const value = divisor ?? (isInside(inCounted, [1, 1, ...counted]) ? kernel[0] * kernel[1] : null);
  if (value !== null) return filled(op, value, shape, add);
  const ones = filled(op, 1, [1, 1, ...counted], add);
  const sizes = windowSum(op, inCounted, ones, [1, 1, ...output], add);
  return add(op, "expand", [sizes], {}, shape);
}

/** Whether no window reaches beyond the plane. */
function isInside({ kernel, stride, padding, dilation, output }: PoolAttributes, plane: Shape): boolean {
  return [0, 1].every(
    (axis) =>
      padding[axis] === 0 &&
      (output[axis] - 1) * stride[axis] + (kernel[axis] - 1) * dilation[axis] < plane[axis + 2],
  );
}

/** A number everywhere. */
function filled(op: AnyOp, value: number, shape: Shape, add: Add): Node {
  const one = add(
    op,
    "constant",
    [],
    { value },
    shape.map(() => 1),
  );
  return add(op, "expand", [one], {}, shape);
}

/** For each place of the window, what all windows have there. */
function windowElements(
  op: AnyOp,
  { kernel, stride, padding, dilation, output }: PoolAttributes,
  x: Node,
  outside: number,
  add: Add,
): Node[] {
  const attributes = { stride, padding, dilation, outside };
  const windows = add(op, "windows", [x], attributes, [...x.shape.slice(0, 2), ...kernel, ...output]);
  return placesOf(kernel).map((place) => atPlace(op, windows, place, add));
}
