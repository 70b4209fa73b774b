import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nodeGpu } from "../cli/gpu";
import { planProgram } from "../plan/compile";
import { allBut } from "../plan/optimisations";
import { defaultLimits } from "../plan/plan";
import { printPlan } from "../plan/print";
import { randomMemories, randomProgram } from "../plan/random-programs";
import { printProgram } from "../program/program";
import { runReference } from "../program/reference";
import { createMemories } from "./memory";
import { agree, Case, cache, close, errors, noise, open, openForTests } from "./program-case";
import { prepareReplay } from "./replay";

openForTests(nodeGpu);

const special = [NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, -2.5, 3, 100, -100, 1e-3, 20, -20, 2];

describe("elementwise", () => {
  const unary = ["neg", "exp", "log", "sqrt", "abs", "sigmoid", "tanh", "relu"] as const;
  it.each(unary)("%s", async (kind) => {
    await agree((test) => {
      test.result(test.ops[kind](test.input([1000])));
      const some = special.filter((x) => Math.abs(x) < 50);
      test.result(test.ops[kind](test.input([some.length], some)));
    });
    await agree((test) => test.result(test.ops[kind](test.input([3], [NaN, Infinity, -Infinity]))));
  });

  it("sign", () =>
    agree((test) => test.result(test.ops.sign(test.input([6], [0, 3, -3, Infinity, -Infinity, -0.1])))));

  const binary = ["add", "sub", "mul", "div", "maximum", "minimum", "less", "equal"] as const;
  it.each(binary)("%s", async (kind) => {
    await agree((test) => test.result(test.ops[kind](test.input([7, 65]), test.input([65]))));
    const pairs = special.flatMap((a) => special.map((b) => [a, b]));
    await agree((test) => {
      const a = test.input(
        [256],
        pairs.map(([x]) => x),
      );
      test.result(
        test.ops[kind](
          a,
          test.input(
            [256],
            pairs.map(([, y]) => y),
          ),
        ),
      );
    });
  });

  it("pow", async () => {
    await agree((test) => {
      const x = test.input([100]);
      for (const by of [1, 2, 3, -1, 4, 5, 0]) test.result(test.ops.pow(x, by));
      const positive = test.ops.abs(x);
      for (const by of [0.5, -0.5, 1.7, -1.3]) test.result(test.ops.pow(positive, by));
    });
    // 1 to the power of NaN is 1 in PyTorch, as in C, but not in JavaScript.
    const pairs = [-2, -1, 0, 2, NaN].flatMap((a) => [-3, -2, 0, 1, 2, 3, 0.5, NaN].map((b) => [a, b]));
    await agree((test) => {
      const a = test.input(
        [pairs.length],
        pairs.map(([x]) => x),
      );
      test.result(
        test.ops.pow(
          a,
          test.input(
            [pairs.length],
            pairs.map(([, y]) => y),
          ),
        ),
      );
    });
  });

  it("where, cast, int64", () =>
    agree((test) => {
      const { ops } = test;
      const x = test.input([50]);
      const i = test.integers(
        [50],
        Array.from({ length: 50 }, (_, n) => n - 25),
      );
      test.result(ops.where(ops.less(x, 0), ops.mul(x, 2), 7));
      test.result(ops.cast(ops.mul(x, 10), "int64"));
      test.result(ops.add(ops.cast(i, "float32"), x));
      test.result(ops.sub(ops.mul(i, i), ops.div(i, 3)));
      test.result(ops.maximum(ops.neg(i), ops.abs(i)));
      test.result(ops.equal(i, 4));
    }));

  it.each([1, 63, 64, 65, 8191, 16385, 200_001])("of %i elements", (count) =>
    agree((test) => test.result(test.ops.add(test.ops.mul(test.input([count]), 3), 1))),
  );
});

