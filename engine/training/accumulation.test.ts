/** Batches that are computed in parts, beside the same batches as a whole. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodeGpu } from "../cli/gpu";
import { lowerPart, lowerUpdate } from "../compile/accumulate";
import { lowerTrainingStep } from "../compile/lower";
import { hyperValues } from "../compile/memory";
import type { PreparedData } from "../data/dataset";
import {
  defaultOptimizers,
  defaultTraining,
  emptyProject,
  type GraphNode,
  type Project,
  type TrainingSettings,
} from "../graph/project";
import { defaultLimits } from "../plan/plan";
import { type ReferenceMemories, runReference } from "../program/reference";
import { type OpenDevice, openDevice } from "../runtime/device";
import { beginTraining, compileTraining } from "./compile";
import type { Point } from "./protocol";
import { Run, type RunEvent } from "./run";
import { epochOrder } from "./schedule";
import { Session } from "./session";
import { initialValues } from "./weights";

let device: OpenDevice;
beforeAll(async () => {
  const opened = await openDevice(await nodeGpu());
  if (!opened.ok) throw new Error(opened.error.message.en);
  device = opened.value;
});
afterAll(() => device?.device.destroy());

/** Not a whole number of parts or steps: an epoch is 12 rows, then 4 + 4 + 2. */
const rows = 22;

function dataOf(features: ArrayLike<number>): PreparedData {
  const count = features.length / 2;
  return {
    dataset: {
      name: "waves",
      rows: count,
      tensors: {
        features: { shape: [2], dtype: "float32", values: Float32Array.from(features) },
        label: {
          shape: [],
          dtype: "int64",
          values: Int32Array.from({ length: count }, (_, i) => i % 3),
        },
      },
      classes: ["a", "b", "c"],
      columns: ["x", "y"],
    },
    train: Int32Array.from({ length: count }, (_, i) => i),
    validation: new Int32Array(),
    scale: {},
  };
}

const waves = dataOf(Array.from({ length: 2 * rows }, (_, i) => Math.sin(i * i)));

type Layers = readonly (readonly [type: string, params?: GraphNode["params"]])[];
const dense: Layers = [["Linear", { out_features: 5 }], ["Tanh"], ["Linear", { out_features: 3 }]];

/** Features through the layers into cross entropies of these reductions. */
function projectOf(
  training: Partial<TrainingSettings>,
  layers = dense,
  reductions: readonly string[] = ["mean"],
): Project {
  const node = (id: string, type: string, params: GraphNode["params"] = {}): GraphNode => ({
    id,
    type,
    name: id,
    params,
    position: { x: 0, y: 0 },
  });
  const wire = (from: string, to: string, port: string) => ({
    id: `${from} ${to}`,
    from: { node: from, port: "y" },
    to: { node: to, port },
  });
  const last = `n${layers.length - 1}`;
  return {
    ...emptyProject("accumulation"),
    graph: {
      nodes: [
        node("features", "Input"),
        node("label", "Input", { tensor: "label" }),
        ...layers.map(([type, params], i) => node(`n${i}`, type, params)),
        ...reductions.map((reduction) => node(`loss-${reduction}`, "CrossEntropyLoss", { reduction })),
      ],
      edges: [
        ...layers.map((_, i) => wire(i === 0 ? "features" : `n${i - 1}`, `n${i}`, "x")),
        ...reductions.flatMap((reduction) => [
          wire(last, `loss-${reduction}`, "prediction"),
          wire("label", `loss-${reduction}`, "target"),
        ]),
      ],
    },
    training: { ...defaultTraining, seed: 3, ...training },
  };
}

const whole = { batch_size: 12 };
const inParts = { batch_size: 4, accumulation_steps: 3 };

const optimizers = {
  "SGD with momentum": { ...defaultOptimizers.SGD, lr: 0.1 },
  Adam: { ...defaultOptimizers.Adam, lr: 0.01 },
} as const;

async function begin(project: Project, data = waves, weights: Uint8Array | null = null): Promise<Session> {
  const made = await Session.create(device, project, data, weights);
  if (!made.ok) throw new Error(made.error.message.en);
  return made.value;
}

async function train(session: Session, until: number): Promise<Point[]> {
  const points: Point[] = [];
  while (session.step < until) {
    await session.submit(until - session.step);
    points.push(...(await session.readPoints()));
  }
  return points;
}

function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>, within: number): void {
  expect(found.length).toBe(expected.length);
  const wrong = Array.from(found).findIndex((value, i) => !(Math.abs(value - expected[i]) <= within));
  expect(wrong, `${found[wrong]} instead of ${expected[wrong]}`).toBe(-1);
}

