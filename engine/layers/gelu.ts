import type { Builder, Value } from "../program/builder";
import { elementCount } from "../tensor/tensor";
import { activationType } from "./activation-type";
import { defineLayer } from "./define";
import { choice } from "./params";
import { module, onnxNode } from "./spelling";

export const gelu = defineLayer({
  type: "GELU",
  functional: "gelu",
  category: "activation",
  aliases: ["gaussian error linear", "transformer", "activation", "高斯误差线性单元", "激活"],
  summary: { en: "A smooth ReLU, usual in transformers", zh: "平滑的 ReLU，常用于 Transformer" },
  explanation: {
    en: "Multiplies each number by the probability that a normally distributed number is smaller: large numbers pass, very negative ones become 0, and in between the curve is smooth and dips a little below 0.",
    zh: "把每个数乘以“正态分布的随机数比它小”的概率：大的数通过，很负的数变为 0，中间是平滑的曲线，并略低于 0。",
  },
  formula: "y = x · Φ(x) = x/2 · (1 + erf(x / √2))",
  params: {
    approximate: choice(
      { en: "Exact (none), or by tanh as some models were trained", zh: "精确（none），或用 tanh 近似" },
      ["none", "tanh"],
      "none",
    ),
  },
  telling: [],
  inputs: { x: "(*)" },
  outputs: { y: "(*)" },
  infer: ({ x }) => ({ y: activationType(x, "GeluKernelImpl") }),
  lower: (ops, { x }, p) => {
    const share =
      p.approximate === "tanh" ? ops.tanh(tanhArgument(ops, x)) : ops.erf(ops.mul(x, Math.SQRT1_2));
    return { y: ops.mul(ops.mul(x, 0.5), ops.add(share, 1)) };
  },
  flops: (_, { y }) => 8 * elementCount(y.shape),
  torch: (p) => module("GELU", [], { approximate: p.approximate === "none" ? undefined : p.approximate }),
  onnx: (p) => [onnxNode("Gelu", ["x"], { approximate: p.approximate })],
});

/** √(2/π) · (x + 0.044715 x³) */
function tanhArgument(ops: Builder, x: Value): Value {
  const cube = ops.mul(ops.mul(x, x), x);
  return ops.mul(ops.add(x, ops.mul(cube, 0.044715)), Math.sqrt(2 / Math.PI));
}
