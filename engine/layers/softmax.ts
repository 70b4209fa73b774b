import { wrapDim } from "../tensor/dims";
import { TensorError } from "../tensor/errors";
import { contiguousType, elementCount } from "../tensor/tensor";
import { defineLayer } from "./define";
import { integer } from "./params";
import { module, onnxNode } from "./spelling";

export const softmax = defineLayer({
  type: "Softmax",
  functional: "softmax",
  category: "activation",
  aliases: ["probabilities", "attention weights", "归一化指数", "概率"],
  summary: { en: "Turns numbers into shares that add up to 1", zh: "把一组数变成总和为 1 的占比" },
  explanation: {
    en: "Along one dimension each number becomes positive and the sum 1, the largest getting the largest share: scores become probabilities or attention weights. Do not put it before CrossEntropyLoss, which does it itself.",
    zh: "沿一个维度把每个数变为正数，且总和为 1，最大的数占比最大：分数由此变成概率或注意力权重。不要放在 CrossEntropyLoss 之前，因为它内部已包含 softmax。",
  },
  formula: "yᵢ = eˣⁱ / Σⱼ eˣʲ",
  params: { dim: integer({ en: "Dimension whose numbers add up to 1", zh: "总和为 1 的维度" }, -1) },
  telling: ["dim"],
  inputs: { x: "(*)" },
  outputs: { y: "(*)" },
  infer: ({ x }, p) => {
    const dim = wrapDim(p.dim, x.shape.length);
    if (x.dtype !== "float32") {
      const kernel = dim >= x.shape.length - 1 ? "softmax_lastdim_kernel_impl" : "softmax_kernel_impl";
      throw new TensorError("needs-float", "RuntimeError", `"${kernel}" not implemented for 'Long'`);
    }
    return { y: contiguousType("float32", x.shape) };
  },
  lower: (ops, { x }, p) => {
    const whole = x.shape.length === 0 ? ops.reshape(x, [1]) : x;
    return { y: ops.reshape(ops.softmax(whole, wrapDim(p.dim, x.shape.length)), x.shape) };
  },
  flops: (_, { y }) => 5 * elementCount(y.shape),
  torch: (p) => module("Softmax", [], { dim: p.dim }),
  onnx: (p) => [onnxNode("Softmax", ["x"], { axis: p.dim })],
});
