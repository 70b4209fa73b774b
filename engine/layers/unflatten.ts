import { sizeAt, wrapDim } from "../tensor/dims";
import { contiguousType } from "../tensor/tensor";
import { unflatten as unflattenType } from "../tensor/views";
import { defineLayer } from "./define";
import { integer, integers } from "./params";
import { module, onnxNode } from "./spelling";

export const unflatten = defineLayer({
  type: "Unflatten",
  functional: "unflatten",
  category: "shape",
  aliases: ["split dimension", "heads", "fold", "拆分维度", "反展平"],
  summary: { en: "Splits one dimension into several", zh: "把一个维度拆成多个" },
  explanation: {
    en: "The opposite of Flatten: a row of 12 numbers becomes 3 rows of 4. One of the new sizes may be -1: it is worked out from the others. Attention splits its features into heads this way. The numbers keep their order.",
    zh: "与 Flatten 相反：一行 12 个数变为 3 行、每行 4 个。新的大小中可以有一个为 -1，由其余的推算出来。注意力机制就是这样把特征拆成多个头。数的顺序不变。",
  },
  formula: "(N, C·H·W) → (N, C, H, W)",
  params: {
    dim: integer({ en: "Dimension to split", zh: "要拆分的维度" }, 1),
    unflattened_size: integers(
      { en: "What it becomes; one size may be -1", zh: "拆成的大小；可以有一个为 -1" },
      [1, -1],
      -1,
    ),
  },
  telling: ["unflattened_size"],
  inputs: { x: "(*)" },
  outputs: { y: "(*)" },
  infer: ({ x }, p) => ({ y: unflattenType(x, p.dim, p.unflattened_size) }),
  lower: (ops, { x }, p) => {
    const { shape } = unflattenType(contiguousType(x.dtype, x.shape), p.dim, p.unflattened_size);
    return { y: ops.reshape(x, shape) };
  },
  flops: () => 0,
  torch: (p) => module("Unflatten", [p.dim, p.unflattened_size]),
  onnx: (p, { x }) => {
    const dim = wrapDim(p.dim, x.shape.length);
    const parts = unflattenType(
      contiguousType("float32", [sizeAt(x.shape, dim)]),
      0,
      p.unflattened_size,
    ).shape;
    // A 0 in Reshape's shape stands for the size that was there.
    const sizes = [...x.shape.slice(0, dim).map(() => 0), ...parts, ...x.shape.slice(dim + 1)];
    return [onnxNode("Constant", [], { value_ints: sizes }), onnxNode("Reshape", ["x", "%0"])];
  },
});
