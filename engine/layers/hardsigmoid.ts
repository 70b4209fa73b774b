import { elementCount } from "../tensor/tensor";
import { activationType } from "./activation-type";
import { atLeast, atMost } from "./comparisons";
import { defineLayer } from "./define";
import { module, onnxNode } from "./spelling";

export const hardsigmoid = defineLayer({
  type: "Hardsigmoid",
  functional: "hardsigmoid",
  category: "activation",
  aliases: ["hard sigmoid", "gate", "activation", "硬 S 形", "激活"],
  summary: { en: "Sigmoid made of straight lines", zh: "由直线拼成的 Sigmoid" },
  explanation: {
    en: "0 below -3, 1 above 3, and a straight line in between: nearly Sigmoid, without an exponential. Outside of the line no gradient flows.",
    zh: "小于 -3 为 0，大于 3 为 1，中间是一条直线：与 Sigmoid 相近，但不用指数。直线之外没有梯度。",
  },
  formula: "y = min(max(x + 3, 0), 6) / 6",
  params: {},
  telling: [],
  inputs: { x: "(*)" },
  outputs: { y: "(*)" },
  infer: ({ x }) => ({ y: activationType(x, "hardsigmoid_cpu") }),
  // At -3 and 3 the slope is 0, as in PyTorch.
  lower: (ops, { x }) => {
    const line = ops.div(ops.add(x, 3), 6);
    return { y: ops.where(atLeast(ops, x, 3), 1, ops.where(atMost(ops, x, -3), 0, line)) };
  },
  flops: (_, { y }) => 3 * elementCount(y.shape),
  torch: () => module("Hardsigmoid", []),
  onnx: () => [onnxNode("HardSigmoid", ["x"], { alpha: 1 / 6, beta: 0.5 })],
});
