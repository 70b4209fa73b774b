import type { Builder, Value } from "../program/builder";
import { printShape } from "../tensor/dims";
import { TensorError, type TorchErrorType } from "../tensor/errors";
import { contiguousType, elementCount, type Shape, type TensorType } from "../tensor/tensor";
import { attend, attentionShares } from "./attention";
import { defineLayer } from "./define";
import { fanInUniform, type Initializer, xavierNormal, xavierUniform, zeros } from "./initializers";
import { matmulType } from "./matmul-type";
import { autoSize, decimal, flag, integer, optionalInteger } from "./params";
import { module, type OnnxNode, onnxNode } from "./spelling";

interface Attention {
  readonly embed_dim: number;
  readonly num_heads: number;
  readonly dropout: number;
  readonly bias: boolean;
  readonly add_bias_kv: boolean;
  readonly add_zero_attn: boolean;
  readonly kdim: number | null;
  readonly vdim: number | null;
  readonly batch_first: boolean;
}

interface Inputs {
  readonly query: TensorType;
  readonly key: TensorType;
  readonly value: TensorType;
  readonly attn_mask?: TensorType | undefined;
}

export const multiheadAttention = defineLayer({
  type: "MultiheadAttention",
  category: "attention",
  aliases: ["attention", "self-attention", "transformer", "heads", "多头注意力", "注意力", "自注意力"],
  summary: {
    en: "Several attentions side by side, with trained weights",
    zh: "并排的多个注意力，带可训练的权重",
  },
  explanation: {
    en: "Makes queries, keys and values of its inputs with trained weights, divides them into heads, and lets each head attend by itself: one may look for the verb, another for the word before. What the heads found is joined and mixed by trained weights. For self-attention, wire the same tensor to query, key and value. The weights say what each place looked at, as a mean over the heads.",
    zh: "用可训练的权重从输入得到查询、键和值，把它们分给多个头，每个头各自做注意力：一个可能寻找动词，另一个寻找前一个词。各头的结果被拼接，再由可训练的权重混合。做自注意力时，把同一个张量接到 query、key 和 value。weights 输出表示每个位置看向了哪里，是各头的平均。",
  },
  formula: "y = concat(softmax(qᵢ kᵢᵀ / √d) vᵢ) Wᵀ + b, where qᵢ, kᵢ, vᵢ are the parts of head i",
  params: {
    embed_dim: autoSize(
      { en: "Size of the query's last dimension", zh: "query 最后一维的大小" },
      ({ query }) => query.shape.at(-1),
    ),
    num_heads: integer({ en: "How many heads share the embedding", zh: "共分嵌入的头数" }, 1, { min: 1 }),
    dropout: decimal({ en: "Probability that a share is dropped", zh: "一个注意力份额被丢弃的概率" }, 0, {
      min: 0,
      max: 1,
    }),
    bias: flag({ en: "Add trained numbers after each projection", zh: "在每次投影后加上可训练的数" }, true),
    add_bias_kv: flag(
      { en: "Add one trained key and value to each sequence", zh: "给每个序列加上一个可训练的键和值" },
      false,
    ),
    add_zero_attn: flag(
      {
        en: "Add one key and value of zeros, so that a query may look at nothing",
        zh: "加上一个全零的键和值，使查询可以什么都不看",
      },
      false,
    ),
    kdim: optionalInteger(
      { en: "Size of the key's last dimension", zh: "key 最后一维的大小" },
      { en: "Same as embed_dim", zh: "与 embed_dim 相同" },
      { min: 1 },
    ),
    vdim: optionalInteger(
      { en: "Size of the value's last dimension", zh: "value 最后一维的大小" },
      { en: "Same as embed_dim", zh: "与 embed_dim 相同" },
      { min: 1 },
    ),
    batch_first: flag(
      { en: "Inputs are (N, L, E) instead of (L, N, E)", zh: "输入为 (N, L, E)，而不是 (L, N, E)" },
      false,
    ),
  },
  telling: ["num_heads", "batch_first"],
  inputs: {
    query: "(L, N, embed_dim)",
    key: "(S, N, kdim)",
    value: "(S, N, vdim)",
    attn_mask: "(L, S) or (N·num_heads, L, S), added",
  },
  optional: ["attn_mask"],
  outputs: { output: "(L, N, embed_dim)", weights: "(N, L, S)" },
  weights: (p) => attentionWeights(p),
  infer: (inputs, p) => inferAttention(inputs, p),
  lower: (ops, inputs, p, weights, { training, random }) => {
    const drop = (shares: Value): Value => {
      if (p.dropout === 1) return ops.mul(shares, 0);
      return ops.where(ops.less(random(shares.shape), p.dropout), 0, ops.mul(shares, 1 / (1 - p.dropout)));
    };
    return lowerAttention(ops, inputs, p, weights, training && p.dropout > 0 ? drop : null);
  },
  flops: ({ query, key, value }, { output, weights }, p) => {
    const projected = elementCount(query.shape) + elementCount(key.shape) + elementCount(value.shape);
    const scores = elementCount(weights.shape);
    return (
      2 * p.embed_dim * (projected + elementCount(output.shape)) +
      scores * (4 * p.embed_dim + 5 * p.num_heads)
    );
  },
  torch: (p) =>
    module("MultiheadAttention", [p.embed_dim, p.num_heads], {
      dropout: p.dropout === 0 ? undefined : p.dropout,
      bias: p.bias ? undefined : false,
      add_bias_kv: p.add_bias_kv || undefined,
      add_zero_attn: p.add_zero_attn || undefined,
      kdim: p.kdim ?? undefined,
      vdim: p.vdim ?? undefined,
      batch_first: p.batch_first || undefined,
    }),
  onnx: (p, inputs) => onnxAttention(p, inputs),
});

