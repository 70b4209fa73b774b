import { wrapDim } from "../tensor/dims";
import { contiguousType } from "../tensor/tensor";
import { concatType, isSkipped } from "./concat-type";
import { defineLayer } from "./define";
import { manyInputs, moreInputs, wired, wiredPorts } from "./many-inputs";
import { integer } from "./params";
import { onnxNode } from "./spelling";

export const concat = defineLayer({
  type: "Concat",
  functional: "cat",
  category: "shape",
  aliases: ["cat", "join", "merge", "skip connection", "拼接", "连接", "合并"],
  summary: { en: "Joins tensors along a dimension", zh: "沿一个维度拼接多个张量" },
  explanation: {
    en: "Puts the tensors one behind the other along dim; all other sizes must be equal. Along dimension 1 it joins the channels of images, as in U-Net and DenseNet. Unlike Add, nothing is mixed: the next layer sees all numbers.",
    zh: "沿 dim 把各个张量依次接起来；其他维度的大小必须相同。沿第 1 维就是把图像的通道接在一起，U-Net 和 DenseNet 都这样做。与 Add 不同，数不会混合：下一层能看到所有的数。",
  },
  formula: "y = [x1, x2, …]",
  params: { dim: integer({ en: "Dimension to join along", zh: "沿哪个维度拼接" }, 1) },
  functionalDefaults: { dim: 0 },
  telling: ["dim"],
  inputs: manyInputs,
  optional: moreInputs,
  outputs: { y: "(*)" },
  infer: (inputs, p) => ({ y: concatType(wired(inputs), p.dim) }),
  lower: (ops, inputs, p) => {
    const tensors = wired(inputs);
    const { dtype } = concatType(
      tensors.map((each) => contiguousType(each.dtype, each.shape)),
      p.dim,
    );
    const parts = tensors.filter((each) => !isSkipped(each)).map((each) => ops.cast(each, dtype));
    if (parts.length === 0) return { y: ops.cast(tensors[0], dtype) };
    return { y: ops.concat(parts, wrapDim(p.dim, parts[0].shape.length)) };
  },
  flops: () => 0,
  torch: (p) => ({ kind: "expression", code: `torch.cat([{*}], dim=${p.dim})` }),
  onnx: (p, inputs) => [onnxNode("Concat", wiredPorts(inputs), { axis: p.dim })],
});
