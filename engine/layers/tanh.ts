import { elementwise } from "../tensor/layouts";
import { defineLayer } from "./define";
import { module, onnxNode } from "./spelling";

export const tanh = defineLayer({
  type: "Tanh",
  functional: "tanh",
  category: "activation",
  aliases: ["hyperbolic tangent", "activation", "squash", "双曲正切", "激活"],
  summary: { en: "Squeezes any number into -1 to 1", zh: "把任意数压缩到 -1 与 1 之间" },
  explanation: {
    en: "An S-shaped curve through 0, so that its results are centred, which helps the layer behind it. Far from 0 it is nearly flat and gradients fade.",
    zh: "一条经过 0 的 S 形曲线，输出以 0 为中心，有利于后面的层。远离 0 时曲线几乎是平的，梯度会消失。",
  },
  formula: "y = (eˣ - e⁻ˣ) / (eˣ + e⁻ˣ)",
  params: {},
  telling: [],
  inputs: { x: "(*)" },
  outputs: { y: "(*)" },
  infer: ({ x }) => ({ y: elementwise("float32", [x]) }),
  lower: (ops, { x }) => ({ y: ops.tanh(ops.cast(x, "float32")) }),
  torch: () => module("Tanh", []),
  onnx: () => [onnxNode("Tanh", ["x"])],
});