/** One stacked matrix serves query, key and value when all have the same size. */
function isPacked(p: Attention): boolean {
  return (p.kdim ?? p.embed_dim) === p.embed_dim && (p.vdim ?? p.embed_dim) === p.embed_dim;
}

function attentionWeights(p: Attention) {
  if (p.embed_dim % p.num_heads !== 0) {
    fail("attention-heads", "embed_dim must be divisible by num_heads", "AssertionError");
  }
  const size = p.embed_dim;
  const packed = isPacked(p);
  const owned = (shape: Shape, init: Initializer) => ({ shape, init });
  const projection = (columns: number) => owned([size, columns], xavierUniform([size, columns]));
  const one = owned([1, 1, size], xavierNormal([1, 1, size]));
  return {
    in_proj_weight: packed && owned([3 * size, size], xavierUniform([3 * size, size])),
    q_proj_weight: !packed && projection(size),
    k_proj_weight: !packed && projection(p.kdim ?? size),
    v_proj_weight: !packed && projection(p.vdim ?? size),
    in_proj_bias: p.bias && owned([3 * size], zeros),
    bias_k: p.add_bias_kv && one,
    bias_v: p.add_bias_kv && one,
    "out_proj.weight": owned([size, size], fanInUniform(size)),
    "out_proj.bias": p.bias && owned([size], zeros),
  };
}

/**
 * In the order of `torch.nn.functional.multi_head_attention_forward`.
 * @throws TensorError attention-rank, attention-shapes, attention-mask, needs-float
 */
