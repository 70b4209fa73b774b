/** The computation that every kind of attention shares. */
import type { Builder, Value } from "../program/builder";

/**
 * softmax(query · keyᵀ / √E + masks) · value for query (…, L, E), key (…, S, E), value (…, S, Ev).
 * @param masks each broadcast with (…, L, S) and added
 * @param drop what happens to the shares before they are used: dropout
 */
export function attend(
  ops: Builder,
  query: Value,
  key: Value,
  value: Value,
  masks: readonly Value[],
  drop: (shares: Value) => Value = (shares) => shares,
): { readonly output: Value; readonly shares: Value } {
  const rank = key.shape.length;
  const scaled = ops.mul(query, 1 / Math.sqrt(query.shape[query.shape.length - 1]));
  const scores = ops.matmul(scaled, ops.transpose(key, rank - 2, rank - 1));
  const masked = masks.reduce((sum, mask) => ops.add(sum, mask), scores);
  const shares = drop(ops.softmax(masked, masked.shape.length - 1));
  return { output: ops.matmul(shares, value), shares };
}

/** (L, S): a large negative number where the key comes after the query, whose share then is 0. */
export function maskLater(ops: Builder, queries: number, keys: number): Value {
  const shape = [queries, keys];
  const later = ops.less(ops.iota(shape, 0), ops.iota(shape, 1));
  return ops.where(later, -1e30, 0);
}
