import { TensorError } from "../tensor/errors";
import { elementwise } from "../tensor/layouts";
import { contiguousType, elementCount, type Shape } from "../tensor/tensor";
import { defineLayer } from "./define";
import { decimal } from "./params";
import { module, onnxNode } from "./spelling";

export const dropout2d = defineLayer({
  type: "Dropout2d",
  functional: "dropout2d",
  category: "regularization",
  aliases: [
    "spatial dropout",
    "channel dropout",
    "regularization",
    "overfitting",
    "通道随机失活",
    "正则化",
    "过拟合",
  ],
  summary: { en: "While training, sets whole random channels to 0", zh: "训练时随机把整个通道置为 0" },
  explanation: {
    en: "Neighbouring pixels say much the same, so dropping single ones teaches little. Here each channel of each sample is dropped as a whole with probability p, and the others are enlarged, so that the sum stays the same on average. When predicting it does nothing.",
    zh: "相邻像素的内容大同小异，只丢弃单个像素作用不大。这里每个样本的每个通道以概率 p 整个丢弃，其余通道被放大，使总和在平均意义上不变。预测时它什么也不做。",
  },
  formula: "y[n, c] = x[n, c] · mask[n, c] / (1 - p)",
  params: {
    p: decimal({ en: "Probability that a channel is dropped", zh: "一个通道被丢弃的概率" }, 0.5, {
      min: 0,
      max: 1,
    }),
  },
  telling: ["p"],
  inputs: { x: "(N, C, *)" },
  outputs: { y: "(N, C, *)" },
  weights: (p) => {
    if (p.p < 0 || p.p > 1) {
      const message = `dropout probability has to be between 0 and 1, but got ${p.p}`;
      throw new TensorError("dropout-probability", "ValueError", message);
    }
    return {};
  },
  infer: ({ x }, p, { training = true }) => {
    if (!training || p.p === 0 || elementCount(x.shape) === 0) return { y: { ...x, view: true } };
    if (p.p === 1) return { y: elementwise(x.dtype, [x, contiguousType(x.dtype, [])]) };
    if (x.shape.length < 2) {
      const message = "Feature dropout requires at least 2 dimensions in the input";
      throw new TensorError("dropout-rank", "RuntimeError", message);
    }
    if (x.dtype !== "float32") {
      const message = "result type Float can't be cast to the desired output type Long";
      throw new TensorError("needs-float", "RuntimeError", message);
    }
    return { y: elementwise("float32", [x, contiguousType("float32", perChannel(x.shape))]) };
  },
  lower: (ops, { x }, p, _, { training, random }) => {
    if (!training || p.p === 0) return { y: x };
    if (p.p === 1) return { y: ops.mul(x, 0) };
    const dropped = ops.less(random(perChannel(x.shape)), p.p);
    return { y: ops.where(ops.broadcast(dropped, x.shape), 0, ops.mul(x, 1 / (1 - p.p))) };
  },
  torch: (p) => module("Dropout2d", [p.p]),
  // Without a third input the ONNX operator is the identity, as it is when predicting.
  onnx: () => [onnxNode("Dropout", ["x"])],
});

/** (N, C, 1, …) */
function perChannel(shape: Shape): number[] {
  return shape.map((size, dim) => (dim < 2 ? size : 1));
}