function inferAttention(inputs: Inputs, p: Attention) {
  checkRanks(inputs);
  checkUnbatchedMask(inputs, p);
  const batched = inputs.query.shape.length === 3;
  const [query, key, value] = [inputs.query, inputs.key, inputs.value].map(({ shape }) =>
    timeFirst(shape, p),
  );
  const [length, samples, size] = query;
  if (size !== p.embed_dim) {
    const message = `was expecting embedding dimension of ${p.embed_dim}, but got ${size}`;
    fail("attention-shapes", message, "AssertionError");
  }
  checkKeys(key, value, p);
  const swapped = batched && p.batch_first;
  if (inputs.query.dtype !== "float32") {
    const fused = p.bias && (!swapped || samples === 1 || length === 1);
    fail(
      "needs-float",
      fused ? "mat1 and mat2 must have the same dtype" : "expected scalar type Long but found Float",
    );
  }
  const columns = contiguousType("float32", [size, size]);
  if (isPacked(p)) matmulType(contiguousType("float32", batched ? key : key.toSpliced(1, 1)), columns);
  if (inputs.attn_mask) checkMask(inputs.attn_mask.shape, [length, samples, key[0]], p);
  checkSamples(key, samples, p);

  const keys = key[0] + (p.add_bias_kv ? 1 : 0) + (p.add_zero_attn ? 1 : 0);
  const output = contiguousType("float32", batched ? query : [length, size]);
  return {
    output: swapped
      ? { ...output, shape: [samples, length, size], stride: [size, samples * size, 1] }
      : output,
    weights: contiguousType("float32", batched ? [samples, length, keys] : [length, keys]),
  };
}

/** (L, N, E), whatever came. */
function timeFirst(shape: Shape, { batch_first }: Attention): Shape {
  if (shape.length === 2) return shape.toSpliced(1, 0, 1);
  return batch_first ? [shape[1], shape[0], shape[2]] : shape;
}

function checkRanks({ query, key, value, attn_mask }: Inputs): void {
  const rank = query.shape.length;
  if (rank !== 2 && rank !== 3) {
    const message = `query should be unbatched 2D or batched 3D tensor but received ${rank}-D query tensor`;
    fail("attention-rank", message, "AssertionError");
  }
  const which = rank === 3 ? "For batched (3-D) `query`" : "For unbatched (2-D) `query`";
  if (key.shape.length !== rank || value.shape.length !== rank) {
    const found = `${key.shape.length}-D and ${value.shape.length}-D tensors respectively`;
    const message = `${which}, expected \`key\` and \`value\` to be ${rank}-D but found ${found}`;
    fail("attention-rank", message, "AssertionError");
  }
  const mask = attn_mask?.shape.length ?? 2;
  if (mask !== 2 && mask !== 3) {
    const message = `${which}, expected \`attn_mask\` to be \`None\`, 2-D or 3-D but found ${mask}-D tensor instead`;
    fail("attention-mask", message, "AssertionError");
  }
}

/** Of a single sequence PyTorch checks the mask at once, of a batch only after the projections. */
function checkUnbatchedMask({ query, key, attn_mask }: Inputs, { num_heads }: Attention): void {
  if (query.shape.length !== 2 || attn_mask?.shape.length !== 3) return;
  const wanted = [num_heads, query.shape[0], key.shape[0]];
  if (attn_mask.shape.every((size, dim) => size === wanted[dim])) return;
  const got = `torch.Size(${printShape(attn_mask.shape)})`;
  const message = `Expected \`attn_mask\` shape to be (${wanted.join(", ")}) but got ${got}`;
  fail("attention-mask", message, "AssertionError");
}

function checkKeys(key: Shape, value: Shape, p: Attention): void {
  const size = (shape: Shape) => `torch.Size(${printShape(shape)})`;
  const equal = (a: Shape, b: Shape) => a.every((each, i) => each === b[i]);
  if (isPacked(p)) {
    if (equal(key, value)) return;
    const message = `key shape ${size(key)} does not match value shape ${size(value)}`;
    fail("attention-shapes", message, "AssertionError");
  }
  const [keys, values] = [key.slice(0, 2), value.slice(0, 2)];
  if (!equal(keys, values)) {
    const message = `key's sequence and batch dims ${size(keys)} do not match value's ${size(values)}`;
    fail("attention-shapes", message, "AssertionError");
  }
  for (const [what, got, wanted] of [
    ["key", key[2], p.kdim ?? p.embed_dim],
    ["value", value[2], p.vdim ?? p.embed_dim],
  ] as const) {
    if (got === wanted) continue;
    const message = `expecting ${what} weights shape of (${p.embed_dim}, ${got}), but got ${size([p.embed_dim, wanted])}`;
    fail("attention-shapes", message, "AssertionError");
  }
}

