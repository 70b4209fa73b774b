import { elementCount } from "../tensor/tensor";
import { defineLayer } from "./define";
import {
  checkNotEmpty,
  dropReduced,
  reducedDims,
  reducedParams,
  reducedType,
  reductionCode,
  reductionNodes,
} from "./reduction-dims";

export const max = defineLayer({
  type: "Max",
  functional: "amax",
  category: "math",
  aliases: ["maximum", "largest", "global max pooling", "最大值", "最大"],
  summary: { en: "Largest number over some dimensions", zh: "沿某些维度取最大值" },
  explanation: {
    en: "Keeps the largest of the numbers along the dimensions. The gradient goes to it alone; numbers that tie share it.",
    zh: "保留这些维度上最大的数。梯度只流向它；并列最大的数平分梯度。",
  },
  formula: "y = max x",
  params: reducedParams,
  telling: ["dim"],
  inputs: { x: "(*)" },
  outputs: { y: "(*) without dim" },
  infer: ({ x }, p) => {
    checkNotEmpty("amax", x, p);
    return { y: reducedType(x, p, x.dtype) };
  },
  lower: (ops, { x }, p) => {
    const dims = reducedDims(p, x.shape);
    return { y: dropReduced(ops, ops.max(x, dims), x, p) };
  },
  flops: ({ x }) => elementCount(x.shape),
  torch: (p) => reductionCode("amax", p),
  onnx: (p) => reductionNodes("ReduceMax", p),
});
