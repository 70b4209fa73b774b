import { printShape } from "../tensor/dims";
import { TensorError } from "../tensor/errors";
import { elementwise } from "../tensor/layouts";
import { contiguousType } from "../tensor/tensor";
import { defineLayer } from "./define";
import { autoSize, flag, integer } from "./params";
import { onnxNode } from "./spelling";

export const positionalEncoding = defineLayer({
  type: "PositionalEncoding",
  category: "attention",
  aliases: ["position", "sinusoidal", "transformer", "order", "位置编码", "正弦", "顺序"],
  summary: {
    en: "Adds to each place of a sequence what place it is",
    zh: "给序列的每个位置加上它的位置信息",
  },
  explanation: {
    en: "Attention does not see in which order a sequence stands. This adds to each place a fixed pattern of sines and cosines of growing wavelengths, different for each place, from which the layers behind it can tell what comes first and how far two places are apart. Nothing in it is trained.",
    zh: "注意力看不出序列的先后顺序。这一层给每个位置加上一组波长递增的正弦和余弦，每个位置各不相同，后面的层据此能分辨先后以及两个位置相距多远。其中没有可训练的内容。",
  },
  formula: "y[p, 2i] = x[p, 2i] + sin(p / 10000^(2i/d)), y[p, 2i+1] = x[p, 2i+1] + cos(p / 10000^(2i/d))",
  params: {
    d_model: autoSize({ en: "Size of the last dimension", zh: "最后一维的大小" }, ({ x }) => x.shape.at(-1)),
    max_len: integer({ en: "The longest sequence that may come", zh: "可能出现的最长序列" }, 512, { min: 1 }),
    batch_first: flag(
      { en: "Inputs are (N, L, E) instead of (L, N, E)", zh: "输入为 (N, L, E)，而不是 (L, N, E)" },
      true,
    ),
  },
  telling: [],
  inputs: { x: "(N, L, d_model)" },
  outputs: { y: "(N, L, d_model)" },
  buffers: (p) => ({ pe: { shape: [p.max_len, p.d_model], init: { kind: "sinusoid", width: p.d_model } } }),
  infer: ({ x }, p) => {
    const { shape } = x;
    if (shape.length !== 2 && shape.length !== 3) {
      const message = `expected 2D or 3D input (got ${shape.length}D input)`;
      throw new TensorError("positions-rank", "ValueError", message);
    }
    const length = sequenceLength(shape, p.batch_first);
    if (shape[shape.length - 1] !== p.d_model || length > p.max_len) {
      const message = `positions for ${printShape([p.max_len, p.d_model])} do not fit an input of ${printShape(shape)}`;
      throw new TensorError("positions-shape", "RuntimeError", message);
    }
    const waves = contiguousType("float32", [length, ...between(shape, p.batch_first), p.d_model]);
    return { y: elementwise("float32", [x, waves]) };
  },
  lower: (ops, { x }, p, { pe }) => {
    const length = sequenceLength(x.shape, p.batch_first);
    const rows = ops.slice(pe, [0, 0], [length, p.d_model]);
    const shape = [length, ...between(x.shape, p.batch_first), p.d_model];
    return { y: ops.add(ops.cast(x, "float32"), ops.reshape(rows, shape)) };
  },
  torch: ({ d_model, batch_first }) => {
    const length = batch_first ? "{x}.size(-2)" : "{x}.size(0)";
    const angles = `torch.arange(${length})[:, None] / 10000 ** (torch.arange(0, ${d_model}, 2) / ${d_model})`;
    const waves = `torch.stack((torch.sin(${angles}), torch.cos(${angles})), -1).flatten(1)`;
    return { kind: "expression", code: `{x} + ${waves}[:, ${batch_first ? "" : "None, "}:${d_model}]` };
  },
  onnx: (p, { x }) => {
    const length = sequenceLength(x.shape, p.batch_first);
    return [
      onnxNode("Constant", [], { value_ints: [0] }),
      onnxNode("Constant", [], { value_ints: [length] }),
      onnxNode("Slice", ["pe", "%0", "%1"]),
      onnxNode("Constant", [], { value_ints: [length, ...between(x.shape, p.batch_first), p.d_model] }),
      onnxNode("Reshape", ["%2", "%3"]),
      onnxNode("Add", ["x", "%4"]),
    ];
  },
});

function sequenceLength(shape: readonly number[], batchFirst: boolean): number {
  return batchFirst ? shape[shape.length - 2] : shape[0];
}

/** The batch dimension that stands between place and embedding, if it does. */
function between(shape: readonly number[], batchFirst: boolean): readonly number[] {
  return batchFirst || shape.length === 2 ? [] : [1];
}