describe("sources", () => {
  it("iota and constants", () =>
    agree((test) => {
      const { ops } = test;
      test.result(ops.iota([4, 5, 6], 1));
      test.result(ops.mul(ops.cast(ops.iota([4, 5], 1), "float32"), ops.constant(0.1, [4, 5])));
      test.result(ops.constant(-Infinity, [3]));
      test.result(ops.constant(NaN, [3]));
    }));

  it("random numbers equal the reference's bit for bit", async () => {
    await agree(
      (test) => {
        const seed = test.integers([], [-123456789]);
        const step = test.integers([], [41]);
        test.result(test.ops.random(seed, step, 7, [13, 100]));
        test.result(test.ops.less(test.ops.permute(test.ops.random(seed, step, 8, [13, 10]), [1, 0]), 0.3));
      },
      { tolerance: 0 },
    );
  });

  it("take_rows", () =>
    agree((test) => {
      const order = test.integers([9], [8, 0, 3, 3, 1, 7, 2, 6, 5]);
      const start = test.integers([], [4]);
      const rows = test.ops.takeRows(test.input([9, 2, 3]), order, start, 5);
      test.result(rows);
      test.result(test.ops.relu(test.ops.permute(rows, [2, 0, 1])));
      test.result(test.ops.takeRows(test.integers([9], [9, 8, 7, 6, 5, 4, 3, 2, 1]), order, start, 3));
    }));
});

describe("movement", () => {
  it("chains", () =>
    agree((test) => {
      const { ops } = test;
      const x = test.input([4, 6, 5]);
      test.result(ops.relu(ops.reshape(ops.permute(x, [2, 0, 1]), [10, 12])));
      test.result(ops.add(ops.permute(x, [1, 2, 0]), ops.reshape(x, [6, 5, 4])));
      test.result(ops.slice(x, [1, 2, 0], [2, 3, 4]));
      test.result(ops.pad(x, [1, 0, 2], [6, 6, 9]));
      test.result(
        ops.reshape(
          ops.pad(ops.permute(ops.slice(x, [0, 1, 1], [4, 5, 3]), [2, 1, 0]), [0, 1, 0], [3, 7, 5]),
          [15, 7],
        ),
      );
      test.result(ops.expand(ops.reshape(ops.sum(x, [1]), [4, 1, 5]), [4, 3, 5]));
      test.result(ops.reshape(ops.expand(ops.slice(x, [0, 3, 0], [4, 1, 5]), [4, 4, 5]), [5, 16]));
    }));

  it("concat, of few and of many", () =>
    agree((test) => {
      const { ops } = test;
      const parts = Array.from({ length: 11 }, (_, i) => test.input([3, i + 1, 2]));
      test.result(ops.concat(parts.slice(0, 2), 1));
      test.result(ops.mul(ops.concat(parts, 1), 2));
      test.result(ops.concat([parts[0], ops.exp(parts[0])], 0));
    }));
});

