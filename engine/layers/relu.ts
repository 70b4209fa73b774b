import { elementwise } from "../tensor/layouts";
import { defineLayer } from "./define";
import { module, onnxNode } from "./spelling";

export const relu = defineLayer({
  type: "ReLU",
  functional: "relu",
  category: "activation",
  aliases: ["rectifier", "rectified linear", "activation", "修正线性单元", "激活"],
  summary: { en: "Keeps positive numbers, turns negative ones into 0", zh: "保留正数，把负数变为 0" },
  explanation: {
    en: "The most used activation. Without something that bends between them, layers of weighted sums collapse into one; ReLU is the cheapest bend there is, and its gradient does not fade for positive numbers.",
    zh: "最常用的激活函数。多个加权求和层之间若没有非线性，就等于只有一层；ReLU 是最廉价的非线性，而且对正数的梯度不会衰减。",
  },
  formula: "y = max(0, x)",
  params: {},
  telling: [],
  inputs: { x: "(*)" },
  outputs: { y: "(*)" },
  infer: ({ x }) => ({ y: elementwise(x.dtype, [x]) }),
  lower: (ops, { x }) => ({ y: ops.relu(x) }),
  torch: () => module("ReLU", []),
  onnx: () => [onnxNode("Relu", ["x"])],
});
