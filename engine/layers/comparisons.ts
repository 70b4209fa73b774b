/** Conditions for `where`. NaN is neither less nor more nor equal, so write what it shall pass through last. */
import type { Builder, Value } from "../program/builder";

/** 1 where a ≥ b, as float32. */
export function atLeast(ops: Builder, a: Value, b: Value | number): Value {
  return ops.add(ops.less(b, a), ops.equal(a, b));
}

/** 1 where a ≤ b, as float32. */
export function atMost(ops: Builder, a: Value, b: Value | number): Value {
  return ops.add(ops.less(a, b), ops.equal(a, b));
}
