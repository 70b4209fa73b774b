import { wrapDim } from "../tensor/dims";
import { contiguousType } from "../tensor/tensor";
import { narrow as narrowType } from "../tensor/views";
import { defineLayer } from "./define";
import { integer } from "./params";
import { method, onnxNode } from "./spelling";

export const narrow = defineLayer({
  type: "Narrow",
  functional: "narrow",
  category: "shape",
  aliases: ["slice", "crop", "part", "range", "切片", "裁剪", "截取"],
  summary: { en: "Takes a run of indices of one dimension", zh: "取一个维度上的一段" },
  explanation: {
    en: "Keeps length numbers of a dimension, from start on, and leaves the rest out. A start below 0 counts from the end. Nothing is copied; the result sees a part of the same memory.",
    zh: "保留一个维度上从 start 开始的 length 个数，舍去其余。start 为负时从末尾数起。不复制数据，结果是同一块内存的一部分。",
  },
  formula: "y = x[…, start : start + length, …]",
  params: {
    dim: integer({ en: "Dimension to cut", zh: "要截取的维度" }, 1),
    start: integer({ en: "First index that stays", zh: "保留的第一个下标" }, 0),
    length: integer({ en: "How many stay", zh: "保留的个数" }, 1, { min: 0 }),
  },
  telling: ["dim", "start", "length"],
  inputs: { x: "(*)" },
  outputs: { y: "(*)" },
  infer: ({ x }, p) => ({ y: narrowType(x, p.dim, p.start, p.length) }),
  lower: (ops, { x }, p) => {
    const dim = wrapDim(p.dim, x.shape.length);
    const { shape } = narrowType(contiguousType(x.dtype, x.shape), dim, p.start, p.length);
    const start = p.start < 0 ? p.start + x.shape[dim] : p.start;
    return { y: ops.slice(x, x.shape.map(() => 0).with(dim, start), shape) };
  },
  flops: () => 0,
  torch: (p) => method("narrow", p.dim, p.start, p.length),
  onnx: (p, { x }) => {
    const size = x.shape.at(p.dim) ?? 0;
    const start = p.start < 0 ? p.start + size : p.start;
    return [
      onnxNode("Constant", [], { value_ints: [start] }),
      onnxNode("Constant", [], { value_ints: [start + p.length] }),
      onnxNode("Constant", [], { value_ints: [p.dim] }),
      onnxNode("Slice", ["x", "%0", "%1", "%2"]),
    ];
  },
});
