import { elementCount } from "../tensor/tensor";
import {
  adaptedSize,
  adaptivePool,
  checkRank,
  largestOfWindows,
  onnxWindows,
  outputPair,
  pythonSize,
} from "./adaptive-pooling";
import { defineLayer } from "./define";
import { both } from "./params";
import { module, onnxNode } from "./spelling";

export const adaptiveMaxPool2d = defineLayer({
  type: "AdaptiveMaxPool2d",
  category: "pool",
  aliases: ["pooling", "global pooling", "any size", "downsample", "自适应池化", "全局池化", "池化"],
  summary: {
    en: "Brings an image of any size to one size by maxima",
    zh: "用最大值把任意大小的图像变成同一大小",
  },
  explanation: {
    en: "Brings an image of any size to a size that you choose: it is divided into as many windows as the result has places, as even as can be, and of each the largest number stays. So the layers behind it need not know how large the input was.",
    zh: "把任意大小的图像变成你指定的大小：输入被尽量均匀地分成与结果位置同样多的窗口，每个窗口只留下最大的数。因此后面的层无需知道输入有多大。",
  },
  formula: "y[n, c, i, j] = max of x[n, c, ⌊i·H/H'⌋ … ⌈(i+1)·H/H'⌉, likewise in j]",
  params: { output_size: outputPair() },
  telling: ["output_size"],
  inputs: { x: "(N, C, H, W)" },
  outputs: { y: "(N, C, H', W')" },
  infer: ({ x }, p) => {
    checkRank(x.shape, p.output_size);
    return { y: adaptivePool(x, adaptedSize(x.shape, p.output_size), "adaptive_max_pool2d") };
  },
  lower: (ops, { x }, p) => ({ y: largestOfWindows(ops, x, adaptedSize(x.shape, p.output_size)) }),
  flops: ({ x }) => elementCount(x.shape),
  torch: (p) => module("AdaptiveMaxPool2d", [pythonSize(p.output_size)]),
  // ONNX has the pooling to one place only; of other sizes the windows are told by the input.
  onnx: (p, { x }) =>
    both(p.output_size).every((each) => each === 1)
      ? [onnxNode("GlobalMaxPool", ["x"])]
      : onnxWindows("MaxPool", x, adaptedSize(x.shape, p.output_size)),
});
