import { sizeAt } from "../tensor/dims";
import { TensorError } from "../tensor/errors";
import { elementwise } from "../tensor/layouts";
import { elementCount } from "../tensor/tensor";
import { defineLayer } from "./define";
import { onnxNode } from "./spelling";

export const globalAvgPool = defineLayer({
  type: "GlobalAvgPool",
  category: "pool",
  aliases: ["gap", "global average pooling", "mean", "squeeze", "全局平均池化", "池化", "平均"],
  summary: { en: "Each channel becomes its mean", zh: "每个通道变成它的平均值" },
  explanation: {
    en: "Takes the mean of each channel over all its pixels or steps, so that a sample becomes a list with one number a channel. It often stands before the last Linear of a convolutional network: that then works for any image size and has few weights.",
    zh: "对每个通道在所有像素或步上取平均，使一个样本变成每个通道一个数的列表。它常放在卷积网络最后的 Linear 之前，这样网络适用于任意图像大小，权重也很少。",
  },
  formula: "y[n, c] = mean of x[n, c, …]",
  params: {},
  telling: [],
  inputs: { x: "(N, C, *)" },
  outputs: { y: "(N, C)" },
  infer: ({ x }) => {
    // `flatten(2)` fails where there is nothing behind the channels.
    if (x.shape.length < 3) sizeAt(x.shape, 2);
    if (x.dtype !== "float32") {
      const message =
        "mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. Got: Long";
      throw new TensorError("needs-float", "RuntimeError", message);
    }
    const channels = { shape: x.shape.slice(0, 2), stride: x.stride.slice(0, 2), offset: 0 };
    return { y: elementwise("float32", [channels]) };
  },
  lower: (ops, { x }) => {
    const dims = x.shape.flatMap((_, dim) => (dim < 2 ? [] : [dim]));
    return { y: ops.reshape(ops.mean(x, dims), x.shape.slice(0, 2)) };
  },
  flops: ({ x }) => elementCount(x.shape),
  torch: () => ({ kind: "expression", code: "{x}.flatten(2).mean(-1)" }),
  onnx: () => [
    onnxNode("GlobalAveragePool", ["x"]),
    onnxNode("Constant", [], { value_ints: [0, -1] }),
    onnxNode("Reshape", ["%0", "%1"]),
  ],
});
