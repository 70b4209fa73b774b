/** Layers lowered and run on the reference executor, on examples that can be checked by eye. */
import { describe, expect, it } from "vitest";
import { Builder, type Value } from "../program/builder";
import { type ReferenceMemories, runReference } from "../program/reference";
import { contiguousType, type DType, elementCount, type Shape } from "../tensor/tensor";
import { layerOf } from "./catalogue";
import type { Params } from "./define";
import { fromTorchArgs } from "./torch-args";

interface Given {
  readonly shape: Shape;
  readonly data: readonly number[];
  readonly dtype?: DType;
}
interface Result {
  readonly shape: Shape;
  readonly data: number[];
  readonly updates: Readonly<Record<string, number[]>>;
}

/** Inputs by port, weights and buffers by name. */
function run(
  type: string,
  args: Params,
  inputs: Readonly<Record<string, Given>>,
  held: Readonly<Record<string, Given>> = {},
  training = true,
): Result {
  const layer = layerOf(type);
  if (!layer) throw new Error(`no layer ${type}`);
  const ops = new Builder();
  const memories: ReferenceMemories = { seed: new Float64Array([7]), step: new Float64Array([3]) };
  const load = ([name, { shape, data, dtype = "float32" }]: [string, Given]): [string, Value] => {
    memories[name] = new Float64Array(data);
    return [name, ops.load({ memory: name, offset: 0, length: elementCount(shape) }, shape, dtype)];
  };
  const types = Object.fromEntries(
    Object.entries(inputs).map(([port, { shape, dtype = "float32" }]) => [
      port,
      contiguousType(dtype, shape),
    ]),
  );
  const scalar = (memory: string): Value => ops.load({ memory, offset: 0, length: 1 }, [], "int64");
  const random = { seed: scalar("seed"), step: scalar("step") };
  const p = fromTorchArgs(layer, args, types);
  const updates: [string, Value][] = [];
  const outputs = layer.lower(
    ops,
    Object.fromEntries(Object.entries(inputs).map(load)),
    p,
    Object.fromEntries(Object.entries(held).map(load)),
    {
      training,
      random: (shape) => ops.random(random.seed, random.step, 0, shape),
      update: (buffer, value) => updates.push([buffer, value]),
      data: (name) => {
        throw new Error(`no data ${name}`);
      },
    },
  );
  const results = runReference(ops.program(), memories);
  const [output] = Object.values(outputs);
  const [inferred] = Object.values(layer.infer(types, p, { batchSize: 2, data: {}, training }));
  expect(output.shape).toEqual(inferred.shape);
  return {
    shape: output.shape,
    data: [...results[output.id]],
    updates: Object.fromEntries(updates.map(([name, value]) => [name, [...results[value.id]]])),
  };
}

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe("Linear", () => {
  const held = { weight: { shape: [2, 3], data: [1, 0, 0, 0, 1, 1] }, bias: { shape: [2], data: [10, 20] } };

  it.each([
    [[3], [10, 23]],
    [
      [1, 3],
      [10, 23],
    ],
    [
      [2, 1, 3],
      [10, 23, 13, 29],
    ],
  ])("takes any number of leading dimensions: %o", (shape, expected) => {
    const x = { shape, data: range(elementCount(shape)) };
    expect(run("Linear", { out_features: 2 }, { x }, held).data).toEqual(expected);
  });
});

describe("MatMul", () => {
  const vector = { shape: [2], data: [1, 10] };
  const matrix = { shape: [2, 2], data: [1, 2, 3, 4] };

  it.each([
    ["vector · vector", vector, vector, [101]],
    ["vector · matrix", vector, matrix, [31, 42]],
    ["matrix · vector", matrix, vector, [21, 43]],
    ["matrix · matrix", matrix, matrix, [7, 10, 15, 22]],
    ["batch · vector", { shape: [2, 1, 2], data: [1, 2, 3, 4] }, vector, [21, 43]],
    ["vector · batch", vector, { shape: [2, 2, 1], data: [1, 2, 3, 4] }, [21, 43]],
    [
      "batches that broadcast",
      { shape: [2, 1, 1, 2], data: [1, 0, 0, 1] },
      { shape: [1, 2, 2], data: [1, 2, 3, 4] },
      [1, 2, 3, 4],
    ],
  ])("%s", (_, a, b, expected) => expect(run("MatMul", {}, { a, b }).data).toEqual(expected));
});

