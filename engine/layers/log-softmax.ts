import { wrapDim } from "../tensor/dims";
import { TensorError } from "../tensor/errors";
import { contiguousType, elementCount } from "../tensor/tensor";
import { defineLayer } from "./define";
import { integer } from "./params";
import { module, onnxNode } from "./spelling";

export const logSoftmax = defineLayer({
  type: "LogSoftmax",
  functional: "log_softmax",
  category: "activation",
  aliases: ["log probabilities", "nll", "对数概率", "对数归一化指数"],
  summary: { en: "The logarithm of Softmax, computed safely", zh: "Softmax 的对数，计算更稳定" },
  explanation: {
    en: "Along one dimension scores become logarithms of probabilities. Taking the logarithm of a Softmax would give minus infinity for very small shares; this does not. NLLLoss wants it as its prediction; CrossEntropyLoss does both in one.",
    zh: "沿一个维度把分数变为概率的对数。直接对 Softmax 取对数，在占比很小时会得到负无穷，而它不会。NLLLoss 以它的输出作为预测；CrossEntropyLoss 则把两者合二为一。",
  },
  formula: "yᵢ = xᵢ - log Σⱼ eˣʲ",
  params: {
    dim: integer({ en: "Dimension whose probabilities add up to 1", zh: "概率总和为 1 的维度" }, -1),
  },
  telling: ["dim"],
  inputs: { x: "(*)" },
  outputs: { y: "(*)" },
  infer: ({ x }, p) => {
    const dim = wrapDim(p.dim, x.shape.length);
    if (x.dtype !== "float32") {
      const kernel = dim >= x.shape.length - 1 ? "log_softmax_lastdim_kernel_impl" : "softmax_kernel_impl";
      throw new TensorError("needs-float", "RuntimeError", `"${kernel}" not implemented for 'Long'`);
    }
    return { y: contiguousType("float32", x.shape) };
  },
  lower: (ops, { x }, p) => {
    const whole = x.shape.length === 0 ? ops.reshape(x, [1]) : x;
    return { y: ops.reshape(ops.logSoftmax(whole, wrapDim(p.dim, x.shape.length)), x.shape) };
  },
  flops: (_, { y }) => 5 * elementCount(y.shape),
  torch: (p) => module("LogSoftmax", [], { dim: p.dim }),
  onnx: (p) => [onnxNode("LogSoftmax", ["x"], { axis: p.dim })],
});