describe("effects", () => {
  const slot = (memory: string, offset: number, length: number) => ({ memory, offset, length });

  it("a load sees what was stored before it, and not what is stored after", () =>
    agree(
      (test) => {
        const { ops } = test;
        test.specs.state = { dtype: "float32", length: 5000 };
        test.values.state = noise(5000, 3);
        const old = ops.load(slot("state", 0, 2000), [2000]);
        ops.store(slot("state", 0, 2000), ops.add(ops.mul(old, 0.5), 1));
        const next = ops.load(slot("state", 0, 2000), [2000]);
        // Needs both, so that the old values must be set aside.
        test.result(ops.sub(next, old));
        // Reads at other places than it writes.
        const turned = ops.permute(
          ops.reshape(ops.load(slot("state", 2000, 2500), [2500]), [50, 50]),
          [1, 0],
        );
        ops.store(slot("state", 2000, 2500), ops.reshape(ops.mul(turned, 2), [2500]));
        // Overlaps in part.
        ops.store(slot("state", 100, 900), ops.load(slot("state", 500, 900), [900]));
      },
      { times: 3 },
    ));

  it("Adam's scalars are read before they move on", () =>
    agree(
      (test) => {
        const { ops } = test;
        test.specs.state = { dtype: "float32", length: 2 };
        test.specs.params = { dtype: "float32", length: 10_000 };
        test.values.params = noise(10_000, 2);
        const correction = ops.load(slot("state", 0, 1), []);
        const next = ops.add(ops.mul(correction, 0.9), 0.1);
        ops.store(slot("state", 0, 1), next);
        const params = ops.load(slot("params", 0, 10_000), [10_000]);
        const grad = test.input([10_000]);
        ops.store(slot("params", 0, 10_000), ops.sub(params, ops.div(grad, ops.sqrt(next))));
        ops.store(slot("state", 1, 1), ops.add(ops.load(slot("state", 0, 1), []), correction));
      },
      { times: 3 },
    ));

  it("slots that are not aligned", () =>
    agree((test) => {
      const { ops } = test;
      test.specs.odd = { dtype: "float32", length: 4001 };
      test.values.odd = noise(4001, 5);
      const a = ops.load(slot("odd", 1, 1333), [1333]);
      const b = ops.load(slot("odd", 1334, 1333), [1333]);
      ops.store(slot("odd", 2667, 1333), ops.mul(a, b));
      ops.store(slot("odd", 7, 1200), ops.exp(ops.load(slot("odd", 1407, 1200), [1200])));
    }));

  it("ring_store wraps around", () =>
    agree(
      (test) => {
        const { ops } = test;
        test.specs.ring = { dtype: "float32", length: 6 };
        test.specs.counters = { dtype: "int64", length: 1 };
        test.values.counters = Int32Array.of(2);
        const step = ops.load(slot("counters", 0, 1), [], "int64");
        ops.ringStore(
          slot("ring", 0, 6),
          ops.mul(ops.constant(1.5, [2]), ops.broadcast(ops.cast(step, "float32"), [2])),
          step,
        );
        ops.store(slot("counters", 0, 1), ops.add(step, 1));
      },
      { times: 5 },
    ));

  it("more operands than the device can bind", async () => {
    const build = (test: Case) => {
      const { ops } = test;
      const parts = Array.from({ length: 30 }, () => test.input([2000]));
      test.result(parts.reduce((sum, part, i) => ops.add(sum, ops.mul(part, i))));
    };
    await agree(build);
    const test = new Case();
    build(test);
    const planned = planProgram(test.ops.program(), test.specs, { limits: defaultLimits });
    if (!planned.ok) throw new Error("not planned");
    for (const { bindings } of planned.plan.dispatches) expect(bindings.length).toBeLessThanOrEqual(8);
    expect(planned.plan.dispatches.length).toBeLessThan(7);
  });
});

it("any program gives the reference's results, whatever is left out", async () => {
  const near = (actual: ArrayLike<number>, expected: ArrayLike<number>) =>
    Array.from(expected).findIndex((value, i) => !close(actual[i], value, 1e-4));
  const property = fc.asyncProperty(randomProgram, async ({ program, keep }) => {
    const values: Record<string, Float32Array | Int32Array> = {
      state: noise(2048, 1),
      input: noise(1440, 2),
      counters: Int32Array.of(1, 0),
    };
    const oracle = Object.fromEntries(
      Object.entries(values).map(([name, each]) => [name, Float64Array.from(each)]),
    );
    runReference(program, oracle);
    const results = runReference(program, oracle);
    for (const off of [[], ["fuse"], ["dce", "cse", "merge", "variants"]] as const) {
      const planned = planProgram(program, randomMemories, {
        limits: { ...open.limits, maxStorageBuffersPerShaderStage: 6 },
        keep,
        optimisations: allBut(off),
      });
      if (!planned.ok) throw new Error(planned.error.message.en);
      const memories = createMemories(open.device, randomMemories);
      for (const [name, each] of Object.entries(values)) memories.write(name, each);
      const replay = await prepareReplay(open.device, memories, planned.plan, cache);
      replay.submit(2);
      const why = `all but ${off.join(", ")}\n${printProgram(program)}\n${printPlan(planned.plan)}`;
      for (const name of Object.keys(values))
        expect(near(await memories.read(name), oracle[name]), `${name}, ${why}`).toBe(-1);
      for (const op of keep) expect(near(await replay.readKept(op), results[op]), `%${op}, ${why}`).toBe(-1);
      memories.destroy();
    }
    expect(errors.splice(0)).toEqual([]);
  });
  await fc.assert(property, { numRuns: Number(process.env.RANDOM_PROGRAMS ?? 12) });
}, 300_000);
