import { elementwise } from "../tensor/layouts";
import type { DType } from "../tensor/tensor";
import { defineLayer } from "./define";
import { onnxNode } from "./spelling";

export const add = defineLayer({
  type: "Add",
  functional: "add",
  category: "math",
  aliases: ["sum", "plus", "residual", "skip connection", "shortcut", "相加", "残差", "跳跃连接"],
  summary: { en: "Adds two tensors element by element", zh: "两个张量逐元素相加" },
  explanation: {
    en: "Where a shape has a 1, or lacks a dimension at the front, its numbers are used again for each index of the other (broadcasting). Adding a block's input to its output is a residual connection: it lets gradients reach early layers of deep networks.",
    zh: "形状中为 1 的维度，或前面缺少的维度，会重复使用以匹配另一个张量（广播）。把一个模块的输入加到它的输出上就是残差连接，它让梯度能传到深层网络的前几层。",
  },
  formula: "y = a + b",
  params: {},
  telling: [],
  inputs: { a: "(*)", b: "(*), broadcast with a" },
  outputs: { y: "(*)" },
  infer: ({ a, b }) => {
    const dtype: DType = a.dtype === "int64" && b.dtype === "int64" ? "int64" : "float32";
    return { y: elementwise(dtype, [a, b]) };
  },
  lower: (ops, { a, b }) => {
    const dtype: DType = a.dtype === "int64" && b.dtype === "int64" ? "int64" : "float32";
    return { y: ops.add(ops.cast(a, dtype), ops.cast(b, dtype)) };
  },
  torch: () => ({ kind: "expression", code: "{a} + {b}" }),
  onnx: () => [onnxNode("Add", ["a", "b"])],
});
