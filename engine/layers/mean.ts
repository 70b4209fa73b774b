import { TensorError } from "../tensor/errors";
import { elementCount } from "../tensor/tensor";
import { defineLayer } from "./define";
import {
  dropReduced,
  reducedDims,
  reducedParams,
  reducedType,
  reductionCode,
  reductionNodes,
} from "./reduction-dims";

export const mean = defineLayer({
  type: "Mean",
  functional: "mean",
  category: "math",
  aliases: ["average", "global average pooling", "平均", "均值"],
  summary: { en: "Average over some dimensions", zh: "沿某些维度求平均" },
  explanation: {
    en: "Replaces the numbers along the dimensions by their average. Over rows and columns of an image it is global average pooling; over the tokens of a sentence it makes one vector of many.",
    zh: "用平均值代替这些维度上的数。对图像的行和列求平均就是全局平均池化；对句子的各个词求平均，就把多个向量合为一个。",
  },
  formula: "y = Σ x / n",
  params: reducedParams,
  telling: ["dim"],
  inputs: { x: "(*)" },
  outputs: { y: "(*) without dim" },
  infer: ({ x }, p) => {
    if (x.dtype !== "float32") {
      const message =
        "mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. Got: Long";
      throw new TensorError("needs-float", "RuntimeError", message);
    }
    return { y: reducedType(x, p, "float32") };
  },
  lower: (ops, { x }, p) => {
    const dims = reducedDims(p, x.shape);
    return { y: dropReduced(ops, ops.mean(x, dims), x, p) };
  },
  flops: ({ x }) => elementCount(x.shape),
  torch: (p) => reductionCode("mean", p),
  onnx: (p) => reductionNodes("ReduceMean", p),
});
