import { elementCount } from "../tensor/tensor";
import { activationType } from "./activation-type";
import { defineLayer } from "./define";
import { logOnePlusExp } from "./softplus";
import { module, onnxNode } from "./spelling";

export const mish = defineLayer({
  type: "Mish",
  functional: "mish",
  category: "activation",
  aliases: ["self-regularized", "activation", "自正则化", "激活"],
  summary: { en: "A smooth ReLU with a small dip below 0", zh: "平滑的 ReLU，在 0 以下略有下凹" },
  explanation: {
    en: "Multiplies each number by the tanh of its softplus. Its shape is much like SiLU's: large numbers pass, very negative ones become 0, and the curve has no corner.",
    zh: "把每个数乘以其 softplus 的 tanh。形状与 SiLU 很像：大的数通过，很负的数变为 0，曲线没有拐角。",
  },
  formula: "y = x · tanh(log(1 + eˣ))",
  params: {},
  telling: [],
  inputs: { x: "(*)" },
  outputs: { y: "(*)" },
  infer: ({ x }) => ({ y: activationType(x, "mish_cpu") }),
  lower: (ops, { x }) => ({ y: ops.mul(x, ops.tanh(logOnePlusExp(ops, x))) }),
  flops: (_, { y }) => 9 * elementCount(y.shape),
  torch: () => module("Mish", []),
  onnx: () => [onnxNode("Mish", ["x"])],
});
