import type { Builder, Value } from "../program/builder";
import { printShape } from "../tensor/dims";
import { TensorError, type TorchErrorType } from "../tensor/errors";
import { likeImages } from "../tensor/layouts";
import { contiguousType, elementCount, type Shape, type TensorType } from "../tensor/tensor";
import { defineLayer } from "./define";
import { choice, flag, optionalDecimalPair, optionalPair } from "./params";
import { interpolate } from "./resample";
import { module, onnxNode } from "./spelling";
import { take } from "./take";

type Sizes = number | readonly number[];

interface Upsample {
  readonly size: Sizes | null;
  readonly scale_factor: Sizes | null;
  readonly mode: "nearest" | "linear" | "bilinear";
  readonly align_corners: boolean;
}

export const upsample = defineLayer({
  type: "Upsample",
  category: "shape",
  aliases: ["resize", "interpolate", "enlarge", "decoder", "unet", "上采样", "放大", "插值"],
  summary: { en: "Enlarges or shrinks images or signals", zh: "放大或缩小图像或信号" },
  explanation: {
    en: "Brings the last dimensions to another size without trained weights. nearest repeats the pixel that lies closest; linear (signals) and bilinear (images) blend its neighbours, which is smoother. Give either the size or the factor. Often followed by a convolution, as a gentler ConvTranspose.",
    zh: "不用可训练的权重，把最后几个维度变成另一个大小。nearest 重复最近的像素；linear（信号）和 bilinear（图像）混合相邻的像素，更平滑。size 与 scale_factor 给出其一即可。后面常接一个卷积，作为更柔和的 ConvTranspose。",
  },
  formula: "y[n, c, i, j] = x at (i / scale, j / scale), the nearest or blended from its neighbours",
  params: {
    size: optionalPair(
      { en: "Height and width of the result", zh: "结果的高和宽" },
      { en: "Told by scale_factor", zh: "由 scale_factor 决定" },
      1,
    ),
    scale_factor: optionalDecimalPair(
      { en: "How many times as large the result is", zh: "结果放大的倍数" },
      { en: "Told by size", zh: "由 size 决定" },
    ),
    mode: choice(
      {
        en: "Repeat the nearest pixel, or blend neighbours",
        zh: "重复最近的像素，或混合相邻像素",
      },
      ["nearest", "linear", "bilinear"],
      "nearest",
    ),
    align_corners: flag(
      {
        en: "When blending, lay the corner pixels' centres onto each other, not the image's edges",
        zh: "混合时让角上像素的中心对齐，而不是图像的边缘对齐",
      },
      false,
    ),
  },
  telling: ["size", "scale_factor", "mode"],
  inputs: { x: "(N, C, *)" },
  outputs: { y: "(N, C, *)" },
  infer: ({ x }, p) => ({ y: resize(x, p) }),
  lower: (ops, { x }, p) => {
    const output = outputSize(x.shape, p);
    const factors = each(p.scale_factor, output.length);
    const y = output.reduce((value, count, i) => resizeAlong(ops, value, 2 + i, count, factors?.[i], p), x);
    return { y };
  },
  flops: (_, { y }, p) => elementCount(y.shape) * { nearest: 1, linear: 3, bilinear: 9 }[p.mode],
  torch: (p) =>
    module("Upsample", [], {
      size: p.size ?? undefined,
      scale_factor: p.scale_factor ?? undefined,
      mode: p.mode === "nearest" ? undefined : p.mode,
      align_corners: p.align_corners || undefined,
    }),
  onnx: (p, { x }) => {
    const nearest = p.mode === "nearest";
    const asymmetric = nearest ? "asymmetric" : "pytorch_half_pixel";
    const scale = outputSize(x.shape, p).map((size, i) => size / x.shape[2 + i]);
    return [
      onnxNode("Constant", [], { value_floats: [1, 1, ...scale] }),
      onnxNode("Resize", ["x", "", "%0"], {
        mode: nearest ? "nearest" : "linear",
        coordinate_transformation_mode: p.align_corners ? "align_corners" : asymmetric,
        ...(nearest ? { nearest_mode: "floor" } : {}),
      }),
    ];
  },
});