describe("a batch in parts trains as the whole does", () => {
  it.each(Object.entries(optimizers))("on the device, with %s", async (_, optimizer) => {
    const clip = { type: "norm", max_norm: 0.2, norm_type: 2 } as const;
    const [a, b] = await Promise.all(
      [whole, inParts].map((sizes) => begin(projectOf({ ...sizes, optimizer, clip }))),
    );
    expect([a.stepsPerEpoch, b.stepsPerEpoch]).toEqual([2, 2]);
    const [expected, found] = [await train(a, 6), await train(b, 6)];
    expectClose(
      found.map(({ loss }) => loss),
      expected.map(({ loss }) => loss),
      2e-6,
    );
    expect(found.map(({ accuracy }) => accuracy)).toEqual(expected.map(({ accuracy }) => accuracy));
    expectClose(await b.params(), await a.params(), 5e-6);
    for (const session of [a, b]) session.dispose();
  });

  it.each(Object.entries(optimizers))("in the reference executor, exactly, with %s", (_, optimizer) => {
    expectClose(referenceParams({ ...inParts, optimizer }), referenceParams({ ...whole, optimizer }), 1e-12);
  });

  it("with several losses, of which a sum is not divided", async () => {
    const [a, b] = await Promise.all(
      [whole, inParts].map((sizes) =>
        begin(projectOf({ ...sizes, optimizer: optimizers["SGD with momentum"] }, dense, ["mean", "sum"])),
      ),
    );
    const [expected, found] = [await train(a, 2), await train(b, 2)];
    for (const [i, { losses = {} }] of expected.entries())
      expectClose(Object.values(found[i].losses ?? {}), Object.values(losses), 1e-4);
    expectClose(await b.params(), await a.params(), 1e-5);
    for (const session of [a, b]) session.dispose();
  });
});

/** After the first epoch of training in float64. */
function referenceParams(training: Partial<TrainingSettings>): Float64Array {
  const project = projectOf(training);
  const compiled = compileTraining(project, waves, defaultLimits);
  if (!compiled.ok) throw new Error(compiled.error.message.en);
  const { checked, memory, specs, source } = compiled.value;
  const memories: ReferenceMemories = Object.fromEntries(
    Object.entries(specs).map(([name, { length }]) => [name, new Float64Array(length)]),
  );
  memories.params.set(initialValues(memory, project.training.seed).params);
  for (const [name, { values }] of Object.entries(waves.dataset.tensors))
    memories[`data.${name}`].set(values);
  memories.order.set(epochOrder(waves.train, project.training.seed, 0));
  for (const [name, { offset }] of Object.entries(memory.hyper))
    memories.hyper[offset] = hyperValues(project.training.optimizer)[name];
  if (memory.accumulation) {
    for (let part = 0; part < 3; part++) runReference(lowerPart(checked, memory, source, 12), memories);
    runReference(lowerUpdate(memory), memories);
    expect(memories.gradients.every((value) => value === 0)).toBe(true);
  } else runReference(lowerTrainingStep(checked, memory, source), memories);
  return memories.params;
}

it("gives every part of a step random numbers of its own", async () => {
  const same = dataOf(new Array(4).fill(1));
  const session = await begin(
    projectOf({ batch_size: 1, accumulation_steps: 2 }, [...dense, ["Dropout", { p: 0.5 }]]),
    { ...same, dataset: { ...same.dataset, classes: ["a", "b", "c"] } },
  );
  const { checked, memory, specs, source } = session.compiled;
  const memories: ReferenceMemories = Object.fromEntries(
    Object.entries(specs).map(([name, { length }]) => [name, new Float64Array(length)]),
  );
  memories.params.fill(0.5);
  memories["data.features"].fill(1);
  const sums: number[] = [];
  for (let part = 0; part < 8; part++) {
    memories.counters[memory.counters.cursor.offset] = 0;
    runReference(lowerPart(checked, memory, source, 1), memories);
    sums.push(memories.sums[0] - sums.reduce((a, b) => a + b, 0));
  }
  expect(new Set(sums.map((sum) => sum.toFixed(6))).size).toBeGreaterThan(1);
  session.dispose();
});

it("goes on from saved weights in the middle of an epoch", async () => {
  const project = projectOf({ ...inParts, optimizer: optimizers.Adam });
  const through = await begin(project);
  const points = await train(through, 7);
  const first = await begin(project);
  await train(first, 3);
  const second = await begin(project, waves, await first.weights());
  expect(await train(second, 7)).toEqual(points.slice(3));
  expect(await second.params()).toEqual(await through.params());
  for (const session of [through, first, second]) session.dispose();
});

