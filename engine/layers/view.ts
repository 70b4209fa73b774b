import { elementCount } from "../tensor/tensor";
import { inferShape, view as viewType } from "../tensor/views";
import { defineLayer } from "./define";
import { integers } from "./params";
import { method, onnxNode } from "./spelling";

export const view = defineLayer({
  type: "View",
  functional: "view",
  category: "shape",
  aliases: ["reshape", "shape", "视图", "变形"],
  summary: {
    en: "Gives the same memory another shape, never copying",
    zh: "给同一块内存换一个形状，从不复制",
  },
  explanation: {
    en: "The result is another way of reading the same memory, so it costs nothing. That only works where the numbers lie in a suitable order: after a Transpose or Permute it usually does not, and Contiguous in between or Reshape instead is the answer.",
    zh: "结果只是读取同一块内存的另一种方式，因此没有开销。前提是数在内存中的排列顺序合适：经过 Transpose 或 Permute 之后通常不行，此时应在中间加 Contiguous，或改用 Reshape。",
  },
  formula: "y = x.view(shape)",
  params: {
    shape: integers({ en: "New shape; one size may be -1", zh: "新形状；可以有一个大小为 -1" }, [-1], -1),
  },
  telling: ["shape"],
  inputs: { x: "(*)" },
  outputs: { y: "shape" },
  infer: ({ x }, p) => ({ y: viewType(x, p.shape) }),
  lower: (ops, { x }, p) => ({ y: ops.reshape(x, inferShape(p.shape, elementCount(x.shape))) }),
  flops: () => 0,
  torch: (p) => method("view", ...p.shape),
  onnx: (p) => [
    onnxNode("Constant", [], { value_ints: p.shape }),
    // allowzero: a 0 means a size of 0, as in PyTorch, and not "as before".
    onnxNode("Reshape", ["x", "%0"], { allowzero: 1 }),
  ],
});
