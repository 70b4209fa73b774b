import { elementwise } from "../tensor/layouts";
import { defineLayer } from "./define";
import { onnxNode } from "./spelling";

export const exp = defineLayer({
  type: "Exp",
  functional: "exp",
  category: "math",
  aliases: ["exponential", "e to the power", "指数", "指数函数"],
  summary: { en: "e to the power of each number", zh: "以 e 为底、每个数为指数的幂" },
  explanation: {
    en: "Turns sums into products and any number into a positive one. It grows fast: above 88 the result is too large for a float32 and becomes infinity.",
    zh: "把和变为积，把任意数变为正数。它增长很快：大于 88 时结果超出 float32 的范围，变为无穷大。",
  },
  formula: "y = eˣ",
  params: {},
  telling: [],
  inputs: { x: "(*)" },
  outputs: { y: "(*)" },
  infer: ({ x }) => ({ y: elementwise("float32", [x]) }),
  lower: (ops, { x }) => ({ y: ops.exp(ops.cast(x, "float32")) }),
  torch: () => ({ kind: "expression", code: "{x}.exp()" }),
  onnx: () => [onnxNode("Exp", ["x"])],
});
