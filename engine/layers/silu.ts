import { elementCount } from "../tensor/tensor";
import { activationType } from "./activation-type";
import { defineLayer } from "./define";
import { module, onnxNode } from "./spelling";

export const silu = defineLayer({
  type: "SiLU",
  functional: "silu",
  category: "activation",
  aliases: ["swish", "sigmoid linear", "activation", "自门控", "激活"],
  summary: { en: "Each number times its own sigmoid", zh: "每个数乘以它自己的 sigmoid" },
  explanation: {
    en: "A smooth ReLU, also called swish: large numbers pass, very negative ones become 0, and slightly negative ones come out slightly negative. Smooth curves often train a little better in deep networks.",
    zh: "平滑的 ReLU，也叫 swish：大的数通过，很负的数变为 0，略负的数输出略负。平滑的曲线在深层网络中往往训练得更好一些。",
  },
  formula: "y = x / (1 + e⁻ˣ)",
  params: {},
  telling: [],
  inputs: { x: "(*)" },
  outputs: { y: "(*)" },
  infer: ({ x }) => ({ y: activationType(x, "silu_cpu") }),
  lower: (ops, { x }) => ({ y: ops.mul(x, ops.sigmoid(x)) }),
  flops: (_, { y }) => 5 * elementCount(y.shape),
  torch: () => module("SiLU", []),
  onnx: () => [onnxNode("Sigmoid", ["x"]), onnxNode("Mul", ["x", "%0"])],
});
