import { elementwise } from "../tensor/layouts";
import { elementCount } from "../tensor/tensor";
import { defineLayer } from "./define";
import { module, onnxNode } from "./spelling";

export const softsign = defineLayer({
  type: "Softsign",
  functional: "softsign",
  category: "activation",
  aliases: ["squash", "activation", "软符号", "激活"],
  summary: { en: "Squeezes any number into -1 to 1, slowly", zh: "把任意数缓慢地压缩到 -1 与 1 之间" },
  explanation: {
    en: "An S-shaped curve like Tanh that flattens much more slowly, so that gradients of large numbers fade less. It needs no exponential.",
    zh: "像 Tanh 一样的 S 形曲线，但变平得慢得多，大数的梯度消失得少一些。不需要指数运算。",
  },
  formula: "y = x / (1 + |x|)",
  params: {},
  telling: [],
  inputs: { x: "(*)" },
  outputs: { y: "(*)" },
  infer: ({ x }) => ({ y: elementwise("float32", [x]) }),
  lower: (ops, inputs) => {
    const x = ops.cast(inputs.x, "float32");
    return { y: ops.div(x, ops.add(ops.abs(x), 1)) };
  },
  flops: (_, { y }) => 3 * elementCount(y.shape),
  torch: () => module("Softsign", []),
  onnx: () => [onnxNode("Softsign", ["x"])],
});
