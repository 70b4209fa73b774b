import { elementwise } from "../tensor/layouts";
import { defineLayer } from "./define";
import { onnxNode } from "./spelling";

export const sqrt = defineLayer({
  type: "Sqrt",
  functional: "sqrt",
  category: "math",
  aliases: ["square root", "root", "平方根", "开方"],
  summary: { en: "Square root of each number", zh: "每个数的平方根" },
  explanation: {
    en: "The number whose square is x. Negative numbers have none: the result is NaN. At 0 the slope is infinite, so add a small number before it if 0 can occur.",
    zh: "平方等于 x 的数。负数没有平方根，结果为 NaN。在 0 处斜率为无穷大，如果可能出现 0，请先加上一个很小的数。",
  },
  formula: "y = √x",
  params: {},
  telling: [],
  inputs: { x: "(*)" },
  domain: () => ({ x: [0.1, 2] }),
  outputs: { y: "(*)" },
  infer: ({ x }) => ({ y: elementwise("float32", [x]) }),
  lower: (ops, { x }) => ({ y: ops.sqrt(ops.cast(x, "float32")) }),
  torch: () => ({ kind: "expression", code: "{x}.sqrt()" }),
  onnx: () => [onnxNode("Sqrt", ["x"])],
});
