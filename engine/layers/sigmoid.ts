import { elementwise } from "../tensor/layouts";
import { defineLayer } from "./define";
import { module, onnxNode } from "./spelling";

export const sigmoid = defineLayer({
  type: "Sigmoid",
  functional: "sigmoid",
  category: "activation",
  aliases: ["logistic", "activation", "squash", "逻辑函数", "激活"],
  summary: { en: "Squeezes any number into 0 to 1", zh: "把任意数压缩到 0 与 1 之间" },
  explanation: {
    en: "Large numbers come close to 1, very negative ones to 0, and 0 becomes one half. Good for a probability or for a gate that lets a share of something through. Far from 0 it is nearly flat, so that gradients fade; between layers ReLU usually learns faster.",
    zh: "很大的数接近 1，很小的负数接近 0，0 变为二分之一。适合表示概率，或表示让信息按比例通过的门。远离 0 时曲线几乎是平的，梯度会消失；隐藏层之间通常用 ReLU 学得更快。",
  },
  formula: "y = 1 / (1 + e⁻ˣ)",
  params: {},
  telling: [],
  inputs: { x: "(*)" },
  outputs: { y: "(*)" },
  infer: ({ x }) => ({ y: elementwise("float32", [x]) }),
  lower: (ops, { x }) => ({ y: ops.sigmoid(ops.cast(x, "float32")) }),
  torch: () => module("Sigmoid", []),
  onnx: () => [onnxNode("Sigmoid", ["x"])],
});
