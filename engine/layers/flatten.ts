import { wrapDim } from "../tensor/dims";
import { contiguousType } from "../tensor/tensor";
import { flatten as flattenType } from "../tensor/views";
import { defineLayer } from "./define";
import { integer } from "./params";
import { module, onnxNode } from "./spelling";

export const flatten = defineLayer({
  type: "Flatten",
  functional: "flatten",
  category: "shape",
  aliases: ["unroll", "vector", "展平", "拉平"],
  summary: { en: "Joins several dimensions into one", zh: "把多个维度合并为一个" },
  explanation: {
    en: "Usually between convolutions and Linear layers: each sample's channels, rows and columns become one long row. The numbers stay in order; only the shape changes. Dimension 0, the samples, is left alone by default.",
    zh: "通常放在卷积层与 Linear 层之间：每个样本的通道、行和列变成一长行。数的顺序不变，只改变形状。默认不动第 0 维，即样本维。",
  },
  formula: "(N, C, H, W) → (N, C·H·W)",
  params: {
    start_dim: integer({ en: "First dimension to join", zh: "要合并的第一个维度" }, 1),
    end_dim: integer({ en: "Last dimension to join", zh: "要合并的最后一个维度" }, -1),
  },
  functionalDefaults: { start_dim: 0 },
  telling: [],
  inputs: { x: "(*)" },
  outputs: { y: "(*)" },
  infer: ({ x }, p) => ({ y: flattenType(x, p.start_dim, p.end_dim) }),
  lower: (ops, { x }, p) => {
    const { shape } = flattenType(contiguousType(x.dtype, x.shape), p.start_dim, p.end_dim);
    return { y: ops.reshape(x, shape) };
  },
  flops: () => 0,
  torch: (p) => module("Flatten", p.start_dim === 1 && p.end_dim === -1 ? [] : [p.start_dim, p.end_dim]),
  onnx: (p, { x }) => {
    // ONNX's Flatten always gives a matrix; a 0 in Reshape's shape stands for the size that was there.
    if (p.start_dim === 1 && p.end_dim === -1) return [onnxNode("Flatten", ["x"], { axis: 1 })];
    const start = x.shape.length === 0 ? 0 : wrapDim(p.start_dim, x.shape.length);
    const { shape } = flattenType(x, p.start_dim, p.end_dim);
    const sizes = shape.map((size, dim) => (dim < start ? 0 : dim === start ? -1 : size));
    return [onnxNode("Constant", [], { value_ints: sizes }), onnxNode("Reshape", ["x", "%0"])];
  },
});
