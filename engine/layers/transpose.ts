import { wrapDim } from "../tensor/dims";
import { transpose as transposeType } from "../tensor/views";
import { defineLayer } from "./define";
import { integer } from "./params";
import { method, onnxNode } from "./spelling";

export const transpose = defineLayer({
  type: "Transpose",
  functional: "transpose",
  category: "shape",
  aliases: ["swap", "swapaxes", "转置", "交换维度"],
  summary: { en: "Exchanges two dimensions", zh: "交换两个维度" },
  explanation: {
    en: "Rows become columns. Nothing is copied: the same memory is read in another order, so the result is usually not contiguous, and a View behind it may fail.",
    zh: "行变成列。不复制任何数据，只是换一种顺序读取同一块内存，因此结果通常不是连续的，后面的 View 可能会失败。",
  },
  formula: "y[…, j, …, i, …] = x[…, i, …, j, …]",
  params: {
    dim0: integer({ en: "One dimension; negative counts from the end", zh: "一个维度；负数从末尾数起" }, -2),
    dim1: integer({ en: "The other dimension", zh: "另一个维度" }, -1),
  },
  telling: ["dim0", "dim1"],
  inputs: { x: "(*)" },
  outputs: { y: "(*)" },
  infer: ({ x }, p) => ({ y: transposeType(x, p.dim0, p.dim1) }),
  lower: (ops, { x }, p) => {
    const rank = x.shape.length;
    return { y: rank === 0 ? x : ops.transpose(x, wrapDim(p.dim0, rank), wrapDim(p.dim1, rank)) };
  },
  flops: () => 0,
  torch: (p) => method("transpose", p.dim0, p.dim1),
  onnx: (p, { x }) => {
    const axes = { ...x, shape: [...x.shape.keys()] };
    return [onnxNode("Transpose", ["x"], { perm: transposeType(axes, p.dim0, p.dim1).shape })];
  },
});
