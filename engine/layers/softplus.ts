import type { Builder, Value } from "../program/builder";
import { elementCount } from "../tensor/tensor";
import { activationType } from "./activation-type";
import { defineLayer } from "./define";
import { decimal } from "./params";
import { module, onnxNode } from "./spelling";

export const softplus = defineLayer({
  type: "Softplus",
  functional: "softplus",
  category: "activation",
  aliases: ["smooth relu", "positive", "activation", "平滑修正", "激活"],
  summary: { en: "A smooth ReLU whose results are always positive", zh: "平滑的 ReLU，结果总为正" },
  explanation: {
    en: "Follows ReLU from above without its corner. Useful where a result must be positive, such as a variance. The larger beta, the sharper the bend.",
    zh: "从上方贴近 ReLU，但没有拐角。适用于结果必须为正的场合，例如方差。beta 越大，弯折越陡。",
  },
  formula: "y = log(1 + e^(beta·x)) / beta",
  params: {
    beta: decimal({ en: "Sharpness of the bend", zh: "弯折的陡峭程度" }, 1),
    threshold: decimal(
      { en: "Where beta·x is larger, y is x itself", zh: "beta·x 大于此值时，y 就是 x" },
      20,
    ),
  },
  telling: ["beta"],
  inputs: { x: "(*)" },
  outputs: { y: "(*)" },
  infer: ({ x }) => ({ y: activationType(x, "softplus_cpu") }),
  lower: (ops, { x }, p) => ({ y: logOnePlusExp(ops, x, p.beta, p.threshold) }),
  flops: (_, { y }) => 5 * elementCount(y.shape),
  torch: (p) =>
    module("Softplus", [], {
      beta: p.beta === 1 ? undefined : p.beta,
      threshold: p.threshold === 20 ? undefined : p.threshold,
    }),
  onnx: (p) => {
    if (p.beta === 1) return [onnxNode("Softplus", ["x"])];
    return [
      onnxNode("Constant", [], { value_float: p.beta }),
      onnxNode("Mul", ["x", "%0"]),
      onnxNode("Softplus", ["%1"]),
      onnxNode("Div", ["%2", "%0"]),
    ];
  },
});

/** log(1 + e^(beta·x)) / beta, without overflow and with the right slope everywhere, 0 included. */
export function logOnePlusExp(ops: Builder, x: Value, beta = 1, threshold = 20): Value {
  const scaled = beta === 1 ? x : ops.mul(x, beta);
  const far = ops.less(threshold, scaled);
  const near = logOnePlus(ops, ops.exp(ops.where(far, 0, scaled)));
  return ops.where(far, x, beta === 1 ? near : ops.div(near, beta));
}

/** log(1 + x) for x ≥ 0. Adding 1 would drown a small x, so its series is used: right to seven digits up to 1/50. */
function logOnePlus(ops: Builder, x: Value): Value {
  const third = ops.sub(1 / 3, ops.mul(x, 0.25));
  const half = ops.sub(0.5, ops.mul(x, third));
  const series = ops.mul(x, ops.sub(1, ops.mul(x, half)));
  return ops.where(ops.less(x, 0.02), series, ops.log(ops.add(x, 1)));
}
