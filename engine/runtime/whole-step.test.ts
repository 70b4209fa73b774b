import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nodeGpu } from "../cli/gpu";
import type { MemorySpecs } from "../plan/plan";
import { randomMemories, randomProgram } from "../plan/random-programs";
import { planWholeStep } from "../plan/whole-step";
import { Builder } from "../program/builder";
import { type Program, printProgram } from "../program/program";
import { runReference } from "../program/reference";
import { createMemories, type Elements } from "./memory";
import { Case, cache, close, errors, noise, open, openForTests } from "./program-case";
import { prepareReplay } from "./replay";

openForTests(nodeGpu);

/**
 * What differs between the reference and a whole-step kernel after two submits of `times` runs and of one. The first
 * submit is that of the parts; when both are the whole shader's, not a bit may be different.
 */
async function firstDifference(
  program: Program,
  specs: MemorySpecs,
  values: Readonly<Record<string, Elements>>,
  { times = 2, tolerance = 1e-4, software = true } = {},
): Promise<string | null> {
  const planned = planWholeStep(program, specs, { ...open.limits, software });
  if (planned === null) throw new Error("no whole-step plan");
  const memories = createMemories(open.device, specs);
  const oracle: Record<string, Float64Array> = {};
  for (const [name, { length }] of Object.entries(specs)) {
    oracle[name] = values[name] ? Float64Array.from(values[name]) : new Float64Array(length);
  }
  const replay = await prepareReplay(open.device, memories, planned.plan, cache, { soon: true });
  const runs = async () => {
    for (const [name, { length, dtype }] of Object.entries(specs)) {
      const empty = dtype === "int64" ? new Int32Array(length) : new Float32Array(length);
      memories.write(name, values[name] ?? empty);
    }
    replay.submit(times);
    await replay.fastest;
    replay.submit(1);
    return Promise.all(Object.keys(specs).map((name) => memories.read(name)));
  };
  const beganInParts = await runs();
  expect(await runs()).toEqual(beganInParts);
  for (let i = 0; i < times + 1; i++) runReference(program, oracle);
  let found: string | null = null;
  for (const name of Object.keys(specs)) {
    const actual = await memories.read(name);
    const wrong = oracle[name].findIndex(
      (value, i) => !close(actual[i], value, tolerance * Math.max(1, Math.abs(value))),
    );
    if (wrong >= 0) found ??= `${name}[${wrong}]: ${actual[wrong]}, expected ${oracle[name][wrong]}`;
  }
  memories.destroy();
  expect(errors.splice(0)).toEqual([]);
  return found;
}

async function agree(build: (test: Case) => void, times = 2): Promise<void> {
  const test = new Case();
  build(test);
  expect(await firstDifference(test.ops.program(), test.specs, test.values, { times })).toBeNull();
}

const slot = (memory: string, offset: number, length: number) => ({ memory, offset, length });

