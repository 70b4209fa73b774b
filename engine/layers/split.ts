import { wrapDim } from "../tensor/dims";
import { contiguousType } from "../tensor/tensor";
import { split as splitType } from "../tensor/views";
import { defineLayer } from "./define";
import { integer, integers } from "./params";
import { checkCount, partPorts, slices } from "./parts";
import { onnxNode, python } from "./spelling";

export const split = defineLayer({
  type: "Split",
  functional: "split",
  category: "shape",
  aliases: ["divide", "parts", "unconcat", "拆分", "切分", "分割"],
  summary: { en: "Cuts a tensor into parts along a dimension", zh: "沿一个维度把张量切成几部分" },
  explanation: {
    en: "The opposite of Concat. One number makes parts of that size, the last smaller if it does not come out even; several numbers are the sizes of the parts and must add up. Nothing is copied. The parts come out at y1, y2 and so on.",
    zh: "与 Concat 相反。填一个数时，每部分都是这个大小，不能整除时最后一部分较小；填多个数时，它们是各部分的大小，总和必须正好。不复制数据。各部分依次从 y1、y2 等输出。",
  },
  formula: "x = [y1, y2, …]",
  params: {
    split_size: integers(
      { en: "Size of each part, or all sizes", zh: "每部分的大小，或所有部分的大小" },
      [1],
    ),
    dim: integer({ en: "Dimension to cut", zh: "要切分的维度" }, 1),
  },
  functionalDefaults: { dim: 0 },
  telling: ["split_size", "dim"],
  inputs: { x: "(*)" },
  outputs: partPorts,
  infer: ({ x }, p) => checkCount(splitType(x, p.split_size, p.dim)),
  lower: (ops, { x }, p) => {
    const dim = wrapDim(p.dim, x.shape.length);
    return slices(ops, x, dim, splitType(contiguousType(x.dtype, x.shape), p.split_size, dim));
  },
  flops: () => 0,
  torch: (p) => {
    const sizes = p.split_size.length === 1 ? p.split_size[0] : p.split_size;
    return { kind: "expression", code: `{x}.split(${python(sizes)}, ${p.dim})` };
  },
  onnx: (p, { x }) => [
    onnxNode("Constant", [], {
      value_ints: splitType(x, p.split_size, p.dim).map(({ shape }) => shape.at(p.dim) ?? 0),
    }),
    onnxNode("Split", ["x", "%0"], { axis: p.dim }),
  ],
});
