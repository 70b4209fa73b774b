import { printShape } from "../tensor/dims";
import { contiguousType, elementCount, type Shape } from "../tensor/tensor";
import { defineLayer } from "./define";
import { flag, integer, optionalInteger } from "./params";
import { imagePooling, poolError, pooledSize, type SignalPooling, signalImages, windowsOf } from "./pooling";
import { module, onnxNode } from "./spelling";

export const maxPool1d = defineLayer({
  type: "MaxPool1d",
  category: "pool",
  aliases: ["pooling", "downsample", "subsample", "maximum", "池化", "最大池化", "下采样"],
  summary: { en: "Keeps the largest number of each window of a signal", zh: "保留信号每个窗口中最大的数" },
  explanation: {
    en: "Shortens a signal: of each few neighbouring steps only the strongest response stays. What was found matters more than exactly when, so the network becomes a little tolerant to shifts.",
    zh: "缩短信号：每几个相邻的步只留下最强的响应。比起确切的时刻，更看重找到了什么，因此网络对平移有一定容忍度。",
  },
  formula: "y[n, c, i] = max over the window of x[n, c, i·stride + u·dilation - padding]",
  params: {
    kernel_size: integer({ en: "Length of a window", zh: "窗口的长度" }, 2, { min: 1 }),
    stride: optionalInteger(
      { en: "How far the window moves at a time", zh: "窗口每次移动的距离" },
      { en: "Same as kernel_size", zh: "与 kernel_size 相同" },
      { min: 1 },
    ),
    padding: integer(
      { en: "Steps added at both ends; never the largest", zh: "在两端添加的步数，永远不会成为最大值" },
      0,
      { min: 0 },
    ),
    dilation: integer({ en: "Distance between the steps of a window", zh: "窗口内各步之间的间距" }, 1, {
      min: 1,
    }),
    ceil_mode: flag(
      {
        en: "Also use a last window that is only partly inside",
        zh: "也使用只有一部分在信号内的最后一个窗口",
      },
      false,
    ),
  },
  telling: ["kernel_size", "stride"],
  inputs: { x: "(N, C, L)" },
  outputs: { y: "(N, C, L')" },
  infer: ({ x }, p) => {
    const length = pooledLength(x.shape, p);
    if (x.dtype !== "float32")
      throw poolError("needs-float", "\"max_pool1d_impl\" not implemented for 'Long'");
    return { y: contiguousType("float32", [...x.shape.slice(0, -1), length]) };
  },
  lower: (ops, { x }, p) => {
    const images = signalImages(ops, x);
    const windows = imagePooling(p);
    const output = pooledSize([1, images.shape[3]], windows);
    const y = ops.maxPool2d(images, { ...windowsOf(windows), output });
    return { y: ops.reshape(y, [...x.shape.slice(0, -1), output[1]]) };
  },
  flops: (_, { y }, p) => elementCount(y.shape) * p.kernel_size,
  torch: (p) =>
    module("MaxPool1d", [p.kernel_size], {
      stride: p.stride ?? undefined,
      padding: p.padding === 0 ? undefined : p.padding,
      dilation: p.dilation === 1 ? undefined : p.dilation,
      ceil_mode: p.ceil_mode || undefined,
    }),
  onnx: (p) => [
    onnxNode("MaxPool", ["x"], {
      kernel_shape: [p.kernel_size],
      strides: [p.stride ?? p.kernel_size],
      pads: [p.padding, p.padding],
      dilations: [p.dilation],
      ceil_mode: p.ceil_mode ? 1 : 0,
    }),
  ],
});

/** In the order of ATen/native/Pool.h `check_max_pool1d`. */
function pooledLength(shape: Shape, p: SignalPooling): number {
  const name = "max_pool1d()";
  const nonEmpty = shape.length === 2 ? shape : shape.slice(1);
  if ((shape.length !== 2 && shape.length !== 3) || nonEmpty.includes(0)) {
    const message =
      "max_pool1d: Expected 2D or 3D (batch mode) tensor with optional 0 dim batch size for input";
    throw poolError("pool-rank", `${message}, but got:${printShape(shape)}`);
  }
  const positive = (what: string, value: number): void => {
    if (value > 0) return;
    throw poolError("pool-argument", `${name} ${what} must be greater than zero, but got ${value}`);
  };
  positive("kernel_size", p.kernel_size);
  positive("stride", p.stride ?? p.kernel_size);
  if (p.padding < 0) {
    throw poolError("pool-argument", `${name} padding must be non-negative, but got ${p.padding}`);
  }
  if (p.padding > Math.trunc(p.kernel_size / 2)) {
    const got = `padding=${p.padding} and kernel_size=${p.kernel_size}`;
    throw poolError("pool-padding", `${name} padding should be at most half of kernel size, but got ${got}`);
  }
  positive("dilation", p.dilation);
  const [, length] = pooledSize([1, shape[shape.length - 1]], imagePooling(p));
  if (length < 0) throw poolError("pool-output-size", `${name} Invalid computed output size: ${length}`);
  return length;
}
