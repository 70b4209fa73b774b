import { TensorError } from "../tensor/errors";
import { contiguousType, type DType } from "../tensor/tensor";
import { defineLayer } from "./define";
import { choice, optionalIntegers, text } from "./params";

const dtypes = ["float32", "int64"] as const satisfies readonly DType[];

export const input = defineLayer({
  type: "Input",
  category: "data",
  aliases: [
    "data",
    "source",
    "features",
    "image",
    "label",
    "placeholder",
    "数据",
    "输入",
    "特征",
    "图像",
    "标签",
  ],
  summary: { en: "Brings a tensor of the data set into the network", zh: "把数据集中的一个张量送入网络" },
  explanation: {
    en: "Names one tensor of the open data: features (the columns of a table), image, or label (what is to be predicted). Its first dimension is N, the samples of a batch. Without data a shape can be given by hand to design first and train later.",
    zh: "指定所打开数据中的一个张量：features（表格的各列）、image（图像）或 label（要预测的目标）。第一个维度是 N，即一批中的样本数。没有数据时可以手动填写形状，先设计、后训练。",
  },
  formula: "y = batch[tensor]",
  params: {
    tensor: text({ en: "Name of the tensor in the data set", zh: "数据集中张量的名称" }, "features"),
    shape: optionalIntegers(
      { en: "Shape of one sample, without N", zh: "单个样本的形状，不含 N" },
      { en: "From the data set", zh: "取自数据集" },
      1,
    ),
    dtype: choice(
      { en: "Kind of number, used when the shape is given by hand", zh: "数的类型，仅在手动填写形状时使用" },
      dtypes,
      "float32",
    ),
  },
  telling: ["tensor"],
  inputs: {},
  outputs: { y: "(N, *)" },
  infer: (_, p, { batchSize, data }) => {
    if (p.shape !== null) return { y: contiguousType(p.dtype, [batchSize, ...p.shape]) };
    const names = Object.keys(data);
    if (names.length === 0) {
      throw new TensorError("input-no-data", "ValueError", "no data is open, and no shape is given");
    }
    if (!Object.hasOwn(data, p.tensor)) {
      const message = `the data has no tensor "${p.tensor}", only ${names.map((name) => `"${name}"`).join(", ")}`;
      throw new TensorError("input-unknown-tensor", "ValueError", message);
    }
    const { shape, dtype } = data[p.tensor];
    return { y: contiguousType(dtype, [batchSize, ...shape]) };
  },
  lower: (_ops, _inputs, p, _weights, { data }) => ({ y: data(p.tensor) }),
  flops: () => 0,
  torch: (p) => ({ kind: "expression", code: p.tensor }),
  onnx: () => [],
});
