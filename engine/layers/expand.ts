import { contiguousType } from "../tensor/tensor";
import { expand as expandType } from "../tensor/views";
import { defineLayer } from "./define";
import { integers } from "./params";
import { method, onnxNode } from "./spelling";

export const expand = defineLayer({
  type: "Expand",
  functional: "expand",
  category: "shape",
  aliases: ["repeat", "broadcast", "tile", "扩展", "广播", "重复"],
  summary: { en: "Repeats dimensions of size 1 without copying", zh: "重复大小为 1 的维度，不复制数据" },
  explanation: {
    en: "A dimension of size 1 is seen as often as sizes says; -1 keeps a size. Nothing is copied: all repeats are the same numbers in memory (stride 0), so the result is not contiguous. New dimensions may be added in front.",
    zh: "大小为 1 的维度按 sizes 重复若干次；-1 表示保持原大小。不复制任何数据：所有重复都是内存中同一批数（步长为 0），因此结果不是连续的。可以在前面增加新的维度。",
  },
  formula: "(N, 1) → (N, 4)",
  params: {
    sizes: integers({ en: "New shape; -1 keeps a size", zh: "新形状；-1 表示保持原大小" }, [-1, -1], -1),
  },
  telling: ["sizes"],
  inputs: { x: "(*)" },
  outputs: { y: "sizes" },
  infer: ({ x }, p) => ({ y: expandType(x, p.sizes) }),
  lower: (ops, { x }, p) => ({
    y: ops.broadcast(x, expandType(contiguousType(x.dtype, x.shape), p.sizes).shape),
  }),
  flops: () => 0,
  torch: (p) => method("expand", ...p.sizes),
  onnx: (p) => [
    // In ONNX a 1 keeps a size.
    onnxNode("Constant", [], { value_ints: p.sizes.map((size) => (size === -1 ? 1 : size)) }),
    onnxNode("Expand", ["x", "%0"]),
  ],
});
