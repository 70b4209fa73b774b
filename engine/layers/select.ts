import { wrapDim } from "../tensor/dims";
import { select as selectType } from "../tensor/views";
import { defineLayer } from "./define";
import { integer } from "./params";
import { method, onnxNode } from "./spelling";

export const select = defineLayer({
  type: "Select",
  functional: "select",
  category: "shape",
  aliases: ["index", "pick", "last step", "class token", "索引", "选取", "取一个"],
  summary: {
    en: "Takes one index of a dimension, which goes away",
    zh: "取一个维度上的一个下标，并去掉该维度",
  },
  explanation: {
    en: "Index -1 of the time dimension takes the last step of a sequence, which is what a classifier behind an LSTM wants. Nothing is copied.",
    zh: "在时间维上取下标 -1 就是序列的最后一步，LSTM 后面的分类器通常需要它。不复制数据。",
  },
  formula: "y = x[…, index, …]",
  params: {
    dim: integer({ en: "Dimension to index", zh: "要索引的维度" }, 1),
    index: integer({ en: "Which index; below 0 from the end", zh: "下标；为负时从末尾数起" }, -1),
  },
  telling: ["dim", "index"],
  inputs: { x: "(*)" },
  outputs: { y: "(*)" },
  infer: ({ x }, p) => ({ y: selectType(x, p.dim, p.index) }),
  lower: (ops, { x }, p) => {
    const dim = wrapDim(p.dim, x.shape.length);
    const index = p.index < 0 ? p.index + x.shape[dim] : p.index;
    const one = ops.slice(x, x.shape.map(() => 0).with(dim, index), x.shape.with(dim, 1));
    return { y: ops.reshape(one, x.shape.toSpliced(dim, 1)) };
  },
  flops: () => 0,
  torch: (p) => method("select", p.dim, p.index),
  onnx: (p) => [
    onnxNode("Constant", [], { value_int: p.index }),
    onnxNode("Gather", ["x", "%0"], { axis: p.dim }),
  ],
});
