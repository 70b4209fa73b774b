import { elementCount } from "../tensor/tensor";
import { inferShape, reshape as reshapeType } from "../tensor/views";
import { defineLayer } from "./define";
import { integers } from "./params";
import { method, onnxNode } from "./spelling";

export const reshape = defineLayer({
  type: "Reshape",
  functional: "reshape",
  category: "shape",
  aliases: ["resize", "shape", "变形", "重塑"],
  summary: {
    en: "Gives the same numbers another shape, copying if needed",
    zh: "给同样的数换一个形状，必要时复制",
  },
  explanation: {
    en: "The numbers keep their row-by-row order. One size may be -1: it is worked out from the others. Where the memory layout allows it nothing is copied, elsewhere a copy is made, so that it always works; View refuses instead.",
    zh: "数按逐行的顺序保持不变。可以有一个大小为 -1，由其余的推算出来。内存布局允许时不复制，否则会复制，因此总能成功；View 则会拒绝。",
  },
  formula: "y = x.reshape(shape)",
  params: {
    shape: integers({ en: "New shape; one size may be -1", zh: "新形状；可以有一个大小为 -1" }, [-1], -1),
  },
  telling: ["shape"],
  inputs: { x: "(*)" },
  outputs: { y: "shape" },
  infer: ({ x }, p) => ({ y: reshapeType(x, p.shape) }),
  lower: (ops, { x }, p) => ({ y: ops.reshape(x, inferShape(p.shape, elementCount(x.shape))) }),
  flops: () => 0,
  torch: (p) => method("reshape", ...p.shape),
  onnx: (p) => [
    onnxNode("Constant", [], { value_ints: p.shape }),
    // allowzero: a 0 means a size of 0, as in PyTorch, and not "as before".
    onnxNode("Reshape", ["x", "%0"], { allowzero: 1 }),
  ],
});