function checkMask(mask: Shape, [length, samples, keys]: Shape, p: Attention): void {
  const wanted = mask.length === 2 ? [length, keys] : [samples * p.num_heads, length, keys];
  if (mask.every((each, i) => each === wanted[i])) return;
  const shape = `torch.Size(${printShape(mask)})`;
  const message = `The shape of the ${mask.length}D attn_mask is ${shape}, but should be (${wanted.join(", ")}).`;
  fail("attention-mask", message);
}

/** PyTorch does not ask for equal batches; it stumbles over them. */
function checkSamples(key: Shape, samples: number, p: Attention): void {
  if (key[1] === samples) return;
  if (p.add_bias_kv) {
    const got = `Expected size ${key[1]} but got size ${samples} for tensor number 1 in the list.`;
    fail("attention-shapes", `Sizes of tensors must match except in dimension 0. ${got}`);
  }
  const wanted = printShape([key[0], samples * p.num_heads, p.embed_dim / p.num_heads]);
  const count = key[0] * key[1] * p.embed_dim;
  fail("attention-shapes", `shape '${wanted}' is invalid for input of size ${count}`);
}

type Weights = Readonly<Record<keyof ReturnType<typeof attentionWeights>, Value | undefined>>;
type Values = Readonly<Record<"query" | "key" | "value", Value>> & { readonly attn_mask?: Value | undefined };

function lowerAttention(
  ops: Builder,
  inputs: Values,
  p: Attention,
  weights: Weights,
  /** What happens to the shares before they are used, which then have to be written out. */
  drop: ((shares: Value) => Value) | null,
) {
  const size = p.embed_dim;
  const batched = inputs.query.shape.length === 3;
  const swapped = batched && !p.batch_first;
  const batchFirst = (x: Value): Value => {
    if (!batched) return ops.reshape(x, [1, ...x.shape]);
    return swapped ? ops.transpose(x, 0, 1) : x;
  };
  const part = (whole: Value, i: number): Value =>
    ops.slice(whole, [i * size, ...whole.shape.slice(1).map(() => 0)], [size, ...whole.shape.slice(1)]);
  const projected = (port: "query" | "key" | "value", i: number, own: Value | undefined): Value => {
    const matrix = own ?? (weights.in_proj_weight && part(weights.in_proj_weight, i));
    if (!matrix) throw new Error("MultiheadAttention: no projection");
    return linear(
      ops,
      batchFirst(inputs[port]),
      matrix,
      weights.in_proj_bias && part(weights.in_proj_bias, i),
    );
  };
  const withBias = (x: Value, extra: Value | undefined): Value =>
    extra ? ops.concat([x, ops.expand(extra, [x.shape[0], 1, size])], 1) : x;
  const heads = (x: Value): Value =>
    ops.permute(ops.reshape(x, [...x.shape.slice(0, 2), p.num_heads, size / p.num_heads]), [0, 2, 1, 3]);
  const withZero = (x: Value): Value =>
    p.add_zero_attn ? ops.pad(x, [0, 0, 0, 0], x.shape.with(2, x.shape[2] + 1)) : x;

  const query = heads(projected("query", 0, weights.q_proj_weight));
  const key = withZero(heads(withBias(projected("key", 1, weights.k_proj_weight), weights.bias_k)));
  const value = withZero(heads(withBias(projected("value", 2, weights.v_proj_weight), weights.bias_v)));
  const [samples, , length] = query.shape;
  const mask = inputs.attn_mask
    ? fullMask(ops, inputs.attn_mask, [samples, p.num_heads, length, key.shape[2]])
    : null;
  const attention = { query, key, value, mask, causal: false };
  const shares = drop ? drop(attentionShares(ops, attention)) : attentionShares(ops, attention);
  const output = drop ? ops.matmul(shares, value) : attend(ops, attention);

  const joined = ops.reshape(ops.permute(output, [0, 2, 1, 3]), [samples, length, size]);
  const outProjection = weights["out_proj.weight"];
  if (!outProjection) throw new Error("MultiheadAttention: no output projection");
  const mixed = linear(ops, joined, outProjection, weights["out_proj.bias"]);
  const mean = ops.reshape(ops.mean(shares, [1]), [samples, length, key.shape[2]]);
  if (!batched) {
    return { output: ops.reshape(mixed, [length, size]), weights: ops.reshape(mean, mean.shape.slice(1)) };
  }
  return { output: swapped ? ops.transpose(mixed, 0, 1) : mixed, weights: mean };
}

