import { elementCount } from "../tensor/tensor";
import { defineLayer } from "./define";
import { flag, integer, optionalInteger } from "./params";
import { checkSignalRank, imagePooling, pool, pooledSize, signalImages, windowsOf } from "./pooling";
import { asImages, asSignals } from "./signals";
import { module, onnxNode } from "./spelling";

export const avgPool1d = defineLayer({
  type: "AvgPool1d",
  category: "pool",
  aliases: ["pooling", "average", "mean", "moving average", "downsample", "池化", "平均池化", "滑动平均"],
  summary: { en: "Takes the mean of each window of a signal", zh: "取信号每个窗口的平均值" },
  explanation: {
    en: "Shortens a signal: each few neighbouring steps become their mean. Smoother than MaxPool1d, which keeps only the strongest response.",
    zh: "缩短信号：每几个相邻的步变成它们的平均值。比只保留最强响应的 MaxPool1d 更平滑。",
  },
  formula: "y[n, c, i] = mean over the window of x[n, c, i·stride + u - padding]",
  params: {
    kernel_size: integer({ en: "Length of a window", zh: "窗口的长度" }, 2, { min: 1 }),
    stride: optionalInteger(
      { en: "How far the window moves at a time", zh: "窗口每次移动的距离" },
      { en: "Same as kernel_size", zh: "与 kernel_size 相同" },
      { min: 1 },
    ),
    padding: integer({ en: "Zeros added at both ends", zh: "在两端添加的零的个数" }, 0, { min: 0 }),
    ceil_mode: flag(
      {
        en: "Also use a last window that is only partly inside",
        zh: "也使用只有一部分在信号内的最后一个窗口",
      },
      false,
    ),
    count_include_pad: flag(
      { en: "Count the padding's zeros in the mean", zh: "计算平均值时把填充的零也算在内" },
      true,
    ),
  },
  telling: ["kernel_size", "stride"],
  inputs: { x: "(N, C, L)" },
  outputs: { y: "(N, C, L')" },
  infer: ({ x }, p) => {
    checkSignalRank(x.shape, "avg_pool1d");
    return { y: asSignals(pool(asImages(x), imagePooling({ ...p, dilation: 1 }))) };
  },
  lower: (ops, { x }, p) => {
    const images = signalImages(ops, x);
    const windows = imagePooling({ ...p, dilation: 1 });
    const output = pooledSize([1, images.shape[3]], windows);
    const { count_include_pad } = p;
    const y = ops.avgPool2d(images, { ...windowsOf(windows), output, count_include_pad, divisor: null });
    return { y: ops.reshape(y, [...x.shape.slice(0, -1), output[1]]) };
  },
  flops: (_, { y }, p) => elementCount(y.shape) * p.kernel_size,
  torch: (p) =>
    module("AvgPool1d", [p.kernel_size], {
      stride: p.stride ?? undefined,
      padding: p.padding === 0 ? undefined : p.padding,
      ceil_mode: p.ceil_mode || undefined,
      count_include_pad: p.count_include_pad ? undefined : false,
    }),
  onnx: (p) => [
    onnxNode("AveragePool", ["x"], {
      kernel_shape: [p.kernel_size],
      strides: [p.stride ?? p.kernel_size],
      pads: [p.padding, p.padding],
      ceil_mode: p.ceil_mode ? 1 : 0,
      count_include_pad: p.count_include_pad ? 1 : 0,
    }),
  ],
});
