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

export const min = defineLayer({
  type: "Min",
  functional: "amin",
  category: "math",
  aliases: ["minimum", "smallest", "最小值", "最小"],
  summary: { en: "Smallest number over some dimensions", zh: "沿某些维度取最小值" },
  explanation: {
    en: "Keeps the smallest of the numbers along the dimensions. The gradient goes to it alone; numbers that tie share it.",
    zh: "保留这些维度上最小的数。梯度只流向它；并列最小的数平分梯度。",
  },
  formula: "y = min x",
  params: reducedParams,
  telling: ["dim"],
  inputs: { x: "(*)" },
  outputs: { y: "(*) without dim" },
  infer: ({ x }, p) => {
    checkNotEmpty("amin", x, p);
    return { y: reducedType(x, p, x.dtype) };
  },
  lower: (ops, { x }, p) => {
    const dims = reducedDims(p, x.shape);
    return { y: dropReduced(ops, ops.neg(ops.max(ops.neg(x), dims)), x, p) };
  },
  flops: ({ x }) => elementCount(x.shape),
  torch: (p) => reductionCode("amin", p),
  onnx: (p) => reductionNodes("ReduceMin", p),
});
