import { elementwise } from "../tensor/layouts";
import { defineLayer } from "./define";
import { numberType } from "./number-type";
import { onnxNode } from "./spelling";

export const sub = defineLayer({
  type: "Sub",
  functional: "sub",
  category: "math",
  aliases: ["minus", "difference", "subtract", "相减", "差"],
  summary: { en: "Subtracts one tensor from another, element by element", zh: "两个张量逐元素相减" },
  explanation: {
    en: "Each number of b is taken from the number of a at the same place. Where a shape has a 1, or lacks a dimension at the front, its numbers are used again for each index of the other (broadcasting).",
    zh: "用 a 中每个数减去 b 中同一位置的数。形状中为 1 的维度，或前面缺少的维度，会重复使用以匹配另一个张量（广播）。",
  },
  formula: "y = a - b",
  params: {},
  telling: [],
  inputs: { a: "(*)", b: "(*), broadcast with a" },
  outputs: { y: "(*)" },
  infer: ({ a, b }) => ({ y: elementwise(numberType(a, b), [a, b]) }),
  lower: (ops, { a, b }) => {
    const dtype = numberType(a, b);
    return { y: ops.sub(ops.cast(a, dtype), ops.cast(b, dtype)) };
  },
  torch: () => ({ kind: "expression", code: "{a} - {b}" }),
  onnx: () => [onnxNode("Sub", ["a", "b"])],
});
