import { contiguous as contiguousLayout } from "../tensor/views";
import { defineLayer } from "./define";
import { method, onnxNode } from "./spelling";

export const contiguous = defineLayer({
  type: "Contiguous",
  functional: "contiguous",
  category: "shape",
  aliases: ["copy", "clone", "memory", "连续", "复制"],
  summary: {
    en: "Copies the numbers into row-by-row order if they are not",
    zh: "若数不是逐行排列，则复制成逐行排列",
  },
  explanation: {
    en: "A Transpose or Permute only changes how memory is read. Some operations, View above all, need the numbers to lie row by row; this makes it so. A tensor that already does passes through untouched.",
    zh: "Transpose 或 Permute 只改变读取内存的方式。有些操作（尤其是 View）要求数在内存中逐行排列，本节点就是为此。已经满足的张量会原样通过。",
  },
  formula: "y = x, row by row in memory",
  params: {},
  telling: [],
  inputs: { x: "(*)" },
  outputs: { y: "(*)" },
  infer: ({ x }) => ({ y: contiguousLayout(x) }),
  lower: (_, { x }) => ({ y: x }),
  flops: () => 0,
  torch: () => method("contiguous"),
  onnx: () => [onnxNode("Identity", ["x"])],
});
