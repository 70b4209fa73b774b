import { activationType } from "./activation-type";
import { defineLayer } from "./define";
import { decimal } from "./params";
import { module, onnxNode } from "./spelling";

export const leakyReLU = defineLayer({
  type: "LeakyReLU",
  functional: "leaky_relu",
  category: "activation",
  aliases: ["leaky", "rectifier", "activation", "带泄漏的修正线性单元", "激活"],
  summary: { en: "Keeps positive numbers, shrinks negative ones", zh: "保留正数，缩小负数" },
  explanation: {
    en: "ReLU turns every negative number into 0, and a neuron that is always negative then stops learning. Here a little of the negative side leaks through, and with it a gradient.",
    zh: "ReLU 把所有负数变为 0，一个总是输出负数的神经元因此不再学习。这里负半轴会“泄漏”一点点，梯度也随之流过。",
  },
  formula: "y = x if x > 0, else negative_slope · x",
  params: { negative_slope: decimal({ en: "Slope of the negative side", zh: "负半轴的斜率" }, 0.01) },
  telling: ["negative_slope"],
  inputs: { x: "(*)" },
  outputs: { y: "(*)" },
  infer: ({ x }) => ({ y: activationType(x, "leaky_relu_cpu") }),
  lower: (ops, { x }, p) => ({ y: ops.where(ops.less(0, x), x, ops.mul(x, p.negative_slope)) }),
  torch: (p) => module("LeakyReLU", p.negative_slope === 0.01 ? [] : [p.negative_slope]),
  onnx: (p) => [onnxNode("LeakyRelu", ["x"], { alpha: p.negative_slope })],
});
