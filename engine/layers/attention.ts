/** The computation that every kind of attention shares. */
import { type Builder, sameShape, type Value } from "../program/builder";
import { broadcastShapes } from "../tensor/dims";

export interface AttentionInputs {
  readonly query: Value;
  readonly key: Value;
  readonly value: Value;
  /** Broadcast with (…, L, S) and added to the scores. */
  readonly mask: Value | null;
  /** Whether a query sees no key that comes after it. */
  readonly causal: boolean;
}

/** softmax(query · keyᵀ / √E + mask) · value for query (…, L, E), key (…, S, E), value (…, S, Ev); no score is stored. */
export function attend(ops: Builder, inputs: AttentionInputs): Value {
  const { key, value, mask, causal } = inputs;
  const query = scaledQuery(ops, inputs);
  const scores = [...query.shape.slice(-2, -1), ...key.shape.slice(-2, -1)];
  // A mask may have more rows or columns than there are queries or keys, one of which then stands for all.
  if (mask !== null && !sameShape(broadcastShapes(mask.shape.slice(-2), scores), scores))
    return ops.matmul(attentionShares(ops, inputs), value);
  const width = value.shape[value.shape.length - 1];
  return ops.columns(ops.attention(query, key, value, mask, { causal }), 0, width);
}

/** softmax(query · keyᵀ / √E + mask): what each query takes of each value, (…, L, S). */
export function attentionShares(ops: Builder, inputs: Omit<AttentionInputs, "value">): Value {
  const { key, mask, causal } = inputs;
  const rank = key.shape.length;
  const scores = ops.matmul(scaledQuery(ops, inputs), ops.transpose(key, rank - 2, rank - 1));
  const masked = mask === null ? scores : ops.add(scores, mask);
  const last = masked.shape.length - 1;
  if (!causal) return ops.softmax(masked, last);
  const later = ops.less(ops.iota(masked.shape, last - 1), ops.iota(masked.shape, last));
  return ops.softmax(ops.where(later, Number.NEGATIVE_INFINITY, masked), last);
}

function scaledQuery(ops: Builder, { query }: Pick<AttentionInputs, "query">): Value {
  return ops.mul(query, 1 / Math.sqrt(query.shape[query.shape.length - 1]));
}
