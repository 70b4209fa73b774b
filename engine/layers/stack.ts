import { wrapDim } from "../tensor/dims";
import { stackType } from "./concat-type";
import { defineLayer } from "./define";
import { manyInputs, moreInputs, wired, wiredPorts } from "./many-inputs";
import { numberType } from "./number-type";
import { integer } from "./params";
import { onnxNode } from "./spelling";

export const stack = defineLayer({
  type: "Stack",
  functional: "stack",
  category: "shape",
  aliases: ["pile", "new dimension", "combine", "堆叠", "叠加维度"],
  summary: { en: "Piles tensors of one shape along a new dimension", zh: "沿新维度堆叠形状相同的张量" },
  explanation: {
    en: "All tensors must have the same shape. The result has one dimension more, whose size is the number of tensors. Concat joins along a dimension that is there already.",
    zh: "所有张量的形状必须相同。结果多一个维度，其大小为张量的个数。Concat 则是沿已有的维度拼接。",
  },
  formula: "shape(y)[dim] = number of tensors",
  params: { dim: integer({ en: "Where the new dimension stands", zh: "新维度的位置" }, 1) },
  functionalDefaults: { dim: 0 },
  telling: ["dim"],
  inputs: manyInputs,
  optional: moreInputs,
  outputs: { y: "(*)" },
  infer: (inputs, p) => ({ y: stackType(wired(inputs), p.dim) }),
  lower: (ops, inputs, p) => {
    const tensors = wired(inputs);
    const { shape } = tensors[0];
    const dim = wrapDim(p.dim, shape.length + 1);
    const dtype = numberType(...tensors);
    const layers = tensors.map((each) => ops.reshape(ops.cast(each, dtype), shape.toSpliced(dim, 0, 1)));
    return { y: ops.concat(layers, dim) };
  },
  flops: () => 0,
  torch: (p) => ({ kind: "expression", code: `torch.stack([{*}], dim=${p.dim})` }),
  onnx: (p, inputs) => {
    const ports = wiredPorts(inputs);
    return [
      onnxNode("Constant", [], { value_ints: [p.dim] }),
      ...ports.map((port) => onnxNode("Unsqueeze", [port, "%0"])),
      onnxNode(
        "Concat",
        ports.map((_, i) => `%${i + 1}`),
        { axis: p.dim },
      ),
    ];
  },
});
