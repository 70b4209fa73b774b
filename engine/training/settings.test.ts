/** What a project's training settings do to the weights, on a device, beside PyTorch 1.13 in float64. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodeGpu } from "../cli/gpu";
import type { PreparedData } from "../data/dataset";
import { writeSafetensors } from "../export/safetensors";
import {
  defaultClips,
  defaultOptimizers,
  defaultSchedules,
  defaultTraining,
  emptyProject,
  type NodeTraining,
  type Project,
  type TrainingSettings,
} from "../graph/project";
import { type OpenDevice, openDevice } from "../runtime/device";
import type { Point } from "./protocol";
import { Run, type RunEvent } from "./run";
import { Session } from "./session";

let device: OpenDevice;
beforeAll(async () => {
  const opened = await openDevice(await nodeGpu());
  if (!opened.ok) throw new Error(opened.error.message.en);
  device = opened.value;
});
afterAll(() => device?.device.destroy());

const rows = 8;

/** x[i][j] = sin(2i + j), y[i] = cos(i) */
const data: PreparedData = {
  dataset: {
    name: "waves",
    rows,
    tensors: {
      features: {
        shape: [2],
        dtype: "float32",
        values: Float32Array.from({ length: 2 * rows }, (_, i) => Math.sin(i)),
      },
      label: {
        shape: [1],
        dtype: "float32",
        values: Float32Array.from({ length: rows }, (_, i) => Math.cos(i)),
      },
    },
    classes: [],
    columns: ["a", "b"],
  },
  train: Int32Array.from({ length: rows }, (_, i) => i),
  validation: new Int32Array(),
  scale: {},
};

/** Linear(2, 3), tanh, Linear(3, 1), and the weights k ↦ sin(k + 1) / 2 in their order. */
const shapes = { "fc1.weight": [3, 2], "fc1.bias": [3], "fc2.weight": [1, 3], "fc2.bias": [1] } as const;
const first = Float32Array.from({ length: 13 }, (_, k) => Math.sin(k + 1) / 2);

function network(of: Readonly<Record<string, NodeTraining>>, losses: readonly string[]): Project["graph"] {
  const node = (id: string, type: string, params = {}) => ({
    id,
    type,
    name: id.replace("Loss", "").toLowerCase(),
    params,
    position: { x: 0, y: 0 },
    ...(of[id] && { training: of[id] }),
  });
  const wire = (from: string, to: string, port = "x") => ({
    id: `${from} ${to}`,
    from: { node: from, port: "y" },
    to: { node: to, port },
  });
  return {
    nodes: [
      node("x", "Input", { tensor: "features" }),
      node("y", "Input", { tensor: "label" }),
      node("fc1", "Linear", { out_features: 3 }),
      node("tanh", "Tanh"),
      node("fc2", "Linear", { out_features: 1 }),
      ...losses.map((type) => node(type, type)),
    ],
    edges: [
      wire("x", "fc1"),
      wire("fc1", "tanh"),
      wire("tanh", "fc2"),
      ...losses.flatMap((type) => [wire("fc2", type, "prediction"), wire("y", type, "target")]),
    ],
  };
}

const sgd = { ...defaultOptimizers.SGD, lr: 0.2, momentum: 0.9, weight_decay: 0.1 };
const plain = { ...sgd, weight_decay: 0 };

async function begin(
  training: Partial<TrainingSettings>,
  of: Readonly<Record<string, NodeTraining>> = {},
  losses: readonly string[] = ["MSELoss"],
  weights: Uint8Array | null = startingWeights(),
): Promise<Session> {
  const project: Project = {
    ...emptyProject("settings"),
    graph: network(of, losses),
    training: { ...defaultTraining, batch_size: rows, optimizer: sgd, ...training },
  };
  const made = await Session.create(device, project, data, weights);
  if (!made.ok) throw new Error(made.error.message.en);
  return made.value;
}

function startingWeights(): Uint8Array {
  let at = 0;
  const tensors = Object.entries(shapes).map(([name, shape]) => {
    const length = shape.reduce((a: number, b) => a * b, 1);
    at += length;
    return [name, { dtype: "F32" as const, shape, data: first.slice(at - length, at) }] as const;
  });
  return writeSafetensors(Object.fromEntries(tensors));
}

