/** Every example is trained on the device with its own settings, and comes to what the start page says of it. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PreparedData } from "../data/dataset";
import type { Project } from "../graph/project";
import type { OpenDevice } from "../runtime/device";
import { tensorsOf } from "../training/compile";
import { Predictor } from "../training/predictor";
import type { Point } from "../training/protocol";
import { Run } from "../training/run";
import { Session } from "../training/session";
import { openGpu } from "./device";
import { readProject } from "./files";
import { recordedTerminal } from "./recorded-terminal";
import { openTrainingData, ownData } from "./training-data";

/** Alone they take seconds; other work may share the processor. */
const patience = 180_000;

let device: OpenDevice;
beforeAll(async () => {
  device = await openGpu(recordedTerminal());
});
afterAll(() => device?.device.destroy());

interface Example {
  readonly project: Project;
  readonly data: PreparedData;
}

async function open(name: string): Promise<Example> {
  const file = `assets/examples/${name}.loom.json`;
  const read = await readProject(file);
  const { project, prepared } = await openTrainingData(file, read, ownData, recordedTerminal());
  return { project, data: prepared };
}

async function begin({ project, data }: Example): Promise<Session> {
  const made = await Session.create(device, project, data, null);
  if (!made.ok) throw new Error(made.error.message.en);
  return made.value;
}

interface Result {
  /** Of the last step. */
  readonly loss: number;
  /** After the last epoch; null where no rows are kept for it. */
  readonly validation: Point | null;
}

/** @param share of the project's epochs that is enough to see it learn */
async function train(name: string, share = 1): Promise<Result> {
  const example = await open(name);
  const session = await begin(example);
  const points: Point[] = [];
  const validations: Point[] = [];
  const steps = Math.round(example.project.training.epochs * session.stepsPerEpoch * share);
  await new Run(session, steps, (event) => {
    if (event.kind === "points") points.push(...event.points);
    if (event.kind === "validation") validations.push(event.point);
  }).start();
  session.dispose();
  expect(points).toHaveLength(steps);
  return { loss: points[steps - 1].loss, validation: validations.at(-1) ?? null };
}

describe("a neuron", () => {
  // Below ln 2 / 4 the mean over four rows leaves every one of them on its right side of 1/2.
  const allRight = Math.LN2 / 4;

  it.each(["neuron-and", "neuron-or", "xor"])(
    "%s: all four rows are right",
    async (name) => {
      expect((await train(name)).loss).toBeLessThan(allRight / 2);
    },
    patience,
  );

  it(
    "neuron-xor: the best it reaches is one half for every row, a loss of ln 2",
    async () => {
      expect((await train("neuron-xor")).loss).toBeCloseTo(Math.LN2, 4);
    },
    patience,
  );
});

describe("backpropagation", () => {
  // Worked out in float64 from the formulas: h = σ(W x + b), o = σ(V h + c), δo = (o - t) o (1 - o), δh = Vᵀ δo h (1 - h).
  const h = [0.9129342275597286, 0.9791636554813196, 0.9952742873976046];
  const o = [0.8910896614765176, 0.9043299248500164];
  const error = 0.3918291766685041;
  const hidden = [
    0.012267816402833432, 0.024535632805666865, 0.003945560531427596, 0.007891121062855192,
    0.0010932417840310749, 0.0021864835680621498,
  ];
  const hiddenBias = [0.0024535632805666864, 0.0007891121062855192, 0.00021864835680621497];
  const outputBias = [0.08550876190610517, -0.007411944609744298];
  // Row by row: w7 w9 w11, w8 w10 w12.
  const output = outputBias.flatMap((delta) => h.map((value) => delta * value));

  it("has the forward values, the error and the gradients of the hand calculation", async () => {
    const example = await open("backpropagation");
    const session = await begin(example);
    const weights = await session.weights();
    const before = await session.params();
    await session.submit(1);
    const [point] = await session.readPoints();
    const after = await session.params();
    const slots = session.compiled.memory.params;
    session.dispose();
    // One step of plain SGD is the rate times the gradient.
    const gradient = (name: string) => {
      const slot = slots.find((each) => each.name === name);
      if (!slot) throw new Error(`there is no ${name}`);
      return Array.from(
        { length: slot.length },
        (_, i) => (before[slot.offset + i] - after[slot.offset + i]) / 0.5,
      );
    };

    expect(point.loss).toBeCloseTo(error, 6);
    expectClose(gradient("hidden.weight"), hidden);
    expectClose(gradient("hidden.bias"), hiddenBias);
    expectClose(gradient("output.weight"), output);
    expectClose(gradient("output.bias"), outputBias);

    const predictor = await Predictor.create(
      device,
      example.project,
      tensorsOf(example.data.dataset),
      weights,
    );
    if (!predictor.ok) throw new Error(predictor.error.message.en);
    const predicted = await predictor.value.predict({ features: Float32Array.of(5, 10) }, 1);
    predictor.value.dispose();
    expectClose(Array.from(predicted), o);
  });

  it("comes close to its targets", async () => {
    expect((await train("backpropagation")).loss).toBeLessThan(0.002);
  });
});

/** To 1e-6: float32 has seven digits, and the weights from whose difference a gradient is read are below 1. */
function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, i) => expect(Math.abs(value - expected[i])).toBeLessThan(1e-6));
}

describe("accuracy on rows that were not trained on", () => {
  it.each([
    ["spirals", 0.95],
    ["iris", 0.95],
    ["digits", 0.8],
    ["lenet", 0.8],
    ["hanzi", 0.95],
    ["residual", 0.95],
    ["group-norm", 0.95],
    ["lstm", 0.95],
    ["transformer", 0.9],
  ])(
    "%s: over %d",
    async (name, least) => {
      expect((await train(name)).validation?.accuracy).toBeGreaterThan(least);
    },
    patience,
  );

  it(
    "mnist-cnn: over 0.85 after a fifth of the first epoch",
    async () => {
      expect((await train("mnist-cnn", 1 / 15)).validation?.accuracy).toBeGreaterThan(0.85);
    },
    patience,
  );
});

describe("loss on rows that were not trained on", () => {
  it(
    "diabetes: a standard deviation of less than 62, where guessing the mean leaves 77",
    async () => {
      const { validation } = await train("diabetes");
      expect(Math.sqrt(validation?.loss ?? Number.NaN)).toBeLessThan(62);
    },
    patience,
  );

  it(
    "autoencoder: the pictures come back with less than a third of the error of their mean",
    async () => {
      const { dataset } = (await open("autoencoder")).data;
      const { loss } = (await train("autoencoder")).validation ?? { loss: Number.NaN };
      expect(loss).toBeLessThan(spread(dataset.tensors.image.values, 64) / 3);
    },
    patience,
  );
});

/** The mean square of what is left when each of `columns` is replaced by its mean. */
function spread(values: Float32Array | Int32Array, columns: number): number {
  const rows = values.length / columns;
  let sum = 0;
  for (let column = 0; column < columns; column++) {
    let [total, squares] = [0, 0];
    for (let index = column; index < values.length; index += columns) {
      total += values[index];
      squares += values[index] ** 2;
    }
    sum += squares / rows - (total / rows) ** 2;
  }
  return sum / columns;
}
