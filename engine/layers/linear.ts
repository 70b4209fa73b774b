import { TensorError } from "../tensor/errors";
import { contiguousType, elementCount, type Shape } from "../tensor/tensor";
import { defineLayer } from "./define";
import { fanInUniform } from "./initializers";
import { matmulType } from "./matmul-type";
import { autoSize, flag, integer } from "./params";
import { module, onnxNode } from "./spelling";

export const linear = defineLayer({
  type: "Linear",
  category: "linear",
  aliases: ["fc", "dense", "fully connected", "affine", "perceptron", "全连接", "线性", "稠密层"],
  summary: { en: "Every output is a weighted sum of all inputs", zh: "每个输出都是全部输入的加权和" },
  explanation: {
    en: "Multiplies the last dimension by a matrix of trained weights and adds a trained bias, so that every output sees every input. Dimensions before the last are left alone: the same weights serve each of them. Without an activation between them, two Linear layers can do no more than one.",
    zh: "用一个可训练的权重矩阵乘以最后一个维度，再加上可训练的偏置，因此每个输出都能看到每个输入。最后一维之前的维度保持不变，共用同一组权重。两个 Linear 之间若没有激活函数，效果不会超过一个 Linear。",
  },
  formula: "y = x Wᵀ + b",
  params: {
    in_features: autoSize({ en: "Size of the input's last dimension", zh: "输入最后一维的大小" }, ({ x }) =>
      x.shape.at(-1),
    ),
    out_features: integer({ en: "Size of the output's last dimension", zh: "输出最后一维的大小" }, 32, {
      min: 1,
    }),
    bias: flag({ en: "Add a trained number to every output", zh: "给每个输出加上一个可训练的数" }, true),
  },
  telling: ["out_features"],
  inputs: { x: "(*, in_features)" },
  outputs: { y: "(*, out_features)" },
  weights: (p) => ({
    weight: { shape: [p.out_features, p.in_features], init: fanInUniform(p.in_features) },
    bias: p.bias && { shape: [p.out_features], init: fanInUniform(p.in_features) },
  }),
  infer: ({ x }, p) => {
    // Shapes first, as PyTorch does.
    const weight = contiguousType("float32", [p.in_features, p.out_features]);
    const y = matmulType({ ...x, dtype: "float32" }, weight);
    if (x.dtype !== "float32") throw wrongDtype(x.shape, p.bias);
    return { y };
  },
  lower: (ops, { x }, p, { weight, bias }) => {
    const rows = ops.reshape(x, [elementCount(x.shape.slice(0, -1)), p.in_features]);
    const product = ops.matmul(rows, ops.transpose(weight, 0, 1));
    const y = bias ? ops.add(product, bias) : product;
    return { y: ops.reshape(y, [...x.shape.slice(0, -1), p.out_features]) };
  },
  flops: (_, { y }, p) => elementCount(y.shape) * (2 * p.in_features + (p.bias ? 1 : 0)),
  torch: (p) => module("Linear", [p.in_features, p.out_features], p.bias ? {} : { bias: false }),
  onnx: (p) => [
    onnxNode("Transpose", ["weight"], { perm: [1, 0] }),
    onnxNode("MatMul", ["x", "%0"]),
    ...(p.bias ? [onnxNode("Add", ["%1", "bias"])] : []),
  ],
});

function wrongDtype(shape: Shape, bias: boolean): TensorError {
  const message =
    bias && (shape.length === 2 || shape.length === 3)
      ? "mat1 and mat2 must have the same dtype"
      : "expected scalar type Long but found Float";
  return new TensorError("needs-float", "RuntimeError", message);
}