/** A step an epoch: the batch is all rows. */
async function train(session: Session, steps: number): Promise<Point[]> {
  const points: Point[] = [];
  while (session.step < steps) {
    await session.submit(steps - session.step);
    points.push(...(await session.readPoints()));
  }
  return points;
}

async function weightsOf(session: Session): Promise<number[]> {
  const params = await session.params();
  return session.compiled.memory.params.flatMap(({ offset, length }) => [
    ...params.subarray(offset, offset + length),
  ]);
}

function expectClose(found: readonly number[], expected: readonly number[], within = 2e-6): void {
  expect(found.length).toBe(expected.length);
  for (const [i, value] of found.entries())
    expect(Math.abs(value - expected[i]), `${i}: ${value} instead of ${expected[i]}`).toBeLessThan(within);
}

/** The batch as a whole and in parts: the same weights. */
async function weightsAfter(
  steps: number,
  training: Partial<TrainingSettings>,
  of?: Readonly<Record<string, NodeTraining>>,
): Promise<number[]> {
  const inParts = { ...training, batch_size: 2, accumulation_steps: rows / 2 };
  const [weights, summed] = await Promise.all(
    [training, inParts].map(async (settings) => {
      const session = await begin(settings, of);
      await train(session, steps);
      const found = await weightsOf(session);
      session.dispose();
      return found;
    }),
  );
  expectClose(summed, weights);
  return weights;
}

const firstLayer = [...first.subarray(0, 9)];
const secondLayer = [...first.subarray(9)];

describe("a node", () => {
  it("that is frozen keeps its weights, whatever the weight decay", async () => {
    const found = await weightsAfter(6, {}, { fc1: { frozen: true } });
    expect(found.slice(0, 9)).toEqual(firstLayer);
    expectClose(found.slice(9), [0.015395, -0.3723416, -0.2098075, 0.2906746]);
  });

  it("that is frozen lets gradients through to those behind it", async () => {
    const found = await weightsAfter(6, {}, { fc2: { frozen: true } });
    expect(found.slice(9)).toEqual(secondLayer);
    expectClose(
      found.slice(0, 9),
      [
        0.2854918, 0.2410241, -0.0363577, -0.4947225, -0.3696251, -0.2071804, -0.0006372, -0.1825221,
        -0.1426841,
      ],
    );
  });

  it("learns at its own rate and with its own weight decay, like a parameter group", async () => {
    const optimizer = { ...defaultOptimizers.Adam, lr: 0.05, weight_decay: 0.1 };
    expectClose(
      await weightsAfter(6, { optimizer }, { fc1: { lr_factor: 0.1 }, fc2: { weight_decay: 0 } }),
      [
        0.3907735, 0.4252712, 0.0450797, -0.3992972, -0.4496928, -0.1613697, 0.3022127, 0.4687893, 0.1812286,
        -0.0133721, -0.2982657, -0.2179213, 0.4423501,
      ],
    );
  });

  it("begins with the law that was chosen for each weight", async () => {
    const session = await begin(
      {},
      {
        fc1: {
          init: { weight: { type: "orthogonal_", gain: 2 }, bias: { type: "constant_", val: 0.25 } },
        },
        fc2: { init: { weight: { type: "zeros_" } } },
      },
      ["MSELoss"],
      null,
    );
    const weights = await weightsOf(session);
    const [a, b] = [0, 1].map((column) => [0, 2, 4].map((row) => weights[row + column]));
    const dot = (x: readonly number[], y: readonly number[]) =>
      x.reduce((sum, value, i) => sum + value * y[i], 0);
    expectClose([dot(a, a), dot(a, b), dot(b, b)], [4, 0, 4]);
    expect(weights.slice(6, 12)).toEqual([0.25, 0.25, 0.25, 0, 0, 0]);
    expect(weights[12]).not.toBe(0);
    session.dispose();
  });
});

