/** Programs on the device beside the reference executor, for tests. */
import { afterAll, beforeAll, expect } from "vitest";
import { planProgram } from "../plan/compile";
import { allBut } from "../plan/optimisations";
import type { Plan } from "../plan/plan";
import type { Adapter, VariantTable } from "../plan/variants";
import { Builder, type Value } from "../program/builder";
import { runReference } from "../program/reference";
import { elementCount, type Shape } from "../tensor/tensor";
import { type OpenDevice, openDevice } from "./device";
import { createMemories, type Elements, type Memories } from "./memory";
import { createPipelineCache, type PipelineCache, prepareReplay, type Replay } from "./replay";

export let open: OpenDevice;
export let cache: PipelineCache;
/** What the device complained of. */
export const errors: string[] = [];

/** Opens one device for the file's tests: Dawn may crash a process that leaves devices behind. */
export function openForTests(findGpu: () => Promise<GPU | null>): void {
  beforeAll(async () => {
    const opened = await openDevice(await findGpu());
    if (!opened.ok) throw new Error(opened.error.message.en);
    open = opened.value;
    cache = createPipelineCache(open.device);
    open.device.addEventListener("uncapturederror", ({ error }) => errors.push(error.message));
  });

  afterAll(() => open?.device.destroy());
}

/** Numbers that look random, within ±2, the same each time. */
export function noise(length: number, seed: number): Float32Array {
  let state = seed * 7919 + 17;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.fround(state / 2 ** 30 - 2);
  });
}

/** A program whose inputs are memories filled with noise and whose results are stored in others. */
export class Case {
  readonly ops = new Builder();
  readonly specs: Record<string, { dtype: "float32" | "int64"; length: number }> = {};
  readonly values: Record<string, Float32Array | Int32Array> = {};
  /** Kernels for those that the planner would choose, and an adapter for the one at hand. */
  variants: VariantTable = {};
  adapter: Partial<Adapter> = {};

  input(shape: Shape, values?: ArrayLike<number>): Value {
    const memory = `in${Object.keys(this.specs).length}`;
    const length = elementCount(shape);
    this.specs[memory] = { dtype: "float32", length };
    this.values[memory] = values ? Float32Array.from(values) : noise(length, Object.keys(this.specs).length);
    return this.ops.load({ memory, offset: 0, length }, shape);
  }

  integers(shape: Shape, values: ArrayLike<number>): Value {
    const memory = `in${Object.keys(this.specs).length}`;
    this.specs[memory] = { dtype: "int64", length: elementCount(shape) };
    this.values[memory] = Int32Array.from(values);
    return this.ops.load({ memory, offset: 0, length: elementCount(shape) }, shape, "int64");
  }

  result(value: Value): void {
    const memory = `out${Object.keys(this.specs).length}`;
    const length = elementCount(value.shape);
    this.specs[memory] = { dtype: value.dtype, length };
    this.ops.store({ memory, offset: 0, length }, value);
  }

  plan(fuse: boolean): Plan {
    const limits = { ...open.limits, ...this.adapter, variants: this.variants };
    const optimisations = allBut(fuse ? [] : ["fuse"]);
    const planned = planProgram(this.ops.program(), this.specs, { limits, optimisations });
    if (!planned.ok) throw new Error(planned.error.message.en);
    return planned.plan;
  }

  /** What the memories hold after `times` runs on the device and in the reference executor. */
  async run(
    fuse: boolean,
    times = 1,
  ): Promise<{ actual: Record<string, number[]>; expected: Record<string, number[]> }> {
    const memories = createMemories(open.device, this.specs);
    this.#begin(memories);
    const oracle: Record<string, Float64Array> = {};
    for (const [name, { length }] of Object.entries(this.specs)) {
      const values = this.values[name];
      oracle[name] = values ? Float64Array.from(values) : new Float64Array(length);
    }
    const replay = await prepareReplay(open.device, memories, this.plan(fuse), cache);
    replay.submit(times);
    for (let i = 0; i < times; i++) runReference(this.ops.program(), oracle);
    const names = Object.keys(this.specs);
    const read = await Promise.all(names.map((name) => memories.read(name)));
    memories.destroy();
    return {
      actual: Object.fromEntries(names.map((name, i) => [name, [...read[i]]])),
      expected: Object.fromEntries(names.map((name) => [name, [...oracle[name]]])),
    };
  }

  /** What a run leaves in the memories in what is compiled soonest, and what in the plan's shaders. */
  async runBeforeAndAfterExchange(): Promise<readonly [soonest: Elements[], fastest: Elements[]]> {
    const memories = createMemories(open.device, this.specs);
    const run = async (replay: Replay) => {
      this.#begin(memories);
      replay.submit();
      return Promise.all(Object.keys(this.specs).map((name) => memories.read(name)));
    };
    const replay = await prepareReplay(open.device, memories, this.plan(true), cache, { soon: true });
    const soonest = await run(replay);
    await replay.fastest;
    const fastest = await run(replay);
    memories.destroy();
    return [soonest, fastest];
  }

  #begin(memories: Memories): void {
    for (const [name, { dtype, length }] of Object.entries(this.specs)) {
      const empty = dtype === "int64" ? new Int32Array(length) : new Float32Array(length);
      memories.write(name, this.values[name] ?? empty);
    }
  }
}

/** Fused and unfused, the device must give what the reference gives. */
export async function agree(
  build: (test: Case) => void,
  { tolerance = 1e-5, times = 1 } = {},
): Promise<void> {
  for (const fuse of [false, true]) {
    const test = new Case();
    build(test);
    const { actual, expected } = await test.run(fuse, times);
    expect(errors.splice(0)).toEqual([]);
    for (const [name, wanted] of Object.entries(expected)) {
      const scale = wanted.reduce((most, x) => (Number.isFinite(x) ? Math.max(most, Math.abs(x)) : most), 0);
      const wrong = wanted.findIndex((value, i) => !close(actual[name][i], value, 1e-6 + tolerance * scale));
      if (wrong >= 0) {
        expect.fail(
          `${fuse ? "fused" : "unfused"}, ${name}[${wrong}]: ${actual[name][wrong]}, expected ${wanted[wrong]}`,
        );
      }
    }
  }
}

export function close(a: number, b: number, tolerance: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b)) || Math.abs(a - b) <= tolerance;
}
