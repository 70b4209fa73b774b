import { wrapDim } from "../tensor/dims";
import { contiguousType } from "../tensor/tensor";
import { chunk as chunkType } from "../tensor/views";
import { defineLayer } from "./define";
import { integer } from "./params";
import { checkCount, partPorts, slices } from "./parts";
import { method, onnxNode } from "./spelling";

export const chunk = defineLayer({
  type: "Chunk",
  functional: "chunk",
  category: "shape",
  aliases: ["split evenly", "parts", "query key value", "等分", "切块", "分块"],
  summary: { en: "Cuts a tensor into a number of equal parts", zh: "把张量切成若干等份" },
  explanation: {
    en: "Split with the number of parts given instead of their size; the last part is smaller if it does not come out even. Attention cuts one projection into query, key and value this way. Nothing is copied. The parts come out at y1, y2 and so on.",
    zh: "与 Split 相同，但给出的是份数而不是大小；不能整除时最后一份较小。注意力机制就是这样把一次投影切成查询、键和值。不复制数据。各份依次从 y1、y2 等输出。",
  },
  formula: "x = [y1, y2, …]",
  params: {
    chunks: integer({ en: "How many parts at most", zh: "最多切成几份" }, 2, { min: 1, max: 8 }),
    dim: integer({ en: "Dimension to cut", zh: "要切分的维度" }, 1),
  },
  functionalDefaults: { dim: 0 },
  telling: ["chunks", "dim"],
  inputs: { x: "(*)" },
  outputs: partPorts,
  infer: ({ x }, p) => checkCount(chunkType(x, p.chunks, p.dim)),
  lower: (ops, { x }, p) => {
    const dim = wrapDim(p.dim, x.shape.length);
    return slices(ops, x, dim, chunkType(contiguousType(x.dtype, x.shape), p.chunks, dim));
  },
  flops: () => 0,
  torch: (p) => method("chunk", p.chunks, p.dim),
  onnx: (p, { x }) => [
    onnxNode("Constant", [], {
      value_ints: chunkType(x, p.chunks, p.dim).map(({ shape }) => shape.at(p.dim) ?? 0),
    }),
    onnxNode("Split", ["x", "%0"], { axis: p.dim }),
  ],
});