describe("clipping", () => {
  it.each([
    [2, [0.2779886, 0.2851569, 0.0257285, -0.3136009]],
    [1, [0.2795777, 0.2966542, 0.037608, -0.2744066]],
    ["inf", [0.2779185, 0.2817164, 0.0236485, -0.3259781]],
  ] as const)("by the norm of all gradients, p = %s", async (norm_type, expected) => {
    const clip = { type: "norm", max_norm: 0.1, norm_type } as const;
    expectClose((await weightsAfter(6, { clip })).slice(0, 4), expected);
  });

  it("leaves frozen weights out of the norm", async () => {
    const found = await weightsAfter(
      6,
      { clip: { ...defaultClips.norm, max_norm: 0.1 } },
      { fc1: { frozen: true } },
    );
    expectClose(found.slice(9), [-0.0323174, -0.2596697, -0.1748839, 0.4039498]);
  });

  it("by value", async () => {
    const found = await weightsAfter(6, { clip: { type: "value", clip_value: 0.05 } });
    expectClose(found.slice(8), [-0.0027852, -0.0274194, -0.2148378, -0.1496044, 0.2867225]);
  });
});

describe("several losses", () => {
  const of = { L1Loss: { loss_weight: 0.5 } };

  it("are trained on as their weighted sum, and each is reported", async () => {
    const session = await begin({}, of, ["MSELoss", "L1Loss"]);
    const points = await train(session, 3);
    expectClose(
      points.map(({ loss }) => loss),
      [0.9627091, 0.8388654, 0.8402197],
    );
    expectClose(
      points.flatMap(({ losses = {} }) => [losses.mse, losses.l1]),
      [0.6006492, 0.7241198, 0.5090251, 0.6596807, 0.5483089, 0.5838217],
    );
    session.dispose();
  });

  it("give the same weights whatever their order", async () => {
    const session = await begin({}, of, ["L1Loss", "MSELoss"]);
    await train(session, 6);
    expectClose(
      (await weightsOf(session)).slice(8),
      [0.1021151, 0.0628206, -0.3184418, -0.1872286, 0.1211798],
    );
    session.dispose();
  });

  it("are evaluated apart, too", async () => {
    const withRows = { ...data, validation: data.train };
    const project: Project = {
      ...emptyProject("settings"),
      graph: network(of, ["MSELoss", "L1Loss"]),
      training: { ...defaultTraining, batch_size: rows },
    };
    const made = await Session.create(device, project, withRows, startingWeights());
    if (!made.ok) throw new Error(made.error.message.en);
    const point = await made.value.evaluate();
    expectClose(
      [point?.loss ?? 0, point?.losses?.mse ?? 0, point?.losses?.l1 ?? 0],
      [0.9627091, 0.6006492, 0.7241198],
    );
    made.value.dispose();
  });
});

