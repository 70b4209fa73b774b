import { TensorError } from "../tensor/errors";
import { elementCount } from "../tensor/tensor";
import { defineLayer } from "./define";
import { flag } from "./params";
import {
  dropReduced,
  reducedDims,
  reducedParams,
  reducedType,
  reductionCode,
  reductionNodes,
} from "./reduction-dims";
import { onnxNode } from "./spelling";

export const variance = defineLayer({
  type: "Var",
  functional: "var",
  category: "math",
  aliases: ["variance", "spread", "方差", "离散程度"],
  summary: { en: "Variance over some dimensions", zh: "沿某些维度求方差" },
  explanation: {
    en: "How far the numbers along the dimensions lie from their average: the mean of the squared distances. For a sample the sum is divided by n - 1 (unbiased), as batch statistics of norm layers do not.",
    zh: "这些维度上的数离平均值有多远：距离平方的平均。作为样本方差时，总和除以 n - 1（无偏）；归一化层的批统计则除以 n。",
  },
  formula: "y = Σ (x - mean)² / (n - 1)",
  params: {
    ...reducedParams,
    unbiased: flag({ en: "Divide by n - 1 instead of n", zh: "除以 n - 1 而不是 n" }, true),
  },
  telling: ["dim"],
  inputs: { x: "(*)" },
  outputs: { y: "(*) without dim" },
  infer: ({ x }, p) => {
    if (x.dtype !== "float32") {
      const message = "std and var only support floating point and complex dtypes";
      throw new TensorError("needs-float", "RuntimeError", message);
    }
    return { y: reducedType(x, p, "float32") };
  },
  lower: (ops, { x }, p) => {
    const dims = reducedDims(p, x.shape);
    const count = dims.reduce((product, dim) => product * x.shape[dim], 1);
    const centred = ops.sub(x, ops.mean(x, dims));
    const squares = ops.sum(ops.mul(centred, centred), dims);
    const divisor = p.unbiased ? count - 1 : count;
    // 0 / 0 in PyTorch; a GPU need not give NaN for that.
    const y = divisor > 0 ? ops.div(squares, divisor) : ops.mul(squares, Number.NaN);
    return { y: dropReduced(ops, y, x, p) };
  },
  flops: ({ x }) => 4 * elementCount(x.shape),
  torch: (p) => reductionCode("var", p, p.unbiased ? [] : ["unbiased=False"]),
  onnx: (p, { x }) => {
    const count = reducedDims(p, x.shape).reduce((product, dim) => product * x.shape[dim], 1);
    const whole = p.dim === null || p.dim.length === 0;
    const mean = reductionNodes("ReduceMean", { ...p, keepdim: true });
    const last = mean.length - 1;
    const over = whole ? [] : ["%0"];
    const nodes = [
      ...mean,
      onnxNode("Sub", ["x", `%${last}`]),
      onnxNode("Mul", [`%${last + 1}`, `%${last + 1}`]),
      onnxNode("ReduceSum", [`%${last + 2}`, ...over], { keepdims: p.keepdim ? 1 : 0 }),
      onnxNode("Constant", [], { value_float: p.unbiased ? count - 1 : count }),
    ];
    return [...nodes, onnxNode("Div", [`%${last + 3}`, `%${last + 4}`])];
  },
});
