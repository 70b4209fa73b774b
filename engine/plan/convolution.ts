/**
 * Convolutions as matrix products. One operand is the windows of a plane, which are never stored: the product's kernel
 * works out, for each element that it reads, where in the plane it lies. So every kernel for products, and all that
 * fuses with one, serves convolutions too, grouped and pointwise ones alike. Only where every channel is by itself would
 * that be products of one row: there a small kernel is written out.
 */
import type { Op } from "../program/program";
import { elementCount, type Shape } from "../tensor/tensor";
import type { Add, Node } from "./nodes";
import { buildSlice } from "./slices";
import { atPlace, isSmall, placesOf } from "./windows";

type Convolution = Op<"conv2d" | "conv2d_grad_input" | "conv2d_grad_weight">;

/** @param product builds the product of (batch, M, K) and (batch, K, N) */
export function buildConvolution(
  op: Convolution,
  [first, second]: readonly Node[],
  add: Add,
  product: (a: Node, b: Node) => Node,
): Node {
  const { groups, stride, padding, dilation } = op.attributes;
  const reshape = (node: Node, shape: Shape) => add(op, "reshape", [node], {}, shape);
  const permute = (node: Node, dims: readonly number[]) =>
    add(
      op,
      "permute",
      [node],
      { dims },
      dims.map((dim) => node.shape[dim]),
    ); // prettier-ignore
  /** (N, groups · C, …) as (N, groups, C, …) */
  const grouped = (node: Node) => {
    const [n, channels, ...rest] = node.shape;
    return reshape(node, [n, groups, channels / groups, ...rest]);
  };
  /** (N, groups, C, KH, KW, H, W) */
  const windows = (kind: "windows" | "windows_back", x: Node, taps: Shape, plane: Shape) =>
    grouped(
      add(op, kind, [x], { stride, padding, dilation, outside: 0 }, [
        ...x.shape.slice(0, 2),
        ...taps,
        ...plane,
      ]),
    );
  const matrix = (node: Node, rowDims: number) => {
    const [batch, ...rest] = node.shape;
    const rows = elementCount(rest.slice(0, rowDims));
    return reshape(node, [batch, rows, elementCount(rest) / rows]);
  };
  /** (groups, C, N · H · W) as (N, groups · C, H, W) */
  const images = (result: Node) => {
    const [n, , height, width] = op.shape;
    const apart = reshape(result, [groups, op.shape[1] / groups, n, height, width]);
    return reshape(permute(apart, [2, 0, 1, 3, 4]), op.shape);
  };

  /** Every channel by itself: what each place of the kernel sees times its weight, one after the other. */
  const channelwise = (kind: "windows" | "windows_back", x: Node, weight: Node) => {
    const [height, width] = weight.shape.slice(2);
    const [n, c, ...plane] = op.shape;
    const attributes = { stride, padding, dilation, outside: 0 };
    const seen = add(op, kind, [x], attributes, [n, c, height, width, ...plane]);
    const terms = placesOf([height, width]).map((place) => {
      const factor = reshape(buildSlice(op, weight, [0, 0, ...place], [c, 1, 1, 1], add), [1, c, 1, 1]);
      const factors = add(op, "expand", [factor], {}, op.shape);
      return add(op, "mul", [atPlace(op, seen, place, add), factors], {}, op.shape);
    });
    return terms.reduce((sum, term) => add(op, "add", [sum, term], {}, op.shape));
  };
  const isChannelwise = ({ shape: [outputs, channels, height, width] }: Node) =>
    channels === 1 && outputs === groups && isSmall([height, width]);

  switch (op.kind) {
    // The channels come last in the sums, so that steps in a row look through the same place of the kernel.
    case "conv2d": {
      const [x, weight] = [first, second];
      if (isChannelwise(weight)) return channelwise("windows", x, weight);
      const [outputs, channels, ...taps] = weight.shape;
      const seen = windows("windows", x, taps, op.shape.slice(2));
      const columns = matrix(permute(seen, [1, 3, 4, 2, 0, 5, 6]), 3);
      const weights = reshape(weight, [groups, outputs / groups, channels, elementCount(taps)]);
      return images(product(matrix(permute(weights, [0, 1, 3, 2]), 1), columns));
    }
    case "conv2d_grad_input": {
      const [grad, weight] = [first, second];
      if (isChannelwise(weight)) return channelwise("windows_back", grad, weight);
      const [outputs, channels, ...taps] = weight.shape;
      const seen = windows("windows_back", grad, taps, op.shape.slice(2));
      const columns = matrix(permute(seen, [1, 3, 4, 2, 0, 5, 6]), 3);
      const weights = reshape(weight, [groups, outputs / groups, channels, elementCount(taps)]);
      return images(product(matrix(permute(weights, [0, 2, 3, 1]), 1), columns));
    }
    case "conv2d_grad_weight": {
      const [x, grad] = [first, second];
      const seen = windows("windows", x, op.shape.slice(2), grad.shape.slice(2));
      const columns = matrix(permute(seen, [1, 0, 5, 6, 2, 3, 4]), 3);
      return reshape(product(matrix(permute(grouped(grad), [1, 2, 0, 3, 4]), 1), columns), op.shape);
    }
  }
}