describe("a schedule", () => {
  it.each<[string, Partial<TrainingSettings>, readonly number[]]>([
    [
      "OneCycleLR moves Adam's first beta with the rate",
      {
        optimizer: { ...defaultOptimizers.Adam, lr: 0.1 },
        schedule: { ...defaultSchedules.OneCycleLR, total_steps: 7, pct_start: 0.4 },
      },
      [
        0.4663566, 0.2477995, -0.0760566, -0.5802223, -0.6395699, -0.333, 0.1378921, 0.3052013, 0.0191154,
        -0.0821993, -0.3272578, -0.0973724, 0.3982553,
      ],
    ],
    [
      "OneCycleLR moves SGD's momentum, in three straight phases",
      {
        optimizer: plain,
        schedule: {
          ...defaultSchedules.OneCycleLR,
          total_steps: 7,
          pct_start: 0.4,
          anneal_strategy: "linear",
          three_phase: true,
        },
      },
      [
        0.4203366, 0.4314704, 0.0389474, -0.4653326, -0.4995329, -0.1828271, 0.255433, 0.3257039, 0.1123602,
        -0.0786351, -0.3783651, -0.2503578, 0.5913909,
      ],
    ],
    [
      "a warm-up and MultiStepLR behind it",
      {
        optimizer: plain,
        warmup_steps: 2,
        schedule: { type: "MultiStepLR", milestones: [1, 3], gamma: 0.5 },
      },
      [
        0.421005, 0.4222346, 0.053345, -0.4833803, -0.4957096, -0.1911734, 0.2412493, 0.3441406, 0.127619,
        -0.079329, -0.4008557, -0.2425015, 0.4894318,
      ],
    ],
    [
      "a warm-up and CosineAnnealingLR behind it",
      { optimizer: plain, warmup_steps: 2, schedule: { type: "CosineAnnealingLR", T_max: 4, eta_min: 0.01 } },
      [
        0.4210496, 0.4193614, 0.0535737, -0.4913414, -0.4963875, -0.1950243, 0.2341935, 0.3363842, 0.1240124,
        -0.0674757, -0.3960659, -0.239862, 0.4977004,
      ],
    ],
    [
      "LinearLR",
      {
        optimizer: plain,
        schedule: { type: "LinearLR", start_factor: 1, end_factor: 0.1, total_iters: 4 },
      },
      [
        0.4206611, 0.4328489, 0.0488504, -0.4574992, -0.494587, -0.1790941, 0.2688002, 0.3601197, 0.131841,
        -0.1091707, -0.4143223, -0.2563324, 0.5041022,
      ],
    ],
  ])("%s", async (_, training, expected) => {
    expectClose(await weightsAfter(6, training), expected);
  });
});

describe("ReduceLROnPlateau", () => {
  const settings: Partial<TrainingSettings> = {
    optimizer: { ...plain, lr: 0.6 },
    schedule: {
      ...defaultSchedules.ReduceLROnPlateau,
      factor: 0.5,
      patience: 0,
      threshold: 0.02,
      cooldown: 1,
      min_lr: 0.1,
    },
  };
  const expected = [
    0.4282148, 0.3753539, 0.1300929, -0.6262902, -0.4819214, -0.2382179, 0.0904446, 0.2807319, 0.1441298,
    -0.0250371, -0.3633545, -0.1084179, 0.2689259,
  ];

  async function run(session: Session, steps: number): Promise<RunEvent[]> {
    const events: RunEvent[] = [];
    await new Run(session, steps, (event) => events.push(event)).start();
    return events;
  }

  it("lowers the rate when the epoch's loss is no better, and says so", async () => {
    const session = await begin(settings);
    const events = await run(session, 12);
    expectClose(await weightsOf(session), expected, 1e-5);
    const changes = events.flatMap((event) => (event.kind === "hyper" ? [event] : []));
    expect(changes).toEqual([
      { kind: "hyper", step: 3, name: "lr", from: 0.6, to: 0.3 },
      { kind: "hyper", step: 5, name: "lr", from: 0.3, to: 0.15 },
      { kind: "hyper", step: 8, name: "lr", from: 0.15, to: 0.1 },
    ]);
    session.dispose();
  });

  it("goes on where it stood when the weights were saved", async () => {
    const goOn = async (session: Session) => begin(settings, {}, ["MSELoss"], await session.weights());
    const early = await begin(settings);
    await run(early, 2);
    const half = await goOn(early);
    await run(half, 6);
    const again = await goOn(half);
    expect(again.optimizer.lr).toBe(0.15);
    await run(again, 12);
    expectClose(await weightsOf(again), expected, 1e-5);
    // Another rate that is asked for is taken.
    const other = await begin({ ...settings, optimizer: plain }, {}, ["MSELoss"], await half.weights());
    expect(other.optimizer.lr).toBe(0.2);
    for (const session of [early, half, again, other]) session.dispose();
  });

  it("refuses to watch an accuracy that there is not", async () => {
    const project: Project = {
      ...emptyProject("settings"),
      graph: network({}, ["MSELoss"]),
      training: {
        ...defaultTraining,
        batch_size: rows,
        schedule: { ...defaultSchedules.ReduceLROnPlateau, mode: "max" },
      },
    };
    expect(await Session.create(device, project, data, null)).toMatchObject({
      ok: false,
      error: { code: "no-accuracy" },
    });
  });
});
