import { contiguousType } from "../tensor/tensor";
import { defineLayer } from "./define";
import { constant, type Initializer } from "./initializers";
import { choice, decimal, integers } from "./params";
import { onnxNode, python } from "./spelling";

export const parameter = defineLayer({
  type: "Parameter",
  category: "linear",
  aliases: [
    "learnable",
    "trainable",
    "weight",
    "class token",
    "position embedding",
    "可学习参数",
    "可训练",
    "权重",
  ],
  summary: { en: "A tensor that is trained like a weight", zh: "像权重一样被训练的张量" },
  explanation: {
    en: "Has no input: its numbers begin as init says and the optimizer changes them. Use it for what no layer offers, such as a learned temperature to multiply by or a learned position to add.",
    zh: "没有输入：它的数按 init 初始化，并由优化器更新。用于没有现成层的情况，例如相乘的可学习温度，或相加的可学习位置编码。",
  },
  formula: "y = weight",
  params: {
    shape: integers({ en: "Shape; empty for a single number", zh: "形状；为空表示一个数" }, [1], 1),
    init: choice(
      { en: "How the numbers begin", zh: "初始化方式" },
      ["constant", "normal", "uniform"],
      "constant",
    ),
    value: decimal(
      {
        en: "The constant, the standard deviation, or the bound of the uniform numbers",
        zh: "常数的值、标准差，或均匀分布的界",
      },
      0,
    ),
  },
  telling: ["shape"],
  inputs: {},
  outputs: { y: "shape" },
  weights: (p) => ({ weight: { shape: p.shape, init: initializer(p.init, p.value) } }),
  infer: (_, p) => ({ y: contiguousType("float32", p.shape) }),
  lower: (_ops, _inputs, _p, { weight }) => ({ y: weight }),
  flops: () => 0,
  torch: (p) => {
    const begin = {
      constant: `torch.full(${python(p.shape)}, float(${p.value}))`,
      normal: `torch.randn(${python(p.shape)}) * ${p.value}`,
      uniform: `(torch.rand(${python(p.shape)}) * 2 - 1) * ${p.value}`,
    };
    return { kind: "expression", code: `nn.Parameter(${begin[p.init]})` };
  },
  onnx: () => [onnxNode("Identity", ["weight"])],
});

function initializer(kind: "constant" | "normal" | "uniform", value: number): Initializer {
  switch (kind) {
    case "constant":
      return constant(value);
    case "normal":
      return { kind: "normal", mean: 0, std: value };
    case "uniform":
      return { kind: "uniform", bound: value };
  }
}