describe("Conv2d", () => {
  const x = { shape: [1, 1, 1, 4], data: [1, 2, 3, 4] };
  const padded = (padding_mode: string): number[] =>
    run(
      "Conv2d",
      { out_channels: 1, kernel_size: 1, padding: [0, 2], padding_mode, bias: false },
      { x },
      { weight: { shape: [1, 1, 1, 1], data: [1] } },
    ).data;

  it("pads by zeros, mirror, edge or wrapping", () => {
    expect(padded("zeros")).toEqual([0, 0, 1, 2, 3, 4, 0, 0]);
    expect(padded("reflect")).toEqual([3, 2, 1, 2, 3, 4, 3, 2]);
    expect(padded("replicate")).toEqual([1, 1, 1, 2, 3, 4, 4, 4]);
    expect(padded("circular")).toEqual([3, 4, 1, 2, 3, 4, 1, 2]);
  });

  it("same keeps the size, the odd zero behind", () => {
    const weight = { shape: [1, 1, 1, 2], data: [1, 10] };
    const args = { out_channels: 1, kernel_size: [1, 2], padding: "same", bias: false };
    expect(run("Conv2d", args, { x }, { weight }).data).toEqual([21, 32, 43, 4]);
  });
});

describe("BatchNorm2d", () => {
  const x = { shape: [2, 1, 1, 2], data: [1, 3, 5, 7] };
  const held = {
    weight: { shape: [1], data: [1] },
    bias: { shape: [1], data: [0] },
    running_mean: { shape: [1], data: [2] },
    running_var: { shape: [1], data: [4] },
    num_batches_tracked: { shape: [], data: [1] },
  };

  it("uses the batch while training, and remembers it", () => {
    const { data, updates } = run("BatchNorm2d", { eps: 0 }, { x }, held);
    expect(data.reduce((a, b) => a + b)).toBeCloseTo(0);
    expect(data.reduce((a, b) => a + b * b, 0) / 4).toBeCloseTo(1);
    expect(updates.running_mean[0]).toBeCloseTo(0.9 * 2 + 0.1 * 4);
    // Unbiased: 20 / 3, not 20 / 4.
    expect(updates.running_var[0]).toBeCloseTo(0.9 * 4 + 0.1 * (20 / 3));
    expect(updates.num_batches_tracked).toEqual([2]);
  });

  it("averages over all batches without a momentum", () => {
    const { updates } = run("BatchNorm2d", { momentum: null }, { x }, held);
    expect(updates.running_mean[0]).toBeCloseTo((2 + 4) / 2);
  });

  it("uses what it remembers when predicting", () => {
    const { data, updates } = run("BatchNorm2d", { eps: 0 }, { x }, held, false);
    expect(data).toEqual([-0.5, 0.5, 1.5, 2.5]);
    expect(updates).toEqual({});
  });
});

describe("Dropout", () => {
  const x = { shape: [1000], data: new Array<number>(1000).fill(3) };

  it("drops about a share p while training, and enlarges the others", () => {
    const { data } = run("Dropout", { p: 0.25 }, { x });
    const dropped = data.filter((value) => value === 0).length;
    expect(dropped).toBeGreaterThan(200);
    expect(dropped).toBeLessThan(300);
    expect(new Set(data)).toEqual(new Set([0, 4]));
  });

  it("drops all with p = 1 and nothing with p = 0", () => {
    expect(new Set(run("Dropout", { p: 1 }, { x }).data)).toEqual(new Set([0]));
    expect(run("Dropout", { p: 0 }, { x }).data).toEqual(x.data);
  });

  it("does nothing when predicting", () => {
    expect(run("Dropout", { p: 0.9 }, { x }, {}, false).data).toEqual(x.data);
  });
});

