import { elementwise } from "../tensor/layouts";
import { defineLayer } from "./define";
import { onnxNode } from "./spelling";

export const neg = defineLayer({
  type: "Neg",
  functional: "neg",
  category: "math",
  aliases: ["negative", "minus", "opposite", "取负", "相反数"],
  summary: { en: "Each number with the other sign", zh: "每个数取相反数" },
  explanation: {
    en: "Positive numbers become negative and the other way round. Gradients change their sign too.",
    zh: "正数变为负数，负数变为正数，梯度也随之变号。",
  },
  formula: "y = -x",
  params: {},
  telling: [],
  inputs: { x: "(*)" },
  outputs: { y: "(*)" },
  infer: ({ x }) => ({ y: elementwise(x.dtype, [x]) }),
  lower: (ops, { x }) => ({ y: ops.neg(x) }),
  torch: () => ({ kind: "expression", code: "-{x}" }),
  onnx: () => [onnxNode("Neg", ["x"])],
});
