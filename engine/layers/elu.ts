import type { Builder, Value } from "../program/builder";
import { elementCount } from "../tensor/tensor";
import { activationType } from "./activation-type";
import { defineLayer } from "./define";
import { decimal } from "./params";
import { module, onnxNode } from "./spelling";

export const elu = defineLayer({
  type: "ELU",
  functional: "elu",
  category: "activation",
  aliases: ["exponential linear", "activation", "指数线性单元", "激活"],
  summary: {
    en: "Keeps positive numbers, bends negative ones to -alpha",
    zh: "保留正数，负数平滑趋于 -alpha",
  },
  explanation: {
    en: "Positive numbers pass. Negative ones follow an exponential curve down to -alpha, so the results are centred nearer to 0 than those of ReLU, and a gradient flows on both sides.",
    zh: "正数原样通过；负数沿指数曲线趋于 -alpha。输出比 ReLU 更接近以 0 为中心，两侧都有梯度。",
  },
  formula: "y = x if x > 0, else alpha · (eˣ - 1)",
  params: { alpha: decimal({ en: "Where the negative side ends: -alpha", zh: "负半轴的极限为 -alpha" }, 1) },
  telling: ["alpha"],
  inputs: { x: "(*)" },
  outputs: { y: "(*)" },
  infer: ({ x }) => ({ y: activationType(x, "elu_cpu") }),
  lower: (ops, { x }, p) => ({ y: exponentialLinear(ops, x, p.alpha) }),
  flops: (_, { y }) => 3 * elementCount(y.shape),
  torch: (p) => module("ELU", p.alpha === 1 ? [] : [p.alpha]),
  onnx: (p) => [onnxNode("Elu", ["x"], { alpha: p.alpha })],
});

/** The exponential is taken of what is not positive only: where it overflowed, its gradient would be 0 · ∞. */
export function exponentialLinear(ops: Builder, x: Value, alpha: number): Value {
  const positive = ops.less(0, x);
  const bent = ops.mul(ops.sub(ops.exp(ops.where(positive, 0, x)), 1), alpha);
  return ops.where(positive, x, bent);
}
