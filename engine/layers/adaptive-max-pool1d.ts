import { elementCount } from "../tensor/tensor";
import { adaptivePool, largestOfWindows, onnxWindows, outputLength } from "./adaptive-pooling";
import { defineLayer } from "./define";
import { checkSignalRank, signalImages } from "./pooling";
import { asImages, asSignals } from "./signals";
import { module, onnxNode } from "./spelling";

export const adaptiveMaxPool1d = defineLayer({
  type: "AdaptiveMaxPool1d",
  category: "pool",
  aliases: ["pooling", "global pooling", "any size", "downsample", "自适应池化", "全局池化", "池化"],
  summary: {
    en: "Brings a signal of any size to one size by maxima",
    zh: "用最大值把任意大小的信号变成同一大小",
  },
  explanation: {
    en: "Brings a signal of any size to a size that you choose: it is divided into as many windows as the result has places, as even as can be, and of each the largest number stays. So the layers behind it need not know how large the input was.",
    zh: "把任意大小的信号变成你指定的大小：输入被尽量均匀地分成与结果位置同样多的窗口，每个窗口只留下最大的数。因此后面的层无需知道输入有多大。",
  },
  formula: "y[n, c, i] = max of x[n, c, ⌊i·L/L'⌋ … ⌈(i+1)·L/L'⌉]",
  params: { output_size: outputLength() },
  telling: ["output_size"],
  inputs: { x: "(N, C, L)" },
  outputs: { y: "(N, C, L')" },
  infer: ({ x }, p) => {
    checkSignalRank(x.shape, "adaptive_max_pool1d");
    const images = asImages(x);
    return { y: asSignals(adaptivePool(images, [1, p.output_size], "adaptive_max_pool2d")) };
  },
  lower: (ops, { x }, p) => {
    const y = largestOfWindows(ops, signalImages(ops, x), [1, p.output_size]);
    return { y: ops.reshape(y, [...x.shape.slice(0, -1), p.output_size]) };
  },
  flops: ({ x }) => elementCount(x.shape),
  torch: (p) => module("AdaptiveMaxPool1d", [p.output_size]),
  // ONNX has the pooling to one place only; of other sizes the windows are told by the input.
  onnx: (p, { x }) =>
    p.output_size === 1 ? [onnxNode("GlobalMaxPool", ["x"])] : onnxWindows("MaxPool", x, [p.output_size]),
});