/** In the order of `torch.nn.functional.interpolate`. */
function resize(x: TensorType, p: Upsample): TensorType {
  const { shape } = x;
  const rank = shape.length;
  if (p.mode === "nearest" && p.align_corners) {
    const message =
      "align_corners option can only be set with the interpolating modes: linear | bilinear | bicubic | trilinear";
    fail("upsample-mode", "ValueError", message);
  }
  const output = outputSize(shape, p);
  if (rank < 3 || rank > 5) {
    const modes = "nearest | linear | bilinear | bicubic | trilinear | area | nearest-exact";
    const message = `Only 3D, 4D and 5D input Tensors supported (got ${rank}D) for the modes: ${modes} (got ${p.mode})`;
    fail("upsample-rank", "NotImplementedError", `Input Error: ${message}`);
  }
  const wanted = { nearest: rank, linear: 3, bilinear: 4 }[p.mode];
  if (rank !== wanted) {
    fail(
      "upsample-rank",
      "NotImplementedError",
      `Got ${rank}D input, but ${p.mode} mode needs ${wanted}D input`,
    );
  }
  if ([...shape.slice(2), ...output].some((size) => size <= 0)) {
    const named = (sizes: Shape) =>
      sizes.map((size, i) => `${"DHW"[3 - sizes.length + i]}: ${size}`).join(", ");
    const and = rank === 3 ? "and " : "";
    fail(
      "upsample-size",
      "RuntimeError",
      "Input and output sizes should be greater than 0, " +
        `but got input (${named(shape.slice(2))}) ${and}output (${named(output)})`,
    );
  }
  if (shape[1] === 0) {
    const message = `Non-empty ${rank}D data tensor expected but got a tensor with sizes ${printShape(shape)}`;
    fail("upsample-size", "RuntimeError", message);
  }
  if (x.dtype !== "float32") {
    const kernel = `compute_indices_weights_${p.mode === "nearest" ? "nearest" : "linear"}`;
    fail("needs-float", "RuntimeError", `"${kernel}" not implemented for 'Long'`);
  }
  const resized = [...shape.slice(0, 2), ...output];
  return rank === 4 ? likeImages(x, resized) : contiguousType("float32", resized);
}

/** Sizes of the dimensions behind the channels. @throws TensorError upsample-argument */
function outputSize(shape: Shape, p: Upsample): number[] {
  const places = shape.slice(2);
  // PyTorch takes a factor of 0 for none.
  const factor = p.scale_factor === 0 ? null : p.scale_factor;
  if (p.size !== null && factor !== null) {
    fail("upsample-argument", "ValueError", "only one of size or scale_factor should be defined");
  }
  if (p.size === null && factor === null) {
    fail("upsample-argument", "ValueError", "either size or scale_factor should be defined");
  }
  const given = p.size ?? factor;
  if (typeof given === "object" && given !== null && given.length !== places.length) {
    const what = p.size === null ? "scale_factor of shape" : "output size of";
    const numbers = p.size === null ? given.map(pythonFloat) : given;
    const tuple = `(${numbers.join(", ")}${numbers.length === 1 ? "," : ""})`;
    const [name, letter] = p.size === null ? ["scale_factor", "s"] : ["output size", "o"];
    fail(
      "upsample-argument",
      "ValueError",
      `Input and ${p.size === null ? name : "output"} must have the same number of spatial dimensions, ` +
        `but got input with spatial dimensions of ${printShape(places)} and ${what} ${tuple}. ` +
        "Please provide input tensor in (N, C, d1, d2, ...,dK) format and " +
        `${name} in (${letter}1, ${letter}2, ...,${letter}K) format.`,
    );
  }
  const sizes = each(p.size, places.length);
  const factors = each(factor, places.length);
  return places.map((size, i) => sizes?.[i] ?? Math.floor(size * (factors?.[i] ?? 1)));
}

function each(sizes: Sizes | null, count: number): readonly number[] | undefined {
  return typeof sizes === "number" ? new Array<number>(count).fill(sizes) : (sizes ?? undefined);
}

function pythonFloat(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

/** @param factor as it was given; undefined where the size was. Source: ATen/native/UpSample.h */
function resizeAlong(
  ops: Builder,
  x: Value,
  dim: number,
  count: number,
  factor: number | undefined,
  { mode, align_corners }: Upsample,
): Value {
  const size = x.shape[dim];
  const scale = factor === undefined ? size / count : 1 / factor;
  if (mode !== "nearest") {
    // Where the size stays, PyTorch copies, whatever the factor was.
    if (size === count) return x;
    const apart = align_corners ? (count > 1 ? (size - 1) / (count - 1) : 0) : scale;
    return interpolate(ops, x, dim, count, apart, align_corners);
  }
  const repeats = count / size;
  if (Number.isInteger(repeats) && scale === 1 / repeats) {
    const apart = ops.reshape(x, x.shape.toSpliced(dim + 1, 0, 1));
    return ops.reshape(ops.expand(apart, x.shape.toSpliced(dim + 1, 0, repeats)), x.shape.with(dim, count));
  }
  // PyTorch multiplies in float32, which decides where the product is nearly whole.
  const source = (i: number): number => Math.floor(Math.fround(i * Math.fround(scale)));
  return take(
    ops,
    x,
    dim,
    Array.from({ length: count }, (_, i) => Math.min(source(i), size - 1)),
  );
}

function fail(code: string, type: TorchErrorType, message: string): never {
  throw new TensorError(code, type, message);
}