describe("CrossEntropyLoss", () => {
  const prediction = { shape: [2, 2], data: [0, 0, 0, Math.log(3)] };
  const target = { shape: [2], data: [0, 1], dtype: "int64" } as const;
  const losses = [Math.log(2), Math.log(4 / 3)];

  it("is minus the logarithm of the right class's probability", () => {
    const { shape, data } = run("CrossEntropyLoss", {}, { prediction, target });
    expect(shape).toEqual([]);
    expect(data[0]).toBeCloseTo((losses[0] + losses[1]) / 2);
  });

  it("leaves ignored samples out of the mean", () => {
    expect(run("CrossEntropyLoss", { ignore_index: 0 }, { prediction, target }).data[0]).toBeCloseTo(
      losses[1],
    );
    const unlabelled = { ...target, data: [0, -100] };
    expect(run("CrossEntropyLoss", {}, { prediction, target: unlabelled }).data[0]).toBeCloseTo(losses[0]);
  });

  it("weighs classes, and divides by the weights", () => {
    const { data } = run("CrossEntropyLoss", { weight: [3, 1] }, { prediction, target });
    expect(data[0]).toBeCloseTo((3 * losses[0] + losses[1]) / 4);
  });

  it("takes probabilities", () => {
    const shares = { shape: [2, 2], data: [1, 0, 0, 1] };
    const { data } = run("CrossEntropyLoss", { reduction: "none" }, { prediction, target: shares });
    expect(data[0]).toBeCloseTo(losses[0]);
    expect(data[1]).toBeCloseTo(losses[1]);
  });
});

describe("MSELoss", () => {
  it.each([
    ["mean", [2.5]],
    ["sum", [5]],
    ["none", [1, 4]],
  ])("reduced by %s", (reduction, expected) => {
    const inputs = { prediction: { shape: [2], data: [1, 2] }, target: { shape: [2], data: [2, 0] } };
    expect(run("MSELoss", { reduction }, inputs).data).toEqual(expected);
  });
});

describe("RMSNorm", () => {
  it("divides by the root of the mean square", () => {
    const weight = { shape: [2], data: [1, 10] };
    const { data } = run("RMSNorm", { eps: 0 }, { x: { shape: [2, 2], data: [3, 4, 0, 2] } }, { weight });
    const root = Math.sqrt(12.5);
    [3 / root, 40 / root, 0, 10 * Math.sqrt(2)].forEach((value, i) => expect(data[i]).toBeCloseTo(value, 6));
  });
});

describe("GlobalAvgPool", () => {
  it("leaves one number a channel", () => {
    const { shape, data } = run("GlobalAvgPool", {}, { x: { shape: [1, 2, 2, 2], data: range(8) } });
    expect([shape, data]).toEqual([
      [1, 2],
      [1.5, 5.5],
    ]);
  });
});

describe("ScaledDotProductAttention", () => {
  it("hides what comes later when it is causal", () => {
    const same = { shape: [3, 1], data: [1, 1, 1] };
    const value = { shape: [3, 1], data: [3, 5, 10] };
    const { data } = run("ScaledDotProductAttention", { is_causal: true }, { query: same, key: same, value });
    [3, 4, 6].forEach((mean, i) => expect(data[i]).toBeCloseTo(mean, 12));
  });
});

describe("PositionalEncoding", () => {
  it("adds the same rows to every sample", () => {
    const pe = { shape: [3, 2], data: [0, 1, 2, 3, 4, 5] };
    const x = { shape: [2, 2, 2], data: [0, 0, 0, 0, 10, 10, 10, 10] };
    expect(run("PositionalEncoding", { max_len: 3 }, { x }, { pe }).data).toEqual([
      0, 1, 2, 3, 10, 11, 12, 13,
    ]);
    const timeFirst = run("PositionalEncoding", { max_len: 3, batch_first: false }, { x }, { pe });
    expect(timeFirst.data).toEqual([0, 1, 0, 1, 12, 13, 12, 13]);
  });
});
