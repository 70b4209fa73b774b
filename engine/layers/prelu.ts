import { TensorError } from "../tensor/errors";
import { likeImages } from "../tensor/layouts";
import type { TensorType } from "../tensor/tensor";
import { defineLayer } from "./define";
import { constant } from "./initializers";
import { decimal, integer } from "./params";
import { module, onnxNode } from "./spelling";

export const prelu = defineLayer({
  type: "PReLU",
  category: "activation",
  aliases: ["parametric relu", "learnable slope", "activation", "参数化修正线性单元", "激活"],
  summary: { en: "LeakyReLU that learns its slope", zh: "斜率可学习的 LeakyReLU" },
  explanation: {
    en: "The slope of the negative side is trained like a weight: one for all numbers, or one a channel (dimension 1). It begins at init.",
    zh: "负半轴的斜率像权重一样被训练：所有数共用一个，或每个通道（第 1 维）一个。初始值为 init。",
  },
  formula: "y = x if x > 0, else weight · x",
  params: {
    num_parameters: integer(
      { en: "Slopes to learn: 1, or the number of channels", zh: "要学习的斜率个数：1 或通道数" },
      1,
      { min: 1 },
    ),
    init: decimal({ en: "Slope to begin with", zh: "初始斜率" }, 0.25),
  },
  telling: ["num_parameters"],
  inputs: { x: "(N, C, *)" },
  outputs: { y: "(N, C, *)" },
  weights: (p) => ({ weight: { shape: [p.num_parameters], init: constant(p.init) } }),
  infer: ({ x }, p) => {
    checkChannels(x, p.num_parameters);
    if (x.dtype !== "float32") {
      throw new TensorError("needs-float", "RuntimeError", "Found dtype Float but expected Long");
    }
    return { y: likeImages(x, x.shape) };
  },
  lower: (ops, { x }, p, { weight }) => {
    const shape = p.num_parameters === 1 ? [] : x.shape.map((size, dim) => (dim === 1 ? size : 1));
    return { y: ops.where(ops.less(0, x), x, ops.mul(x, ops.reshape(weight, shape))) };
  },
  torch: (p) =>
    module("PReLU", p.num_parameters === 1 ? [] : [p.num_parameters], {
      init: p.init === 0.25 ? undefined : p.init,
    }),
  onnx: (p, { x }) => {
    if (p.num_parameters === 1) return [onnxNode("PRelu", ["x", "weight"])];
    const shape = [p.num_parameters, ...x.shape.slice(2).map(() => 1)];
    return [
      onnxNode("Constant", [], { value_ints: shape }),
      onnxNode("Reshape", ["weight", "%0"]),
      onnxNode("PRelu", ["x", "%1"]),
    ];
  },
});

/** Source: ATen/native/Activation.cpp, `prelu_cpu`. */
function checkChannels({ shape }: TensorType, count: number): void {
  if (count === 1) return;
  if (shape.length === 0) {
    throw new TensorError("prelu-channels", "RuntimeError", "Not allow zero-dim input tensor.");
  }
  const [, channels = 1] = shape;
  if (channels !== count) {
    const message =
      "Mismatch of parameter numbers and input channel size. " +
      `Found parameter numbers = ${count} and channel size = ${channels}.`;
    throw new TensorError("prelu-channels", "RuntimeError", message);
  }
}
