/** The result of `torch.nn.functional.pad`, with its many messages. */
import { printShape } from "../tensor/dims";
import { TensorError, type TorchErrorType } from "../tensor/errors";
import { emptyLike, likeImages } from "../tensor/layouts";
import { contiguousType, type Shape, type TensorType } from "../tensor/tensor";
import { narrow } from "../tensor/views";

export const padModes = ["constant", "reflect", "replicate", "circular"] as const;
export type PadMode = (typeof padModes)[number];

/** Numbers before and behind each dimension of the tensor; negative ones cut. */
export interface Margins {
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** PyTorch's list goes from the last dimension to the front. */
export function marginsOf(pad: readonly number[], rank: number): Margins {
  const at = (dim: number, side: number): number => pad[2 * (rank - 1 - dim) + side] ?? 0;
  const dims = Array.from({ length: rank }, (_, dim) => dim);
  return { before: dims.map((dim) => at(dim, 0)), after: dims.map((dim) => at(dim, 1)) };
}

/** Source: ATen/native/PadNd.cpp, `_pad_enum`. @throws TensorError padding-* */
export function padType(x: TensorType, pad: readonly number[], mode: PadMode, value: number): TensorType {
  const rank = x.shape.length;
  if (pad.length % 2 !== 0) refuse("padding-odd", "Padding length must be divisible by 2");
  if (pad.length > 2 * rank) refuse("padding-rank", "Padding length too large");
  if (mode === "constant") return constantPadType(x, pad);
  if (value !== 0) refuse("padding-value", `Padding mode "${mode}" doesn't take in value argument`);
  const sides = pad.length / 2;
  if (sides === 0 || sides > 3 || (rank !== sides + 1 && rank !== sides + 2)) {
    const message = "Only 2D, 3D, 4D, 5D padding with non-constant padding are supported for now";
    refuse("padding-rank", message, "NotImplementedError");
  }
  const { before, after } = marginsOf(pad, rank);
  const shape = x.shape.map((size, dim) => size + before[dim] + after[dim]);
  const check = { reflect: checkReflect, replicate: checkReplicate, circular: checkCircular }[mode];
  check(x, sides, { before, after }, shape);
  return contiguousType(x.dtype, shape);
}

/** Source: ATen/native/PadNd.cpp, `constant_pad_nd`. */
function constantPadType(x: TensorType, pad: readonly number[]): TensorType {
  const { before, after } = marginsOf(pad, x.shape.length);
  let cut = x;
  x.shape.forEach((_, dim) => {
    if (before[dim] < 0) cut = narrow(cut, dim, -before[dim], cut.shape[dim] + before[dim]);
    if (after[dim] < 0) cut = narrow(cut, dim, 0, cut.shape[dim] + after[dim]);
  });
  if (pad.every((each) => each <= 0)) return emptyLike(cut);
  const first = x.shape.length - pad.length / 2;
  const shape = x.shape.map((size, dim) => {
    const padded = size + before[dim] + after[dim];
    if (dim >= first && padded <= 0) {
      refuse(
        "padding-negative",
        `The input size ${size}, plus negative padding ${before[dim]} and ${after[dim]} resulted in a negative output ` +
          `size, which is invalid. Check dimension ${dim} of your input.`,
      );
    }
    return padded;
  });
  return likeImages(x, shape);
}

/** Source: ATen/native/ReflectionPad.cpp */
function checkReflect(x: TensorType, sides: number, { before, after }: Margins, shape: Shape): void {
  const rank = x.shape.length;
  if (hasEmpty(x.shape, sides, true)) {
    refuse(
      "padding-rank",
      sides === 3
        ? `Expected 4D or 5D (batch mode) tensor with possibly 0 batch size and other non-zero dimensions for input, but got: ${printShape(x.shape)}`
        : `${sides + 1}D or ${sides + 2}D (batch mode) tensor expected for input, but got: [ torch.${x.dtype === "int64" ? "Long" : "Float"}Tensor{${x.shape.join(",")}} ]`,
    );
  }
  for (let side = 0; side < sides; side++) {
    const dim = rank - 1 - side;
    if (Math.max(before[dim], after[dim]) < x.shape[dim]) continue;
    refuse(
      "padding-too-large",
      `Argument #${4 + 2 * side}: Padding size should be less than the corresponding input dimension, but got: ` +
        `padding (${before[dim]}, ${after[dim]}) at dimension ${dim} of input ` +
        // For images PyTorch names the rank only.
        (sides === 2 ? rank : printShape(x.shape)),
    );
  }
  checkSize(x.shape, shape, sides, ["2input (W: #)is too small.", "input (H: #, W: #)is too small."]);
  if (shape.some((size) => size < 0)) refuse("padding-negative", "numel: integer multiplication overflow");
  checkFloat(x, sides === 3 ? "reflection_pad3d_cpu" : `reflection_pad${sides}d`);
}

/** Source: ATen/native/ReplicationPadding.cpp */
function checkReplicate(x: TensorType, sides: number, _: Margins, shape: Shape): void {
  if (hasEmpty(x.shape, sides, false)) {
    refuse(
      "padding-rank",
      `Expected ${sides + 1}D or ${sides + 2}D (batch mode) tensor with possibly 0 batch size and other non-zero ` +
        `dimensions for input, but got: ${printShape(x.shape)}`,
    );
  }
  checkSize(x.shape, shape, sides, ["input (W: #) is too small.", "input (H: #, W: # ) is too small."]);
  const negative = shape.find((size) => size < 0);
  if (negative !== undefined) {
    refuse(
      "padding-negative",
      `Trying to create tensor with negative dimension ${negative}: ${printShape(shape)}`,
    );
  }
  checkFloat(x, `replication_pad${sides}d_cpu`);
}

/** Source: ATen/native/PadNd.cpp, `_pad_circular`. */
function checkCircular(x: TensorType, sides: number, { before, after }: Margins, shape: Shape): void {
  const inner = x.shape.length - 2;
  if (sides !== inner) {
    refuse("padding-rank", `Invalid padding size, expected ${2 * inner} but got ${2 * sides}`);
  }
  for (let dim = 2; dim < x.shape.length; dim++) {
    if (Math.max(before[dim], after[dim]) > x.shape[dim]) {
      refuse("padding-too-large", "Padding value causes wrapping around more than once.");
    }
    if (shape[dim] < 0) {
      refuse("padding-negative", "Negative padding value is resulting in an empty dimension");
    }
  }
}

/** Whether a dimension that may not be empty is. The batch may; without one, reflection forgives an empty first one. */
function hasEmpty(shape: Shape, sides: number, forgiving: boolean): boolean {
  const batched = shape.length === sides + 2;
  return shape.slice(batched || (forgiving && sides < 3) ? 1 : 0).includes(0);
}

/** @param messages for one and two sides; `#` stands for the sizes. PyTorch is content when one size is left. */
function checkSize(shape: Shape, result: Shape, sides: number, messages: readonly [string, string]): void {
  const sizes = result.slice(-sides);
  if (sizes.some((size) => size >= 1)) return;
  const words = sides === 3 ? "input (D: # H: #, W: #) is too small." : messages[sides - 1];
  const from = shape.slice(-sides).values();
  const names = ["D", "H", "W"].slice(-sides);
  const calculated = names.map((name, i) => `${name}: ${sizes[i]}`).join(" ");
  const filled = words.replaceAll("#", () => String(from.next().value));
  refuse("padding-negative", `${filled} Calculated output ${calculated}`);
}

function checkFloat({ dtype }: TensorType, kernel: string): void {
  if (dtype !== "float32") refuse("needs-float", `"${kernel}" not implemented for 'Long'`);
}

function refuse(code: string, message: string, type: TorchErrorType = "RuntimeError"): never {
  throw new TensorError(code, type, message);
}
