import { permutation, permute as permuteType } from "../tensor/views";
import { defineLayer } from "./define";
import { integers } from "./params";
import { method, onnxNode } from "./spelling";

export const permute = defineLayer({
  type: "Permute",
  functional: "permute",
  category: "shape",
  aliases: ["reorder", "transpose", "channels last", "NHWC", "重排", "维度换位"],
  summary: { en: "Puts the dimensions into another order", zh: "重新排列各个维度" },
  explanation: {
    en: "Entry i of dims says which dimension of the input comes to place i: 0, 2, 3, 1 turns (N, C, H, W) into (N, H, W, C). Nothing is copied, so the result is usually not contiguous, and a View behind it may fail.",
    zh: "dims 的第 i 项表示输入的哪个维度放到第 i 位：0, 2, 3, 1 把 (N, C, H, W) 变成 (N, H, W, C)。不复制任何数据，因此结果通常不是连续的，后面的 View 可能会失败。",
  },
  formula: "shape(y)[i] = shape(x)[dims[i]]",
  params: {
    dims: integers({ en: "The input's dimensions in their new order", zh: "输入各维度的新顺序" }, [0, 2, 1]),
  },
  telling: ["dims"],
  inputs: { x: "(*)" },
  outputs: { y: "(*)" },
  infer: ({ x }, p) => ({ y: permuteType(x, p.dims) }),
  lower: (ops, { x }, p) => ({ y: ops.permute(x, permutation(p.dims, x.shape.length)) }),
  flops: () => 0,
  torch: (p) => method("permute", ...p.dims),
  onnx: (p) => [onnxNode("Transpose", ["x"], { perm: permutation(p.dims, p.dims.length) })],
});
