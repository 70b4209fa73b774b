/** The program that verifies one node: random numbers in, outputs and gradients out. */
import type { CheckedNode } from "../compile/checked";
import { layerOf } from "../layers/catalogue";
import type { Domain } from "../layers/define";
import type { Weight } from "../layers/initializers";
import type { MemorySpecs } from "../plan/plan";
import type { Builder, Value } from "../program/builder";
import { differentiate } from "../program/differentiate";
import type { Program } from "../program/program";
import { uniform } from "../program/random";
import type { Elements } from "../runtime/memory";
import { type DType, elementCount, type Shape } from "../tensor/tensor";
import { initialize } from "./initialize";
import { loadLayout } from "./verify-layout";

/** A tensor to be compared, and the memory where the program puts it. */
export interface Result {
  readonly part: "output" | "input-gradient" | "weight-gradient" | "statistic";
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly memory: string;
}

export interface NodeProgram {
  readonly program: Program;
  readonly specs: MemorySpecs;
  /** What the memories hold beforehand. */
  readonly values: Readonly<Record<string, Elements>>;
  readonly results: readonly Result[];
}

const usual: Readonly<Record<DType, Domain>> = { float32: [-2, 2], int64: [0, 10] };

/** Every gradient is that of the sum of all outputs, each element times a random number. */
export function buildNodeProgram(ops: Builder, node: CheckedNode, seed: number): NodeProgram {
  const layer = layerOf(node.type);
  if (!layer) throw new Error(`verify: no layer ${node.type}`);
  const specs: Record<string, { dtype: DType; length: number }> = {};
  const values: Record<string, Elements> = {};
  const results: Result[] = [];
  let randoms = 0;

  const load = (shape: Shape, dtype: DType, elements: Elements): Value => {
    const memory = `in ${Object.keys(specs).length}`;
    specs[memory] = { dtype, length: Math.max(elements.length, 1) };
    values[memory] = elements;
    return ops.load({ memory, offset: 0, length: elements.length }, shape, dtype);
  };
  const loadRandom = (shape: Shape, dtype: DType, domain: Domain = usual[dtype]): Value =>
    load(shape, dtype, randomElements(elementCount(shape), dtype, domain, seed, randoms++));
  const result = (part: Result["part"], name: string, value: Value) => {
    const { shape, dtype } = value;
    const memory = `out ${results.length}`;
    specs[memory] = { dtype, length: Math.max(elementCount(shape), 1) };
    results.push({ part, name, shape, dtype, memory });
    ops.store({ memory, offset: 0, length: elementCount(shape) }, value);
  };

  ops.origin = node.id;
  const domains = layer.domain(node.inputs, node.params);
  const inputs = Object.entries(node.inputs).map(
    ([port, type]) =>
      [port, loadLayout(ops, type, (shape) => loadRandom(shape, type.dtype, domains[port]))] as const,
  );
  const weights = Object.entries(node.weights).map(
    ([name, weight], id) => [name, load(weight.shape, "float32", someWeight(weight, seed, id))] as const,
  );
  const buffers = Object.entries(node.buffers).map(
    ([name, { shape, init }], id) =>
      [name, load(shape, "float32", initialize(init, elementCount(shape), seed, id))] as const,
  );
  const [seedValue, step] = [load([], "int64", Int32Array.of(seed | 0)), load([], "int64", Int32Array.of(1))];
  const statistics: [string, Value][] = [];
  const outputs = layer.lower(
    ops,
    Object.fromEntries(inputs),
    node.params,
    Object.fromEntries([...weights, ...buffers]),
    {
      training: true,
      random: (shape) => ops.random(seedValue, step, randoms++, shape),
      update: (buffer, value) => statistics.push([buffer, value]),
      // An Input's only output is what the data bring.
      data: () => {
        const [{ shape, dtype }] = Object.values(node.outputs);
        return loadRandom(shape, dtype);
      },
    },
  );

  const sums = Object.values(outputs)
    .filter(({ dtype }) => dtype === "float32")
    .map((value) => ops.total(ops.mul(value, loadRandom(value.shape, "float32"))));
  const wrt = [
    ...inputs.flatMap(([port, value]) =>
      value.dtype === "float32" ? [["input-gradient", port, value] as const] : [],
    ),
    ...weights.map(([name, value]) => ["weight-gradient", name, value] as const),
  ];
  for (const [port, value] of Object.entries(outputs)) result("output", port, value);
  if (sums.length > 0) {
    const total = sums.reduce((sum, each) => ops.add(sum, each));
    const gradients = differentiate(
      ops,
      total,
      wrt.map(([, , value]) => value),
    );
    ops.phase = "backward";
    wrt.forEach(([part, name], i) => result(part, name, gradients[i]));
  }
  for (const [buffer, value] of statistics) result("statistic", buffer, value);
  return { program: ops.program(), specs, values, results };
}

/** As the layer starts, but that ones and zeros (a norm's weight, a bias) would hide what they multiply or add. */
function someWeight({ init, shape }: Weight, seed: number, id: number): Float32Array {
  const start = initialize(init, elementCount(shape), seed, id);
  if (init.kind !== "constant") return start;
  return start.map((value, i) => value + uniform(seed, -2, id, i) - 0.5);
}

/** Numbers that float32 holds exactly, so that both executors start from the same. */
function randomElements(count: number, dtype: DType, [from, to]: Domain, seed: number, id: number): Elements {
  const draw = (i: number) => from + uniform(seed, -3, id, i) * (to - from);
  return dtype === "int64"
    ? Int32Array.from({ length: count }, (_, i) => Math.floor(draw(i)))
    : Float32Array.from({ length: count }, (_, i) => draw(i));
}
