import { elementCount } from "../tensor/tensor";
import { activationType } from "./activation-type";
import { defineLayer } from "./define";
import { module, onnxNode } from "./spelling";

export const hardswish = defineLayer({
  type: "Hardswish",
  functional: "hardswish",
  category: "activation",
  aliases: ["hard swish", "mobilenet", "activation", "激活", "硬切换"],
  summary: { en: "SiLU made of straight pieces and a parabola", zh: "由直线和抛物线拼成的 SiLU" },
  explanation: {
    en: "Nearly SiLU, without an exponential: 0 below -3, the number itself above 3, and a parabola in between. It costs little, which is why networks for phones use it.",
    zh: "与 SiLU 相近，但不用指数：小于 -3 为 0，大于 3 为原数，中间是抛物线。计算便宜，因此常用于手机上的网络。",
  },
  formula: "y = x · min(max(x + 3, 0), 6) / 6",
  params: {},
  telling: [],
  inputs: { x: "(*)" },
  outputs: { y: "(*)" },
  infer: ({ x }) => ({ y: activationType(x, "hardswish_cpu") }),
  // At -3 and 3 the slope is the parabola's, as in PyTorch.
  lower: (ops, { x }) => {
    const bent = ops.div(ops.mul(x, ops.add(x, 3)), 6);
    return { y: ops.where(ops.less(3, x), x, ops.where(ops.less(x, -3), 0, bent)) };
  },
  flops: (_, { y }) => 4 * elementCount(y.shape),
  torch: () => module("Hardswish", []),
  onnx: () => [onnxNode("HardSwish", ["x"])],
});