it("lets batch norm see its parts, and their statistics follow one another", async () => {
  const layers: Layers = [
    ["BatchNorm1d", { momentum: 0.5 }],
    ["Linear", { out_features: 3 }],
  ];
  const session = await begin(projectOf(inParts, layers));
  await train(session, 1);
  const order = epochOrder(waves.train, 3, 0);
  const { values } = waves.dataset.tensors.features;
  const mean = [0, 1, 2].reduce((running, part) => {
    const batch = [...order.subarray(4 * part, 4 * part + 4)].map((row) => values[2 * row]);
    return running / 2 + batch.reduce((a, b) => a + b) / 4 / 2;
  }, 0);
  const slot = session.compiled.memory.buffers.find(({ parameter }) => parameter === "running_mean");
  const buffers = await session.memories.read("buffers");
  expect(buffers[slot?.offset ?? -1]).toBeCloseTo(mean, 5);
  session.dispose();
});

it.each([1, 2, 3, 4])("names the node that spoilt a part, whichever it was (seed %i)", async (seed) => {
  const spoilt = dataOf(Array.from({ length: 8 }, (_, i) => (i === 0 ? 100 : 0.1)));
  const layers: Layers = [["Exp"], ["Linear", { out_features: 3 }]];
  const session = await begin(projectOf({ seed, batch_size: 1, accumulation_steps: 4 }, layers), spoilt);
  const events: RunEvent[] = [];
  await new Run(session, 3, (event) => events.push(event)).start();
  const failed = events.find((event) => event.kind === "failed");
  expect(failed?.error).toMatchObject({ code: "non-finite", node: "n0" });
  expect((await session.params()).every(Number.isFinite)).toBe(true);
  session.dispose();
});

describe("what is too large", () => {
  const wide: Layers = [["Linear", { out_features: 1024 }], ["Tanh"], ["Linear", { out_features: 3 }]];
  const limits = { ...defaultLimits, maxStorageBufferBindingSize: 22 * 1024 };

  it("for the device is told the settings that fit", () => {
    const compiled = compileTraining(projectOf({ batch_size: 20 }, wide), waves, limits);
    expect(!compiled.ok && compiled.error).toMatchObject({
      code: "device-limit",
      message: {
        en: expect.stringContaining(
          "A batch size of 5 with 4 accumulation steps fits, and a step is still 20 rows.",
        ),
      },
    });
    const sizes = { batch_size: 5, accumulation_steps: 4 };
    expect(compileTraining(projectOf(sizes, wide), waves, limits).ok).toBe(true);
  });

  it("for the device whatever the batch is not told to split it", () => {
    const compiled = compileTraining(projectOf({ batch_size: 20 }, wide), waves, {
      ...limits,
      maxBufferSize: 1024,
    });
    expect(!compiled.ok && compiled.error.message.en).not.toContain("accumulation");
  });

  it("for the data is told how many steps there can be", () => {
    const compiled = compileTraining(
      projectOf({ batch_size: 4, accumulation_steps: 6 }),
      waves,
      defaultLimits,
    );
    expect(!compiled.ok && compiled.error).toMatchObject({
      code: "batch-too-large",
      message: { en: expect.stringContaining("Choose 5 accumulation steps or less") },
    });
  });

  it("for the device to evaluate at once is evaluated in smaller batches", () => {
    const compiled = compileTraining(
      projectOf({ batch_size: 4 }, wide),
      { ...waves, validation: waves.train },
      limits,
    );
    expect(compiled.ok && compiled.value.validation).toMatchObject({ size: 5, count: 4, rest: { size: 2 } });
  });

  it("for the device to evaluate at all is told before there is a session, though its first step would fit", async () => {
    const layers: Layers = [
      ["Linear", { out_features: 32 }],
      ["Unflatten"],
      ["Conv1d", { out_channels: 64, kernel_size: 3, padding: 1 }],
      ["Mean", { dim: [2] }],
      ["Linear", { out_features: 3 }],
    ];
    const project = projectOf({ batch_size: 1 }, layers);
    const data = { ...waves, validation: waves.train.subarray(0, 3) };
    const narrow = { ...device.limits, maxStorageBufferBindingSize: 20 * 1024 };
    expect(beginTraining(project, data, narrow).ok).toBe(true);
    const compiled = compileTraining(project, data, narrow);
    expect(compiled).toMatchObject({ ok: false, error: { code: "device-limit", node: "n2" } });
    const madeRoom = { once: false };
    const made = await Session.create({ ...device, limits: narrow }, project, data, null, {
      makeRoom: async () => {
        madeRoom.once = true;
      },
    });
    expect(made).toEqual(compiled);
    expect(madeRoom.once).toBe(false);
  });
});

it("needs the memory of one part", () => {
  const wide: Layers = [["Linear", { out_features: 512 }], ["Tanh"], ["Linear", { out_features: 3 }]];
  const arena = (sizes: Partial<TrainingSettings>) => {
    const compiled = compileTraining(projectOf(sizes, wide), waves, defaultLimits);
    if (!compiled.ok) throw new Error(compiled.error.message.en);
    return compiled.value.training.plan().arenaBytes;
  };
  expect(arena({ batch_size: 2, accumulation_steps: 8 })).toBeLessThan(arena({ batch_size: 16 }) / 6);
});
