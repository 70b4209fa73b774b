import { elementwise } from "../tensor/layouts";
import { contiguousType } from "../tensor/tensor";
import { defineLayer } from "./define";
import { numberType } from "./number-type";
import { decimal } from "./params";
import { onnxNode } from "./spelling";

export const scale = defineLayer({
  type: "Scale",
  functional: "scale",
  category: "math",
  aliases: ["multiply by a number", "factor", "constant factor", "缩放", "乘以常数", "系数"],
  summary: { en: "Multiplies every number by the same one", zh: "把每个数都乘以同一个数" },
  explanation: {
    en: "The factor is fixed and not trained. Attention scales its scores by 1 / √d this way, so that Softmax does not get too large numbers.",
    zh: "这个系数是固定的，不参与训练。注意力机制就是这样把分数乘以 1 / √d，避免送入 Softmax 的数过大。",
  },
  formula: "y = value · x",
  params: { value: decimal({ en: "What to multiply by", zh: "要乘的数" }, 1) },
  telling: ["value"],
  inputs: { x: "(*)" },
  outputs: { y: "(*)" },
  infer: ({ x }, p) => {
    // To PyTorch the number is a second tensor, and the strides are those of two that broadcast.
    const dtype = numberType(x, p.value);
    return { y: elementwise(dtype, [x, contiguousType(dtype, [])]) };
  },
  lower: (ops, { x }, p) => ({ y: ops.mul(ops.cast(x, numberType(x, p.value)), p.value) }),
  torch: (p) => ({ kind: "expression", code: `{x} * ${p.value}` }),
  onnx: (p) => [onnxNode("Constant", [], { value_float: p.value }), onnxNode("Mul", ["x", "%0"])],
});
