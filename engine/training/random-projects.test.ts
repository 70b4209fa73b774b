import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { nodeGpu } from "../cli/gpu";
import { lowerTrainingStep } from "../compile/lower";
import type { NetworkMemory } from "../compile/memory";
import { type ReferenceMemories, runReference } from "../program/reference";
import { runRounded } from "../program/rounding";
import { type OpenDevice, openDevice } from "../runtime/device";
import { type RandomProject, randomProject } from "./random-projects";
import { Session } from "./session";

let device: OpenDevice;
const complaints: string[] = [];
beforeAll(async () => {
  const opened = await openDevice(await nodeGpu());
  if (!opened.ok) throw new Error(opened.error.message.en);
  device = opened.value;
  device.device.addEventListener("uncapturederror", ({ error }) => complaints.push(error.message));
});
afterAll(() => device?.device.destroy());

/** RANDOM_PROJECTS and RANDOM_SEED look further. */
const count = Number(process.env.RANDOM_PROJECTS ?? 200);
const seed = Number(process.env.RANDOM_SEED ?? 1);
/** How many are prepared at once, while shaders compile. */
const atOnce = 4;
const steps = 2;

it(
  `${count} random graphs train as on the reference executor`,
  async () => {
    const projects = fc.sample(randomProject, { numRuns: count, seed });
    const waiting = projects.keys();
    const results: Trained[] = [];
    const work = async () => {
      for (const index of waiting) results[index] = await settle(projects[index]);
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    const failed = results.flatMap(({ wrong }, index) => (wrong === null ? [] : [index]));
    if (failed.length > 0)
      expect.fail(`${failed.length} failed; the smallest:\n${await smallest(failed[0])}`);
    expect(complaints).toEqual([]);
    // Where all of a tensor is rounding, nothing is compared: that must stay rare.
    const total = (of: "tensors" | "vague") => results.reduce((sum, each) => sum + each[of], 0);
    expect(total("tensors")).toBeGreaterThan(10 * count);
    expect(total("vague")).toBeLessThan(0.03 * total("tensors"));
  },
  120_000 + 3000 * count,
);

/** Shrinks a project that failed, and says what to draw to see it fail. */
async function smallest(index: number): Promise<string> {
  let said = "";
  const trains = async (each: RandomProject) => {
    const { wrong } = await settle(each);
    if (wrong !== null) said = `${wrong}\n${describe(each)}`;
    return wrong === null;
  };
  const shrunk = fc.asyncProperty(randomProject, trains);
  const { counterexamplePath } = await fc.check(shrunk, {
    seed,
    path: String(index),
    interruptAfterTimeLimit: 60_000,
  });
  return `${said}\nseed ${seed}, path ${counterexamplePath}`;
}

interface Trained {
  /** What differs. */
  readonly wrong: string | null;
  readonly tensors: number;
  /** Tensors of which little is known, because rounding may change them much. */
  readonly vague: number;
}

async function settle({ project, data }: RandomProject): Promise<Trained> {
  try {
    return await train({ project, data });
  } catch (error) {
    return {
      wrong: error instanceof Error ? (error.stack ?? error.message) : String(error),
      tensors: 0,
      vague: 0,
    };
  }
}

/** The device's memories after some steps beside the reference's. */
async function train({ project, data }: RandomProject): Promise<Trained> {
  const created = await Session.create(device, project, data, null);
  if (!created.ok) throw new Error(created.error.message.en);
  const session = created.value;
  try {
    const { checked, memory, source } = session.compiled;
    const read = async () => {
      const { memories } = session;
      const entries = Object.keys(memories.specs).map(
        async (name) => [name, Float64Array.from(await memories.read(name))] as const,
      );
      return Object.fromEntries(await Promise.all(entries));
    };
    const before = await read();
    await session.submit(steps);
    const after = await read();
    // Written by the host as it submitted; steps only read them.
    const start = { ...before, order: after.order, rates: after.rates };
    const program = lowerTrainingStep(checked, memory, source);
    const expected = repeat(start, (memories) => runReference(program, memories));
    const moved = [1, 2, 3].map((each) => repeat(start, (memories) => runRounded(program, memories, each)));
    return compare(memory, after, expected, moved);
  } finally {
    session.dispose();
  }
}

function repeat(start: ReferenceMemories, run: (memories: ReferenceMemories) => void): ReferenceMemories {
  const memories = Object.fromEntries(Object.entries(start).map(([name, values]) => [name, values.slice()]));
  for (let step = 0; step < steps; step++) run(memories);
  return memories;
}

function compare(
  memory: NetworkMemory,
  actual: ReferenceMemories,
  expected: ReferenceMemories,
  moved: readonly ReferenceMemories[],
): Trained {
  let [tensors, vague] = [0, 0];
  let wrong: string | null = null;
  for (const { name, memory: of, offset, length } of trainedTensors(memory)) {
    const part = (memories: ReferenceMemories) => memories[of].subarray(offset, offset + length);
    const [found, wanted] = [part(actual), part(expected)];
    const largest = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const spread = Math.max(...moved.map((memories) => distance(part(memories), wanted)));
    const least = 1e-6 + 2e-6 * largest;
    const bound = least + 8 * spread;
    const apart = distance(found, wanted);
    tensors++;
    if (!(bound <= least + 0.01 * largest)) vague++;
    // Also where one of them is NaN.
    else if (!(apart <= bound))
      wrong ??= `${name} is off by ${apart}, more than ${bound} (largest ${largest})`;
  }
  return { wrong, tensors, vague };
}

/** The largest difference. */
function distance(a: Float64Array, b: Float64Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
}

function trainedTensors({ params, buffers, optimizer, state, ring, losses, counters }: NetworkMemory) {
  const named = (name: string, slot: { memory: string; offset: number; length: number }) => ({
    ...slot,
    name,
  });
  const lossOf = (name: string, slot: { memory: string; offset: number }) =>
    Array.from({ length: steps }, (_, step) =>
      named(`${name} of step ${step + 1}`, { memory: slot.memory, offset: slot.offset + step, length: 1 }),
    );
  return [
    ...params,
    ...buffers,
    ...optimizer.state.flatMap((name) =>
      params.map((slot) =>
        named(`${name} of ${slot.name}`, {
          ...state[name],
          offset: state[name].offset + slot.offset,
          length: slot.length,
        }),
      ),
    ),
    ...optimizer.scalars.map((name) => named(name, state[name])),
    ...lossOf("the loss", ring.loss),
    ...lossOf("the number of right answers", ring.correct),
    ...Object.entries(losses).flatMap(([id, { ring: own }]) => lossOf(`the loss ${id}`, own)),
    ...Object.entries(counters).map(([name, slot]) => named(name, slot)),
  ];
}

/** A line for each node: what a person needs to draw it. */
function describe({ project: { graph, training } }: RandomProject): string {
  const lines = graph.nodes.map(({ id, type, params, training: own }) => {
    const wires = graph.edges.filter(({ to }) => to.node === id);
    const inputs = wires.map(({ from, to }) => `${to.port}: ${from.node}.${from.port}`);
    return [
      `${id} = ${type}(${inputs.join(", ")})`,
      JSON.stringify(params),
      own ? JSON.stringify(own) : "",
    ].join(" ");
  });
  const { batch_size, optimizer, clip, whole_step, schedule, warmup_steps, seed: drawn } = training;
  return [
    ...lines,
    JSON.stringify({ batch_size, seed: drawn, optimizer, clip, whole_step, schedule, warmup_steps }),
  ].join("\n");
}
