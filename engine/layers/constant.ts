import { contiguousType } from "../tensor/tensor";
import { defineLayer } from "./define";
import { decimal, integers } from "./params";
import { onnxNode, python } from "./spelling";

export const constant = defineLayer({
  type: "Constant",
  category: "math",
  aliases: ["fixed", "number", "full", "zeros", "ones", "常数", "固定值", "全零"],
  summary: { en: "A tensor of one fixed number", zh: "由同一个固定数组成的张量" },
  explanation: {
    en: "Has no input and is not trained. With an empty shape it is a single number, which broadcasts with anything: Add it to shift, Mul by it to scale.",
    zh: "没有输入，也不参与训练。形状为空时就是一个数，可以与任何张量广播：用 Add 平移，用 Mul 缩放。",
  },
  formula: "y = value",
  params: {
    value: decimal({ en: "The number", zh: "数值" }, 1),
    shape: integers({ en: "Shape; empty for a single number", zh: "形状；为空表示一个数" }, [], 0),
  },
  telling: ["value", "shape"],
  inputs: {},
  outputs: { y: "shape" },
  infer: (_, p) => ({ y: contiguousType("float32", p.shape) }),
  lower: (ops, _, p) => ({ y: ops.constant(p.value, p.shape) }),
  flops: () => 0,
  torch: (p) => ({ kind: "expression", code: `torch.full(${python(p.shape)}, float(${p.value}))` }),
  onnx: (p) => [
    onnxNode("Constant", [], { value_ints: p.shape }),
    onnxNode("Constant", [], { value_float: p.value }),
    onnxNode("Expand", ["%1", "%0"]),
  ],
});
