import { elementCount } from "../tensor/tensor";
import { adaptedSize, averagePool, checkRank, onnxWindows, outputPair, pythonSize } from "./adaptive-pooling";
import { defineLayer } from "./define";
import { both } from "./params";
import { averageWindows } from "./resample";
import { module, onnxNode } from "./spelling";

export const adaptiveAvgPool2d = defineLayer({
  type: "AdaptiveAvgPool2d",
  category: "pool",
  aliases: ["pooling", "global pooling", "any size", "downsample", "自适应池化", "全局池化", "池化"],
  summary: {
    en: "Brings an image of any size to one size by means",
    zh: "用平均值把任意大小的图像变成同一大小",
  },
  explanation: {
    en: "Brings an image of any size to a size that you choose: it is divided into as many windows as the result has places, as even as can be, and each becomes its mean. So the layers behind it need not know how large the input was; with output_size 1 each channel becomes its mean.",
    zh: "把任意大小的图像变成你指定的大小：输入被尽量均匀地分成与结果位置同样多的窗口，每个窗口变成它的平均值。因此后面的层无需知道输入有多大；output_size 为 1 时每个通道变成它的平均值。",
  },
  formula: "y[n, c, i, j] = mean of x[n, c, ⌊i·H/H'⌋ … ⌈(i+1)·H/H'⌉, likewise in j]",
  params: { output_size: outputPair() },
  telling: ["output_size"],
  inputs: { x: "(N, C, H, W)" },
  outputs: { y: "(N, C, H', W')" },
  infer: ({ x }, p) => {
    checkRank(x.shape, p.output_size);
    return { y: averagePool(x, adaptedSize(x.shape, p.output_size)) };
  },
  lower: (ops, { x }, p) => {
    const [height, width] = adaptedSize(x.shape, p.output_size);
    const rank = x.shape.length;
    const rows = averageWindows(ops, x, rank - 2, height);
    return { y: averageWindows(ops, rows, rank - 1, width) };
  },
  flops: ({ x }) => elementCount(x.shape),
  torch: (p) => module("AdaptiveAvgPool2d", [pythonSize(p.output_size)]),
  // ONNX has the pooling to one place only; of other sizes the windows are told by the input.
  onnx: (p, { x }) =>
    both(p.output_size).every((each) => each === 1)
      ? [onnxNode("GlobalAveragePool", ["x"])]
      : onnxWindows("AveragePool", x, adaptedSize(x.shape, p.output_size)),
});
