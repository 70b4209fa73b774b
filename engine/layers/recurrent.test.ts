/** RNN, LSTM and GRU against values of PyTorch 1.13 in float64. */
import { describe, expect, it } from "vitest";
import { Builder } from "../program/builder";
import { runReference } from "../program/reference";
import { contiguousType, elementCount, type Shape } from "../tensor/tensor";
import { layerOf } from "./catalogue";
import type { Params } from "./define";
import { fromTorchArgs } from "./torch-args";

/** Weight number k of all, in PyTorch's order, is (k mod 7 - 3) / 4. */
function run(type: string, args: Params, inputs: Readonly<Record<string, { shape: Shape; data: number[] }>>) {
  const layer = layerOf(type);
  if (!layer) throw new Error(`no layer ${type}`);
  const types = Object.fromEntries(
    Object.entries(inputs).map(([port, { shape }]) => [port, contiguousType("float32", shape)]),
  );
  const p = fromTorchArgs(layer, args, types);
  const ops = new Builder();
  const memories: Record<string, Float64Array> = {};
  const load = (memory: string, shape: Shape, data: ArrayLike<number>) => {
    memories[memory] = Float64Array.from(data);
    return ops.load({ memory, offset: 0, length: elementCount(shape) }, shape);
  };
  let k = 0;
  const weights = Object.fromEntries(
    Object.entries(layer.weights(p)).flatMap(([name, weight]) => {
      if (!weight) return [];
      const data = Array.from({ length: elementCount(weight.shape) }, () => ((k++ % 7) - 3) / 4);
      return [[name, load(name, weight.shape, data)]];
    }),
  );
  const values = Object.fromEntries(
    Object.entries(inputs).map(([port, { shape, data }]) => [port, load(port, shape, data)]),
  );
  const outputs = layer.lower(ops, values, p, weights, {
    training: true,
    random: (shape) => ops.constant(0.5, shape),
    update: () => {},
    data: (name) => {
      throw new Error(`no data ${name}`);
    },
  });
  const inferred = layer.infer(types, p, { batchSize: 2, data: {} });
  const results = runReference(ops.program(), memories);
  return Object.fromEntries(
    Object.entries(outputs).map(([port, { id, shape }]) => {
      expect(shape).toEqual(inferred[port].shape);
      return [port, [...results[id]]];
    }),
  );
}

function expectClose(values: readonly number[], wanted: readonly number[]): void {
  expect(values).toHaveLength(wanted.length);
  wanted.forEach((value, i) => expect(values[i]).toBeCloseTo(value, 6));
}

const deep = { hidden_size: 2, num_layers: 2, bidirectional: true, batch_first: true };
const x = { shape: [2, 3, 2], data: Array.from({ length: 12 }, (_, i) => i / 6 - 1) };

describe("two layers in both directions give PyTorch's last states", () => {
  // prettier-ignore
  it.each([
    [
      "RNN",
      "h_n",
      [
        0.1497597, 0.1418378, -0.9509397, -0.4155413, -0.6469018, -0.1870859, 0.2391363, -0.890427,
        -0.8947269, -0.3571425, -0.8232968, 0.2065841, 0.9784575, 0.1285393, -0.5417071, 0.7424339,
      ],
    ],
    [
      "LSTM",
      "c_n",
      [
        -0.5756693, -0.5355936, -0.8342105, -0.3223659, -0.3715452, -0.6722481, -1.1521039, -0.9750759,
        -0.4959274, -0.5567114, -0.3363006, -0.5997602, -0.2489125, 0.0846402, -0.1414753, 0.2078399,
      ],
    ],
    [
      "GRU",
      "h_n",
      [
        0.1921044, -0.4626164, -0.3774181, -0.3700461, -0.3800914, -0.5845984, -0.2710356, -0.3342596,
        -0.4254732, -0.4309307, -0.4631676, -0.2727455, 0.2439713, -0.1487267, 0.4768924, -0.089848,
      ],
    ],
  ])("%s %s", (type, port, wanted) => expectClose(run(type, deep, { x })[port], wanted));
});

it("the output holds both directions of each step", () => {
  const { output } = run("GRU", deep, { x });
  expectClose(
    output.slice(0, 8),
    [-0.1802875, -0.1835877, 0.2439713, -0.1487267, -0.3245805, -0.3328059, 0.2714184, -0.1044536],
  );
});

it("an LSTM with a projection starts from the given states", () => {
  const { output, h_n, c_n } = run(
    "LSTM",
    { hidden_size: 2, proj_size: 1 },
    {
      x: { shape: [2, 1, 1], data: [0, 0.5] },
      h_0: { shape: [1, 1, 1], data: [0.5] },
      c_0: { shape: [1, 1, 2], data: [-0.5, -0.5] },
    },
  );
  expectClose(output, [-0.13729198, -0.15413975]);
  expectClose(h_n, [-0.15413975]);
  expectClose(c_n, [-0.14045129, -1.00388647]);
});
