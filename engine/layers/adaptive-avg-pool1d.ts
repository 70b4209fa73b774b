import { elementCount } from "../tensor/tensor";
import { averagePool, onnxWindows, outputLength } from "./adaptive-pooling";
import { defineLayer } from "./define";
import { checkSignalRank } from "./pooling";
import { averageWindows } from "./resample";
import { asImages, asSignals } from "./signals";
import { module, onnxNode } from "./spelling";

export const adaptiveAvgPool1d = defineLayer({
  type: "AdaptiveAvgPool1d",
  category: "pool",
  aliases: ["pooling", "global pooling", "any size", "downsample", "自适应池化", "全局池化", "池化"],
  summary: {
    en: "Brings a signal of any size to one size by means",
    zh: "用平均值把任意大小的信号变成同一大小",
  },
  explanation: {
    en: "Brings a signal of any size to a size that you choose: it is divided into as many windows as the result has places, as even as can be, and each becomes its mean. So the layers behind it need not know how large the input was; with output_size 1 each channel becomes its mean.",
    zh: "把任意大小的信号变成你指定的大小：输入被尽量均匀地分成与结果位置同样多的窗口，每个窗口变成它的平均值。因此后面的层无需知道输入有多大；output_size 为 1 时每个通道变成它的平均值。",
  },
  formula: "y[n, c, i] = mean of x[n, c, ⌊i·L/L'⌋ … ⌈(i+1)·L/L'⌉]",
  params: { output_size: outputLength() },
  telling: ["output_size"],
  inputs: { x: "(N, C, L)" },
  outputs: { y: "(N, C, L')" },
  infer: ({ x }, p) => {
    checkSignalRank(x.shape, "adaptive_avg_pool1d");
    const images = asImages(x);
    return { y: asSignals(averagePool(images, [1, p.output_size])) };
  },
  lower: (ops, { x }, p) => ({ y: averageWindows(ops, x, x.shape.length - 1, p.output_size) }),
  flops: ({ x }) => elementCount(x.shape),
  torch: (p) => module("AdaptiveAvgPool1d", [p.output_size]),
  // ONNX has the pooling to one place only; of other sizes the windows are told by the input.
  onnx: (p, { x }) =>
    p.output_size === 1
      ? [onnxNode("GlobalAveragePool", ["x"])]
      : onnxWindows("AveragePool", x, [p.output_size]),
});
