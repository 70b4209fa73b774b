/** How much a convolution pads each side of an image, and the pads that are not zeros. */
import type { Builder, Value } from "../program/builder";
import { TensorError } from "../tensor/errors";
import type { Shape } from "../tensor/tensor";
import { both } from "./params";

export const paddingModes = ["zeros", "reflect", "replicate", "circular"] as const;
export type PaddingMode = (typeof paddingModes)[number];

/** Numbers added before and behind the rows (0) and the columns (1). */
export interface ImagePadding {
  readonly before: readonly [number, number];
  readonly after: readonly [number, number];
}

/** `same` pads so that a convolution of stride 1 keeps the size; an odd number puts the extra one behind. */
export function imagePadding(
  padding: number | readonly number[] | "same" | "valid",
  kernel: readonly [number, number],
  dilation: readonly [number, number],
): ImagePadding {
  if (padding === "same") {
    const total = [dilation[0] * (kernel[0] - 1), dilation[1] * (kernel[1] - 1)];
    const before: [number, number] = [Math.floor(total[0] / 2), Math.floor(total[1] / 2)];
    return { before, after: [total[0] - before[0], total[1] - before[1]] };
  }
  const each = padding === "valid" ? both(0) : both(padding);
  return { before: each, after: each };
}

/** (*, H, W) → (*, H + pads, W + pads) */
export function paddedShape(shape: Shape, { before, after }: ImagePadding): number[] {
  const [height, width] = shape.slice(-2);
  return [...shape.slice(0, -2), height + before[0] + after[0], width + before[1] + after[1]];
}

/** @throws TensorError padding-too-large, padding-rank with the words of `torch.nn.functional.pad` */
export function checkPadding(shape: Shape, { before, after }: ImagePadding, mode: PaddingMode): void {
  if (mode === "zeros") return;
  const rank = shape.length;
  if (rank < 2) throw new TensorError("padding-rank", "RuntimeError", "Padding length too large");
  if (rank !== 3 && rank !== 4) {
    const message = "Only 2D, 3D, 4D, 5D padding with non-constant padding are supported for now";
    throw new TensorError("padding-rank", "NotImplementedError", message);
  }
  if (mode === "circular" && rank === 3) {
    throw new TensorError("padding-rank", "RuntimeError", "Invalid padding size, expected 2 but got 4");
  }
  for (const side of mode === "reflect" ? [1, 0] : [0, 1]) {
    const dim = rank - 2 + side;
    const most = Math.max(before[side], after[side]);
    if (mode === "reflect" && most >= shape[dim]) {
      throw new TensorError(
        "padding-too-large",
        "RuntimeError",
        `Argument #${side === 1 ? 4 : 6}: Padding size should be less than the corresponding input dimension, but got: ` +
          `padding (${before[side]}, ${after[side]}) at dimension ${dim} of input ${rank}`,
      );
    }
    if (mode === "circular" && most > shape[dim]) {
      const message = "Padding value causes wrapping around more than once.";
      throw new TensorError("padding-too-large", "RuntimeError", message);
    }
  }
}

/** Pads the last two dimensions of x: (*, H, W) */
export function padImages(ops: Builder, x: Value, padding: ImagePadding, mode: PaddingMode): Value {
  const rank = x.shape.length;
  if (mode === "zeros") {
    const lead = new Array<number>(rank - 2).fill(0);
    return ops.pad(x, [...lead, ...padding.before], paddedShape(x.shape, padding));
  }
  return [0, 1].reduce((value, side) => {
    const dim = rank - 2 + side;
    return take(ops, value, dim, sources(x.shape[dim], padding.before[side], padding.after[side], mode));
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

/** `x[…, indices, …]`, put together from runs of neighbours. */
function take(ops: Builder, x: Value, dim: number, indices: readonly number[]): Value {
  const runs: [start: number, length: number][] = [];
  for (const index of indices) {
    const last = runs.at(-1);
    if (last && last[0] + last[1] === index) last[1]++;
    else runs.push([index, 1]);
  }
  const zeros = x.shape.map(() => 0);
  const parts = runs.map(([start, length]) =>
    ops.slice(x, zeros.with(dim, start), x.shape.with(dim, length)),
  );
  return ops.concat(parts, dim);
}
