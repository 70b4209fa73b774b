/** `x[…, indices, …]` for indices that are known beforehand, put together from runs of neighbours. */
import type { Builder, Value } from "../program/builder";

export function take(ops: Builder, x: Value, dim: number, indices: readonly number[]): Value {
  const runs: [start: number, length: number][] = [];
  for (const index of indices) {
    const last = runs.at(-1);
    if (last && last[0] + last[1] === index) last[1]++;
    else runs.push([index, 1]);
  }
  const zeros = x.shape.map(() => 0);
  const parts = runs.map(([start, length]) =>
    ops.slice(x, zeros.with(dim, start), x.shape.with(dim, length)),
  );
  return ops.concat(parts, dim);
}
