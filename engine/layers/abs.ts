import { elementwise } from "../tensor/layouts";
import { defineLayer } from "./define";
import { onnxNode } from "./spelling";

export const abs = defineLayer({
  type: "Abs",
  functional: "abs",
  category: "math",
  aliases: ["absolute value", "magnitude", "绝对值", "大小"],
  summary: { en: "Each number without its sign", zh: "每个数的绝对值" },
  explanation: {
    en: "The distance from 0. At 0 itself, where the curve has a corner, the gradient is taken as 0.",
    zh: "到 0 的距离。曲线在 0 处有拐角，那里的梯度取为 0。",
  },
  formula: "y = |x|",
  params: {},
  telling: [],
  inputs: { x: "(*)" },
  outputs: { y: "(*)" },
  infer: ({ x }) => ({ y: elementwise(x.dtype, [x]) }),
  lower: (ops, { x }) => ({ y: ops.abs(x) }),
  torch: () => ({ kind: "expression", code: "{x}.abs()" }),
  onnx: () => [onnxNode("Abs", ["x"])],
});
