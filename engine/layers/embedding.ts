import { TensorError } from "../tensor/errors";
import { contiguousType, elementCount } from "../tensor/tensor";
import { defineLayer } from "./define";
import { normal } from "./initializers";
import { integer, optionalInteger } from "./params";
import { module, onnxNode } from "./spelling";

interface Embedding {
  readonly num_embeddings: number;
  readonly embedding_dim: number;
  readonly padding_idx: number | null;
}

export const embedding = defineLayer({
  type: "Embedding",
  category: "linear",
  aliases: ["lookup", "token", "word vector", "word2vec", "vocabulary", "嵌入", "词向量", "查表"],
  summary: { en: "Turns each whole number into a trained vector", zh: "把每个整数变成一个可训练的向量" },
  explanation: {
    en: "A table with one row of trained numbers for each word, character or category; the input says which rows to take. Numbers that stand for things (the 17th word) have no size that could be computed with, their vectors do: things that are used alike end up close together.",
    zh: "一张表，每个词、字符或类别对应一行可训练的数；输入说明取哪些行。代表事物的编号（第 17 个词）没有可计算的大小，它们的向量则有：用法相似的事物，向量最终会彼此接近。",
  },
  formula: "y[…, :] = weight[x[…], :]",
  params: {
    num_embeddings: integer(
      { en: "Rows of the table: how many things there are", zh: "表的行数：事物的个数" },
      100,
      {
        min: 1,
      },
    ),
    embedding_dim: integer({ en: "Numbers that describe each thing", zh: "描述每个事物的数的个数" }, 16, {
      min: 1,
    }),
    padding_idx: optionalInteger(
      {
        en: "The number that fills up short sequences; its row starts at 0 and is not trained",
        zh: "用于填充短序列的编号；它的行初始为 0 且不参与训练",
      },
      { en: "None", zh: "无" },
    ),
  },
  telling: ["num_embeddings", "embedding_dim"],
  inputs: { x: "(*) int64" },
  domain: (_, { num_embeddings }) => ({ x: [0, num_embeddings] }),
  outputs: { y: "(*, embedding_dim)" },
  weights: (p) => {
    const row = paddingRow(p);
    const blank = row === null ? undefined : ([row * p.embedding_dim, (row + 1) * p.embedding_dim] as const);
    return { weight: { shape: [p.num_embeddings, p.embedding_dim], init: { ...normal(), blank } } };
  },
  infer: ({ x }, p, { values }) => {
    if (x.dtype !== "int64") {
      const message =
        "Expected tensor for argument #1 'indices' to have one of the following scalar types: Long, Int; " +
        "but got torch.FloatTensor instead (while checking arguments for embedding)";
      throw new TensorError("embedding-dtype", "RuntimeError", message);
    }
    if (values?.x?.some((index) => index < 0 || index >= p.num_embeddings)) {
      throw new TensorError("embedding-index", "IndexError", "index out of range in self");
    }
    return { y: contiguousType("float32", [...x.shape, p.embedding_dim]) };
  },
  lower: (ops, { x }, p, { weight }) => {
    const count = elementCount(x.shape);
    const indices = ops.reshape(x, [count]);
    const rows = ops.takeRows(weight, indices, ops.constant(0, [], "int64"), count);
    const padding = paddingRow(p);
    const shape = [...x.shape, p.embedding_dim];
    if (padding === null) return { y: ops.reshape(rows, shape) };
    const padded = ops.expand(ops.reshape(ops.equal(indices, padding), [count, 1]), rows.shape);
    return { y: ops.reshape(ops.where(padded, ops.detach(rows), rows), shape) };
  },
  flops: () => 0,
  torch: (p) =>
    module("Embedding", [p.num_embeddings, p.embedding_dim], { padding_idx: p.padding_idx ?? undefined }),
  onnx: () => [onnxNode("Gather", ["weight", "x"], { axis: 0 })],
});

/** Counted from the front. @throws TensorError embedding-padding */
function paddingRow({ num_embeddings, padding_idx }: Embedding): number | null {
  if (padding_idx === null) return null;
  if (padding_idx >= num_embeddings || padding_idx < -num_embeddings) {
    const message = "Padding_idx must be within num_embeddings";
    throw new TensorError("embedding-padding", "AssertionError", message);
  }
  return padding_idx < 0 ? padding_idx + num_embeddings : padding_idx;
}
