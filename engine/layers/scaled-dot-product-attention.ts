import { elementwise } from "../tensor/layouts";
import { elementCount, type TensorType } from "../tensor/tensor";
import { transpose } from "../tensor/views";
import { attend } from "./attention";
import { defineLayer } from "./define";
import { matmulType } from "./matmul-type";
import { flag } from "./params";
import { onnxNode } from "./spelling";

export const scaledDotProductAttention = defineLayer({
  type: "ScaledDotProductAttention",
  functional: "scaled_dot_product_attention",
  category: "attention",
  aliases: ["attention", "self-attention", "transformer", "query", "key", "value", "注意力", "自注意力"],
  summary: {
    en: "Each query takes a mixture of the values whose keys fit",
    zh: "每个查询取键相配的值的混合",
  },
  explanation: {
    en: "Compares each query with every key by their dot product, turns the results into shares that sum to 1, and gives each query the mixture of the values by these shares. So every place of a sequence can look at every other and take what concerns it. It has no weights of its own; causal hides what comes later.",
    zh: "用点积把每个查询与所有的键作比较，把结果变成总和为 1 的份额，再按这些份额混合所有的值交给该查询。因此序列中的每个位置都能看到其他所有位置，并取走与自己有关的内容。它本身没有权重；causal 会遮住后面的内容。",
  },
  formula: "y = softmax(q kᵀ / √d + mask) v",
  params: {
    is_causal: flag(
      { en: "Hide from each query the keys that come after it", zh: "对每个查询遮住在它之后的键" },
      false,
    ),
  },
  telling: ["is_causal"],
  inputs: { query: "(*, L, E)", key: "(*, S, E)", value: "(*, S, Ev)", attn_mask: "(L, S), added" },
  optional: ["attn_mask"],
  outputs: { y: "(*, L, Ev)" },
  infer: ({ query, key, value, attn_mask }) => {
    const scores = matmulType(query, transpose(key, -2, -1));
    const masked = attn_mask ? elementwise("float32", [scores, attn_mask]) : scores;
    return { y: matmulType(masked, value) };
  },
  lower: (ops, { query, key, value, attn_mask }, { is_causal }) => ({
    y: attend(ops, { query, key, value, mask: attn_mask ?? null, causal: is_causal }),
  }),
  flops: ({ query, key }, { y }) => {
    const scores = (elementCount(query.shape) / width(query)) * keys(key);
    return scores * (2 * width(query) + 5) + 2 * elementCount(y.shape) * keys(key);
  },
  torch: ({ is_causal }) => ({
    kind: "expression",
    code: `F.scaled_dot_product_attention({*}${is_causal ? ", is_causal=True" : ""})`,
  }),
  onnx: ({ is_causal }, { attn_mask }) => [
    onnxNode("Attention", ["query", "key", "value", ...(attn_mask ? ["attn_mask"] : [])], {
      is_causal: is_causal ? 1 : 0,
    }),
  ],
});

function width({ shape }: TensorType): number {
  return shape[shape.length - 1];
}

function keys({ shape }: TensorType): number {
  return shape[shape.length - 2];
}
