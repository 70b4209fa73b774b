import { wrapDim } from "../tensor/dims";
import { unsqueeze as unsqueezeType } from "../tensor/views";
import { defineLayer } from "./define";
import { integer } from "./params";
import { method, onnxNode } from "./spelling";

export const unsqueeze = defineLayer({
  type: "Unsqueeze",
  functional: "unsqueeze",
  category: "shape",
  aliases: ["add dimension", "insert dimension", "new axis", "增加维度", "插入维度"],
  summary: { en: "Inserts a dimension of size 1", zh: "插入一个大小为 1 的维度" },
  explanation: {
    en: "The numbers stay the same, the shape gets a 1 at place dim. Used to add the channel that a convolution wants to a grey image, or to line tensors up for broadcasting.",
    zh: "数不变，形状在 dim 处多一个 1。用于给灰度图补上卷积所需的通道维，或为广播对齐张量。",
  },
  formula: "(N, L) → (N, 1, L)",
  params: { dim: integer({ en: "Where the new dimension stands", zh: "新维度的位置" }, 1) },
  telling: ["dim"],
  inputs: { x: "(*)" },
  outputs: { y: "(*)" },
  infer: ({ x }, p) => ({ y: unsqueezeType(x, p.dim) }),
  lower: (ops, { x }, p) => {
    const dim = wrapDim(p.dim, x.shape.length + 1);
    return { y: ops.reshape(x, x.shape.toSpliced(dim, 0, 1)) };
  },
  flops: () => 0,
  torch: (p) => method("unsqueeze", p.dim),
  onnx: (p) => [onnxNode("Constant", [], { value_ints: [p.dim] }), onnxNode("Unsqueeze", ["x", "%0"])],
});
