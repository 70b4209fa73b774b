import { contiguousType } from "../tensor/tensor";
import { squeeze as squeezeType } from "../tensor/views";
import { defineLayer } from "./define";
import { optionalInteger } from "./params";
import { method, onnxNode } from "./spelling";

export const squeeze = defineLayer({
  type: "Squeeze",
  functional: "squeeze",
  category: "shape",
  aliases: ["remove dimension", "drop dimension", "压缩维度", "去掉维度"],
  summary: { en: "Drops a dimension of size 1", zh: "去掉大小为 1 的维度" },
  explanation: {
    en: "A dimension of size 1 holds nothing that the others do not: it can go. A dimension of another size stays as it is, without an error. Without dim all dimensions of size 1 go, the batch too if it has one sample only: better name the dimension.",
    zh: "大小为 1 的维度不含额外信息，可以去掉。大小不为 1 的维度保持不变，也不会报错。不填 dim 时去掉所有大小为 1 的维度；若一批只有一个样本，批维度也会被去掉，因此最好指明维度。",
  },
  formula: "(N, 1, L) → (N, L)",
  params: {
    dim: optionalInteger(
      { en: "Dimension to drop", zh: "要去掉的维度" },
      { en: "All of size 1", zh: "所有大小为 1 的维度" },
    ),
  },
  telling: ["dim"],
  inputs: { x: "(*)" },
  outputs: { y: "(*)" },
  infer: ({ x }, p) => ({ y: squeezeType(x, p.dim ?? undefined) }),
  lower: (ops, { x }, p) => {
    const { shape } = squeezeType(contiguousType(x.dtype, x.shape), p.dim ?? undefined);
    return { y: ops.reshape(x, shape) };
  },
  flops: () => 0,
  torch: (p) => method("squeeze", ...(p.dim === null ? [] : [p.dim])),
  onnx: (p, { x }) => {
    if (p.dim === null) return [onnxNode("Squeeze", ["x"])];
    // ONNX refuses a dimension of another size.
    if (x.shape.at(p.dim) !== 1) return [onnxNode("Identity", ["x"])];
    return [onnxNode("Constant", [], { value_ints: [p.dim] }), onnxNode("Squeeze", ["x", "%0"])];
  },
});
