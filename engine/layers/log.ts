import { elementwise } from "../tensor/layouts";
import { defineLayer } from "./define";
import { onnxNode } from "./spelling";

export const log = defineLayer({
  type: "Log",
  functional: "log",
  category: "math",
  aliases: ["logarithm", "natural logarithm", "ln", "对数", "自然对数"],
  summary: { en: "Natural logarithm of each number", zh: "每个数的自然对数" },
  explanation: {
    en: "The power to which e must be raised to give x. At 0 it is minus infinity and below it NaN; after a Softmax use LogSoftmax, which is safe.",
    zh: "e 的多少次方等于 x。在 0 处为负无穷，小于 0 时为 NaN；若在 Softmax 之后取对数，请改用更安全的 LogSoftmax。",
  },
  formula: "y = log x",
  params: {},
  telling: [],
  inputs: { x: "(*)" },
  domain: () => ({ x: [0.1, 2] }),
  outputs: { y: "(*)" },
  infer: ({ x }) => ({ y: elementwise("float32", [x]) }),
  lower: (ops, { x }) => ({ y: ops.log(ops.cast(x, "float32")) }),
  torch: () => ({ kind: "expression", code: "{x}.log()" }),
  onnx: () => [onnxNode("Log", ["x"])],
});