describe("a whole step in one dispatch", () => {
  for (const [m, k, n] of [
    [1, 1, 1],
    [32, 2, 16],
    [32, 16, 3],
    [16, 40, 24],
    [7, 13, 5],
    [60, 9, 33],
  ]) {
    it(`multiplies ${m}×${k} by ${k}×${n}, both ways round`, () =>
      agree((test) => {
        const { ops } = test;
        const x = test.input([m, k]);
        const y = ops.relu(ops.add(ops.matmul(x, test.input([k, n])), test.input([n])));
        test.result(y);
        test.result(ops.matmul(ops.transpose(x, 0, 1), ops.tanh(y)));
      }));
  }

  it("multiplies stacks of matrices", () =>
    agree((test) => {
      const { ops } = test;
      test.result(ops.matmul(test.input([3, 2, 8, 6]), ops.transpose(test.input([3, 2, 10, 6]), 2, 3)));
    }));

  it("reduces, along any dimensions, and softens", () =>
    agree((test) => {
      const { ops } = test;
      const x = test.input([6, 5, 30]);
      test.result(ops.sum(ops.exp(x), [0, 2]));
      test.result(ops.max(x, [1]));
      test.result(ops.total(ops.mul(x, x)));
      test.result(ops.argmax(x, 2));
      test.result(ops.softmax(x, 2));
      test.result(ops.logSoftmax(ops.mul(x, 3), 1));
    }));

  it("counts NaN as the largest", () =>
    agree((test) => {
      const { ops } = test;
      const x = test.input([2, 3], [1, Number.NaN, 2, 5, 4, 5]);
      test.result(ops.max(x, [1]));
      test.result(ops.argmax(x, 1));
    }));

  it("gathers a batch, moves a cursor, counts and keeps a ring", () =>
    agree((test) => {
      const { ops } = test;
      test.specs.counters = { dtype: "int64", length: 2 };
      test.specs.ring = { dtype: "float32", length: 4 };
      test.values.counters = Int32Array.of(0, 3);
      const step = ops.load(slot("counters", 0, 1), [], "int64");
      const cursor = ops.load(slot("counters", 1, 1), [], "int64");
      const order = test.integers(
        [40],
        Array.from({ length: 40 }, (_, i) => (i * 7) % 10),
      );
      const rows = ops.takeRows(test.input([10, 3]), order, cursor, 5);
      test.result(rows);
      ops.ringStore(slot("ring", 0, 4), ops.total(rows), step);
      ops.store(slot("counters", 0, 1), ops.add(step, 1));
      ops.store(slot("counters", 1, 1), ops.add(cursor, 5));
    }, 6));

  it("divides the work among as many lanes as a GPU has", async () => {
    const test = new Case();
    const { ops } = test;
    const hidden = ops.relu(ops.matmul(test.input([30, 7]), test.input([7, 40])));
    const scores = ops.softmax(ops.matmul(hidden, test.input([40, 5])), 1);
    test.result(ops.sum(ops.mul(scores, ops.log(ops.add(scores, 1))), [0]));
    test.result(ops.matmul(ops.transpose(hidden, 0, 1), scores));
    test.result(ops.argmax(hidden, 1));
    const options = { software: false };
    expect(await firstDifference(ops.program(), test.specs, test.values, options)).toBeNull();
  });

  it("sees memories as they were before they are stored to", () =>
    agree((test) => {
      const { ops } = test;
      test.specs.state = { dtype: "float32", length: 100 };
      test.values.state = noise(100, 3);
      const old = ops.load(slot("state", 0, 64), [64]);
      ops.store(slot("state", 0, 64), ops.add(ops.mul(old, 0.9), test.input([64])));
      const next = ops.load(slot("state", 0, 64), [8, 8]);
      test.result(ops.sub(ops.reshape(next, [64]), old));
      // Reads at other places than it writes, and overlaps in part.
      ops.store(slot("state", 0, 64), ops.reshape(ops.permute(next, [1, 0]), [64]));
      ops.store(slot("state", 10, 64), ops.load(slot("state", 30, 64), [64]));
    }));

  it("makes the same random numbers at any place of the program", () =>
    agree((test) => {
      const { ops } = test;
      test.specs.counters = { dtype: "int64", length: 2 };
      test.values.counters = Int32Array.of(5, 7);
      const step = ops.load(slot("counters", 0, 1), [], "int64");
      const mask = ops.less(
        ops.random(ops.load(slot("counters", 1, 1), [], "int64"), step, 3, [12, 20]),
        0.4,
      );
      test.result(ops.matmul(ops.mul(test.input([12, 20]), mask), test.input([20, 6])));
      test.result(ops.sum(mask, [0]));
      ops.store(slot("counters", 0, 1), ops.add(step, 1));
    }));

  it("binds small memories that it only reads as uniforms where there are too many", async () => {
    const ops = new Builder();
    const specs: Record<string, { dtype: "float32"; length: number }> = {
      out: { dtype: "float32", length: 30 },
    };
    const values: Record<string, Float32Array> = {};
    const parts = Array.from({ length: 11 }, (_, i) => {
      specs[`x${i}`] = { dtype: "float32", length: 30 };
      values[`x${i}`] = noise(30, i);
      return ops.load(slot(`x${i}`, 0, 30), [30]);
    });
    ops.store(
      slot("out", 0, 30),
      parts.reduce((sum, part, i) => ops.add(sum, ops.mul(part, i))),
    );
    const limits = { ...open.limits, maxStorageBuffersPerShaderStage: 8 };
    const planned = planWholeStep(ops.program(), specs, limits);
    if (planned === null) throw new Error("no whole-step plan");
    expect(planned.plan.shaders[0].code.match(/var<uniform>/g)).toHaveLength(4);
    const memories = createMemories(open.device, specs);
    for (const [name, each] of Object.entries(values)) memories.write(name, each);
    const replay = await prepareReplay(open.device, memories, planned.plan, cache);
    replay.submit(1);
    const expected = Array.from({ length: 30 }, (_, at) =>
      parts.reduce((sum, _part, i) => sum + values[`x${i}`][at] * i, values.x0[at]),
    );
    const actual = await memories.read("out");
    expect(expected.findIndex((value, i) => !close(actual[i], value, 1e-4))).toBe(-1);
    memories.destroy();
  });
});

it("any program gives the reference's results as one dispatch", async () => {
  const values = { state: noise(2048, 1), input: noise(1440, 2), counters: Int32Array.of(1, 0) };
  const property = fc.asyncProperty(randomProgram, async ({ program }) => {
    expect(
      await firstDifference(program, randomMemories, values, {
        times: 1,
        // Differences of nearly equal numbers, multiplied and added up: a wrong element is further off.
        tolerance: 1e-3,
        software: program.ops.length % 2 === 0,
      }),
      printProgram(program),
    ).toBeNull();
  });
  await fc.assert(property, { numRuns: Number(process.env.RANDOM_PROGRAMS ?? 12) });
}, 300_000);
