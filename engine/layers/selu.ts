import { elementCount } from "../tensor/tensor";
import { activationType } from "./activation-type";
import { defineLayer } from "./define";
import { exponentialLinear } from "./elu";
import { module, onnxNode } from "./spelling";

/** Klambauer et al., "Self-Normalizing Neural Networks", 2017. */
const alpha = 1.6732632423543772;
const scale = 1.0507009873554805;

export const selu = defineLayer({
  type: "SELU",
  functional: "selu",
  category: "activation",
  aliases: ["self-normalizing", "scaled exponential linear", "activation", "自归一化", "激活"],
  summary: { en: "ELU scaled so that layers stay normalised", zh: "经过缩放、使各层保持归一化的 ELU" },
  explanation: {
    en: "Its two numbers are chosen so that, with suitable weights, the results of every layer keep mean 0 and variance 1 by themselves: a deep network of Linear layers then trains without a norm layer.",
    zh: "它的两个常数经过选取，在权重合适时，每层输出会自行保持均值 0、方差 1：由 Linear 组成的深层网络无需归一化层也能训练。",
  },
  formula: "y = 1.0507 · x if x > 0, else 1.0507 · 1.6733 · (eˣ - 1)",
  params: {},
  telling: [],
  inputs: { x: "(*)" },
  outputs: { y: "(*)" },
  infer: ({ x }) => ({ y: activationType(x, "elu_cpu") }),
  lower: (ops, { x }) => ({ y: ops.mul(exponentialLinear(ops, x, alpha), scale) }),
  flops: (_, { y }) => 4 * elementCount(y.shape),
  torch: () => module("SELU", []),
  onnx: () => [onnxNode("Selu", ["x"])],
});