/** x (N, L, in), weight (out, in), bias (out) → (N, L, out) */
function linear(ops: Builder, x: Value, weight: Value, bias: Value | undefined): Value {
  const [samples, length, size] = x.shape;
  const product = ops.matmul(ops.reshape(x, [samples * length, size]), ops.transpose(weight, 0, 1));
  return ops.reshape(bias ? ops.add(product, bias) : product, [samples, length, weight.shape[0]]);
}

/** As (N, heads, L, S) or (L, S); added keys are not masked. */
function fullMask(ops: Builder, mask: Value, [samples, heads, length, keys]: Shape): Value {
  const shaped =
    mask.shape.length === 2
      ? mask
      : ops.reshape(mask, [samples, heads, length, mask.shape[mask.shape.length - 1]]);
  return ops.pad(
    shaped,
    shaped.shape.map(() => 0),
    shaped.shape.with(shaped.shape.length - 1, keys),
  );
}

/** The output alone, for inputs (N, L, E) or (L, N, E) without a mask or added keys. */
function onnxAttention(p: Attention, { query }: Inputs): OnnxNode[] {
  const nodes: OnnxNode[] = [];
  const add = (node: OnnxNode): string => `%${nodes.push(node) - 1}`;
  const ints = (...values: number[]): string => add(onnxNode("Constant", [], { value_ints: values }));
  const size = p.embed_dim;
  const turned = query.shape.length === 3 && !p.batch_first;
  const rows = (name: string, i: number): string =>
    add(onnxNode("Slice", [name, ints(i * size), ints((i + 1) * size), ints(0)]));
  const linearOf = (x: string, weight: string, bias: string | null): string => {
    const product = add(onnxNode("MatMul", [x, add(onnxNode("Transpose", [weight], { perm: [1, 0] }))]));
    return bias === null ? product : add(onnxNode("Add", [product, bias]));
  };
  const [q, k, v] = (["query", "key", "value"] as const).map((port, i) => {
    const x = turned ? add(onnxNode("Transpose", [port], { perm: [1, 0, 2] })) : port;
    const weight = isPacked(p) ? rows("in_proj_weight", i) : `${port[0]}_proj_weight`;
    return linearOf(x, weight, p.bias ? rows("in_proj_bias", i) : null);
  });
  const heads = { q_num_heads: p.num_heads, kv_num_heads: p.num_heads };
  const attended = add(onnxNode("Attention", [q, k, v], heads));
  const mixed = linearOf(attended, "out_proj.weight", p.bias ? "out_proj.bias" : null);
  if (turned) add(onnxNode("Transpose", [mixed], { perm: [1, 0, 2] }));
  return nodes;
}

function fail(code: string, message: string, type: TorchErrorType = "RuntimeError"): never {
  throw new TensorError(code, type, message);
}
