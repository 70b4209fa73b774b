/** How much a convolution pads each side of a signal or image, and the pads that are not zeros. */
import type { Builder, Value } from "../program/builder";
import { printShape } from "../tensor/dims";
import { TensorError } from "../tensor/errors";
import type { Shape } from "../tensor/tensor";
import { take } from "./take";

export const paddingModes = ["zeros", "reflect", "replicate", "circular"] as const;
export type PaddingMode = (typeof paddingModes)[number];

/** Numbers added before and behind each of the last dimensions. */
export interface ImagePadding {
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** `same` pads so that a convolution of stride 1 keeps the size; an odd number puts the extra one behind. */
export function imagePadding(
  padding: readonly number[] | "same" | "valid",
  kernel: readonly number[],
  dilation: readonly number[],
): ImagePadding {
  if (padding === "same") {
    const total = kernel.map((size, i) => dilation[i] * (size - 1));
    const before = total.map((each) => Math.floor(each / 2));
    return { before, after: total.map((each, i) => each - before[i]) };
  }
  const each = padding === "valid" ? kernel.map(() => 0) : padding;
  return { before: each, after: each };
}

/** (*, H, W) → (*, H + pads, W + pads); likewise (*, L). */
export function paddedShape(shape: Shape, { before, after }: ImagePadding): number[] {
  const lead = shape.length - before.length;
  return shape.map((size, dim) => (dim < lead ? size : size + before[dim - lead] + after[dim - lead]));
}

/** @throws TensorError padding-too-large, padding-rank with the words of `torch.nn.functional.pad` */
export function checkPadding(shape: Shape, { before, after }: ImagePadding, mode: PaddingMode): void {
  if (mode === "zeros") return;
  const rank = shape.length;
  const sides = before.length;
  if (rank < sides) throw new TensorError("padding-rank", "RuntimeError", "Padding length too large");
  if (rank !== sides + 1 && rank !== sides + 2) {
    const message = "Only 2D, 3D, 4D, 5D padding with non-constant padding are supported for now";
    throw new TensorError("padding-rank", "NotImplementedError", message);
  }
  if (mode === "circular" && rank === sides + 1) {
    const message = `Invalid padding size, expected ${2 * (rank - 2)} but got ${2 * sides}`;
    throw new TensorError("padding-rank", "RuntimeError", message);
  }
  const order = before.map((_, side) => side);
  for (const side of mode === "reflect" ? order.toReversed() : order) {
    const dim = rank - sides + side;
    const most = Math.max(before[side], after[side]);
    if (mode === "reflect" && most >= shape[dim]) {
      throw new TensorError(
        "padding-too-large",
        "RuntimeError",
        `Argument #${4 + 2 * (sides - 1 - side)}: Padding size should be less than the corresponding input dimension, ` +
          `but got: padding (${before[side]}, ${after[side]}) at dimension ${dim} of input ` +
          // PyTorch names the shape of a signal, but only the rank of an image.
          (sides === 1 ? printShape(shape) : rank),
      );
    }
    if (mode === "circular" && most > shape[dim]) {
      const message = "Padding value causes wrapping around more than once.";
      throw new TensorError("padding-too-large", "RuntimeError", message);
    }
  }
}

/** Pads the last dimensions of x: (*, H, W), or (*, L). */
export function padImages(ops: Builder, x: Value, padding: ImagePadding, mode: PaddingMode): Value {
  const lead = x.shape.length - padding.before.length;
  if (mode === "zeros") {
    const zeros = new Array<number>(lead).fill(0);
    return ops.pad(x, [...zeros, ...padding.before], paddedShape(x.shape, padding));
  }
  return padding.before.reduce((value, before, side) => {
    const dim = lead + side;
    return take(ops, value, dim, sources(x.shape[dim], before, padding.after[side], mode));
  }, x);
}

/** For each place of the padded dimension, which of the `size` numbers stands there. */
function sources(size: number, before: number, after: number, mode: Exclude<PaddingMode, "zeros">): number[] {
  return Array.from({ length: before + size + after }, (_, i) => {
    const at = i - before;
    switch (mode) {
      case "reflect":
        return at < 0 ? -at : at >= size ? 2 * (size - 1) - at : at;
      case "replicate":
        return Math.min(Math.max(at, 0), size - 1);
      case "circular":
        return (at + size) % size;
    }
  });
}
