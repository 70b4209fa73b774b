import { elementwise } from "../tensor/layouts";
import { defineLayer } from "./define";
import { onnxNode } from "./spelling";

export const div = defineLayer({
  type: "Div",
  functional: "div",
  category: "math",
  aliases: ["divide", "ratio", "quotient", "相除", "商", "比值"],
  summary: { en: "Divides one tensor by another, element by element", zh: "两个张量逐元素相除" },
  explanation: {
    en: "Each number of a is divided by the number of b at the same place; the result is a real number even if both are whole. Dividing by 0 gives infinity, or NaN for 0 / 0, which spoils a training run: add a small number to b where it can be 0.",
    zh: "a 中每个数除以 b 中同一位置的数；即使两者都是整数，结果也是实数。除以 0 会得到无穷大，0 / 0 会得到 NaN，都会破坏训练：b 可能为 0 时，请给它加上一个很小的数。",
  },
  formula: "y = a / b",
  params: {},
  telling: [],
  inputs: { a: "(*)", b: "(*), broadcast with a" },
  domain: () => ({ b: [0.5, 2] }),
  outputs: { y: "(*)" },
  infer: ({ a, b }) => ({ y: elementwise("float32", [a, b]) }),
  lower: (ops, { a, b }) => ({ y: ops.div(ops.cast(a, "float32"), ops.cast(b, "float32")) }),
  torch: () => ({ kind: "expression", code: "{a} / {b}" }),
  onnx: () => [onnxNode("Div", ["a", "b"])],
});
