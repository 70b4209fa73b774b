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

export const sum = defineLayer({
  type: "Sum",
  functional: "sum",
  category: "math",
  aliases: ["total", "add up", "求和", "总和"],
  summary: { en: "Sum over some dimensions", zh: "沿某些维度求和" },
  explanation: {
    en: "Adds up the numbers along the dimensions. Each of them gets the whole gradient of the sum.",
    zh: "把这些维度上的数加起来。其中每个数都得到总和的全部梯度。",
  },
  formula: "y = Σ x",
  params: reducedParams,
  telling: ["dim"],
  inputs: { x: "(*)" },
  outputs: { y: "(*) without dim" },
  infer: ({ x }, p) => ({ y: reducedType(x, p, x.dtype) }),
  lower: (ops, { x }, p) => {
    const dims = reducedDims(p, x.shape);
    return { y: dropReduced(ops, ops.sum(x, dims), x, p) };
  },
  flops: ({ x }) => elementCount(x.shape),
  torch: (p) => reductionCode("sum", p),
  onnx: (p) => reductionNodes("ReduceSum", p),
});
