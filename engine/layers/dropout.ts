import { TensorError } from "../tensor/errors";
import { elementwise } from "../tensor/layouts";
import { contiguousType, elementCount } from "../tensor/tensor";
import { defineLayer } from "./define";
import { decimal } from "./params";
import { module, onnxNode } from "./spelling";

export const dropout = defineLayer({
  type: "Dropout",
  category: "regularization",
  aliases: ["regularization", "drop", "noise", "overfitting", "随机失活", "丢弃", "正则化", "过拟合"],
  summary: { en: "While training, sets random numbers to 0", zh: "训练时随机把一些数置为 0" },
  explanation: {
    en: "Each number is dropped with probability p and the others are enlarged, so that the sum stays the same on average. The network cannot rely on any single number, which helps against memorising the training data. When predicting it does nothing.",
    zh: "每个数以概率 p 被丢弃，其余的数被放大，使总和在平均意义上不变。网络因此无法依赖任何单个数，从而减少对训练数据的死记硬背。预测时它什么也不做。",
  },
  formula: "y = x · mask / (1 - p)",
  params: {
    p: decimal({ en: "Probability that a number is dropped", zh: "一个数被丢弃的概率" }, 0.5, {
      min: 0,
      max: 1,
    }),
  },
  telling: ["p"],
  inputs: { x: "(*)" },
  outputs: { y: "(*)" },
  weights: (p) => {
    if (p.p < 0 || p.p > 1) {
      const message = `dropout probability has to be between 0 and 1, but got ${p.p}`;
      throw new TensorError("dropout-probability", "ValueError", message);
    }
    return {};
  },
  infer: ({ x }, p, { training = true }) => {
    if (!training || p.p === 0 || elementCount(x.shape) === 0) return { y: { ...x, view: true } };
    if (x.dtype !== "float32") {
      const message = "result type Float can't be cast to the desired output type Long";
      throw new TensorError("needs-float", "RuntimeError", message);
    }
    // PyTorch multiplies x by a contiguous mask, or by the scalar 0 where everything is dropped.
    return { y: elementwise("float32", [x, contiguousType("float32", p.p === 1 ? [] : x.shape)]) };
  },
  lower: (ops, { x }, p, _, { training, random }) => {
    if (!training || p.p === 0) return { y: x };
    if (p.p === 1) return { y: ops.mul(x, 0) };
    const dropped = ops.less(random(x.shape), p.p);
    return { y: ops.where(dropped, 0, ops.mul(x, 1 / (1 - p.p))) };
  },
  torch: (p) => module("Dropout", [p.p]),
  // Without a third input the ONNX operator is the identity, as it is when predicting.
  onnx: () => [onnxNode("Dropout", ["x"])],
});
