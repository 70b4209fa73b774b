import { TensorError } from "../tensor/errors";
import { elementwise } from "../tensor/layouts";
import { defineLayer } from "./define";
import { decimal } from "./params";
import { onnxNode } from "./spelling";

export const step = defineLayer({
  type: "Step",
  functional: "heaviside",
  category: "activation",
  aliases: ["heaviside", "threshold", "binary", "perceptron", "McCulloch-Pitts", "阶跃", "阈值", "感知机"],
  summary: { en: "1 for positive numbers, 0 for negative ones", zh: "正数变为 1，负数变为 0" },
  explanation: {
    en: "The first artificial neurons fired or did not. That makes a decision easy to read, but the curve is flat everywhere: its slope is 0, so no gradient flows back and nothing before it can be trained. Sigmoid is the smooth version.",
    zh: "最早的人工神经元只有触发和不触发两种状态。这样的判断很容易读懂，但曲线处处是平的：斜率为 0，梯度传不回去，它前面的任何层都无法训练。Sigmoid 是它的平滑版本。",
  },
  formula: "y = 1 if x > 0, value if x = 0, 0 if x < 0",
  params: { value: decimal({ en: "Result at exactly 0", zh: "恰好为 0 时的结果" }, 1) },
  telling: [],
  inputs: { x: "(*)" },
  outputs: { y: "(*)" },
  infer: ({ x }) => {
    if (x.dtype !== "float32") {
      const message = "heaviside is not yet implemented for tensors with different dtypes.";
      throw new TensorError("needs-float", "RuntimeError", message);
    }
    return { y: elementwise("float32", [x]) };
  },
  lower: (ops, { x }, p) => ({ y: ops.where(ops.equal(x, 0), p.value, ops.less(0, x)) }),
  torch: (p) => ({ kind: "expression", code: `torch.heaviside({x}, torch.tensor(float(${p.value})))` }),
  onnx: (p) => [
    onnxNode("Constant", [], { value_float: 0 }),
    onnxNode("Greater", ["x", "%0"]),
    onnxNode("Cast", ["%1"], { to: 1 }),
    onnxNode("Equal", ["x", "%0"]),
    onnxNode("Constant", [], { value_float: p.value }),
    onnxNode("Where", ["%3", "%4", "%2"]),
  ],
});
