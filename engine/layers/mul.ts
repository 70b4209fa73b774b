import { elementwise } from "../tensor/layouts";
import { defineLayer } from "./define";
import { numberType } from "./number-type";
import { onnxNode } from "./spelling";

export const mul = defineLayer({
  type: "Mul",
  functional: "mul",
  category: "math",
  aliases: ["times", "product", "multiply", "gate", "hadamard", "相乘", "逐元素乘", "门控"],
  summary: { en: "Multiplies two tensors element by element", zh: "两个张量逐元素相乘" },
  explanation: {
    en: "Not a matrix product: each number is multiplied with the one at the same place. With numbers between 0 and 1 on one side it is a gate. Where a shape has a 1, or lacks a dimension at the front, its numbers are used again for each index of the other (broadcasting).",
    zh: "不是矩阵乘法：每个数与同一位置的数相乘。如果一侧的数在 0 到 1 之间，它就是一个门。形状中为 1 的维度，或前面缺少的维度，会重复使用以匹配另一个张量（广播）。",
  },
  formula: "y = a · b",
  params: {},
  telling: [],
  inputs: { a: "(*)", b: "(*), broadcast with a" },
  outputs: { y: "(*)" },
  infer: ({ a, b }) => ({ y: elementwise(numberType(a, b), [a, b]) }),
  lower: (ops, { a, b }) => {
    const dtype = numberType(a, b);
    return { y: ops.mul(ops.cast(a, dtype), ops.cast(b, dtype)) };
  },
  torch: () => ({ kind: "expression", code: "{a} * {b}" }),
  onnx: () => [onnxNode("Mul", ["a", "b"])],
});
