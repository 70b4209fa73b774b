/** Random programs for property tests: every kind of fusion, and loads and stores that get in each other's way. */
import fc from "fast-check";
import { Builder, type Value } from "../program/builder";
import type { Program } from "../program/program";
import type { MemorySpecs } from "./plan";

export const randomMemories: MemorySpecs = {
  state: { dtype: "float32", length: 2048 },
  input: { dtype: "float32", length: 1440 },
  counters: { dtype: "int64", length: 2 },
};

interface Step {
  readonly kind: number;
  /** Choose among the values so far. */
  readonly a: number;
  readonly b: number;
  readonly offset: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.nat(15),
  a: fc.nat(99),
  b: fc.nat(99),
  offset: fc.nat(20),
});

export const randomProgram: fc.Arbitrary<{ program: Program; keep: readonly number[] }> = fc
  .record({
    steps: fc.array(step, { minLength: 4, maxLength: 24 }),
    keep: fc.array(fc.nat(99), { maxLength: 3 }),
  })
  .map(({ steps, keep }) => {
    const ops = new Builder();
    const values: Value[] = [ops.load({ memory: "input", offset: 0, length: 96 }, [4, 6, 4])];
    for (const each of steps) values.push(...build(ops, values, each));
    const last = values[values.length - 1];
    if (last.shape.length > 0) ops.store({ memory: "state", offset: 0, length: 1 }, ops.total(last));
    return { program: ops.program(), keep: keep.map((choice) => values[choice % values.length].id) };
  });

/** Values stay small, so that float32 and float64 agree: each is a tensor of 96 elements. */
function build(ops: Builder, values: readonly Value[], { kind, a, b, offset }: Step): Value[] {
  const x = values[a % values.length];
  const y = ops.reshape(values[b % values.length], x.shape);
  const slot = { memory: "state", offset: offset * 37, length: 96 };
  const swapped = ops.permute(
    x,
    x.shape.map((_, dim) => x.shape.length - 1 - dim),
  );
  switch (kind) {
    case 0:
      return [ops.tanh(ops.add(x, y))];
    case 1:
      return [ops.mul(ops.sigmoid(x), y)];
    case 2:
      return [swapped];
    case 3:
      return [ops.reshape(x, offset % 2 === 0 ? [8, 12] : [4, 6, 4])];
    case 4:
      return [ops.load(slot, [2, 48])];
    case 5:
      ops.store(slot, ops.mul(x, 0.5));
      return [];
    case 6:
      ops.store(slot, swapped);
      return [];
    case 7: {
      const dim = offset % x.shape.length;
      return [ops.tanh(ops.sub(x, ops.expand(ops.mean(x, [dim]), x.shape)))];
    }
    case 8: {
      const left = ops.reshape(x, [8, 12]);
      return [ops.tanh(ops.matmul(left, ops.matmul(ops.transpose(left, 0, 1), ops.reshape(y, [8, 12]))))];
    }
    case 9: {
      const joined = ops.concat([x, y], 0);
      return [ops.slice(joined, [offset % x.shape[0], ...x.shape.slice(1).map(() => 0)], x.shape)];
    }
    case 10: {
      const old = ops.load(slot, x.shape);
      ops.store(slot, ops.add(ops.mul(old, 0.9), ops.mul(x, 0.1)));
      return [ops.tanh(old)];
    }
    case 11: {
      const dims = x.shape.flatMap((_, dim) => (dim === offset % x.shape.length ? [] : [dim]));
      const mean = ops.mean(x, dims);
      const spread = ops.sqrt(ops.add(ops.variance(x, mean, dims), 0.1));
      return [ops.tanh(ops.div(ops.sub(x, mean), spread)), ops.tanh(ops.expand(ops.max(y, dims), x.shape))];
    }
    case 12: {
      // A value and itself turned about, so that a row's result comes from other rows too.
      const [rows, turned] = [
        [8, 12],
        [12, 8],
      ].map((shape) => ops.reshape(x, shape));
      const stacked = ops.concat(
        [ops.reshape(rows, [8, 1, 12]), ops.reshape(ops.transpose(turned, 0, 1), [8, 1, 12])],
        1,
      );
      return [ops.reshape(ops.mean(stacked, [1]), [8, 12])];
    }
    case 13:
      // Of the input, which float32 and float64 have alike: a comparison of nearly equal results could go either way.
      return [
        ops.where(
          ops.less(ops.reshape(values[0], x.shape), 0.25),
          ops.softmax(ops.reshape(y, x.shape), 0),
          ops.relu(x),
        ),
      ];
    case 14: {
      const [queries, keys] = [x, y].map((each) => ops.reshape(each, [4, 6, 4]));
      const turned = ops.transpose(ops.reshape(y, [4, 4, 6]), 1, 2);
      const mixed = ops.attention(queries, keys, turned, null, { causal: offset % 2 === 0 });
      return [ops.tanh(ops.columns(mixed, offset % 2, 4 + (offset % 2)))];
    }
    default: {
      const count = ops.load({ memory: "counters", offset: 0, length: 1 }, [], "int64");
      ops.ringStore({ memory: "state", offset: 1024, length: 192 }, x, count);
      ops.store({ memory: "counters", offset: 0, length: 1 }, ops.add(count, 1));
      return [];
    }
  }
}
