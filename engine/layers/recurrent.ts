/**
 * What RNN, LSTM and GRU share: weights, PyTorch's messages, and the walk along the sequence, which is written out step
 * by step.
 */
import type { Builder, Value } from "../program/builder";
import { printShape, sizeAt } from "../tensor/dims";
import { TensorError } from "../tensor/errors";
import { contiguousType, elementCount, type Shape, type TensorType } from "../tensor/tensor";
import type { LowerContext } from "./define";
import { fanInUniform, type Weight } from "./initializers";
import { autoSize, decimal, flag, integer } from "./params";

export interface Recurrent {
  readonly input_size: number;
  readonly hidden_size: number;
  readonly num_layers: number;
  readonly bias: boolean;
  readonly batch_first: boolean;
  readonly dropout: number;
  readonly bidirectional: boolean;
  /** LSTM only: h is brought to this size by one more matrix; 0 leaves it at hidden_size. */
  readonly proj_size?: number;
}

/** What one step hands to the next, each (N, size); only an LSTM has a cell. */
export interface State {
  readonly hidden: Value;
  readonly cell: Value | null;
}

export interface Cell {
  /** How many rows of the weights belong to a hidden unit. */
  readonly gates: number;
  /** @param fromInput, fromState (N, gates · hidden_size): both matrix products with their biases */
  readonly step: (ops: Builder, fromInput: Value, fromState: Value, state: State) => State;
}

export function sizeParams() {
  return {
    input_size: autoSize({ en: "Size of the input's last dimension", zh: "输入最后一维的大小" }, ({ x }) =>
      x.shape.at(-1),
    ),
    hidden_size: integer({ en: "How many numbers it remembers", zh: "它能记住的数的个数" }, 32, { min: 1 }),
    num_layers: integer(
      {
        en: "How many stand on top of each other, each reading the one below",
        zh: "堆叠的层数，每层读取下一层的输出",
      },
      1,
      { min: 1 },
    ),
  };
}

export function walkParams() {
  return {
    bias: flag({ en: "Add trained numbers after each product", zh: "在每次乘积后加上可训练的数" }, true),
    batch_first: flag(
      {
        en: "Inputs are (N, L, input_size) instead of (L, N, input_size)",
        zh: "输入为 (N, L, input_size)，而不是 (L, N, input_size)",
      },
      false,
    ),
    dropout: decimal(
      { en: "Probability that a number between two layers is dropped", zh: "两层之间的一个数被丢弃的概率" },
      0,
      { min: 0, max: 1 },
    ),
    bidirectional: flag({ en: "Also read the sequence from its end", zh: "同时从末尾反向读取序列" }, false),
  };
}

/**
 * In PyTorch's order. Source: torch/nn/modules/rnn.py `RNNBase.__init__`.
 * @throws TensorError dropout-probability, recurrent-projection
 */
export function recurrentWeights(p: Recurrent, gates: number): Readonly<Record<string, Weight | false>> {
  if (p.dropout < 0 || p.dropout > 1) {
    const message =
      "dropout should be a number in range [0, 1] representing the probability of an element being zeroed";
    throw new TensorError("dropout-probability", "ValueError", message);
  }
  const projection = p.proj_size ?? 0;
  if (projection < 0) {
    const message = "proj_size should be a positive integer or zero to disable projections";
    throw new TensorError("recurrent-projection", "ValueError", message);
  }
  if (projection >= p.hidden_size) {
    const message = "proj_size has to be smaller than hidden_size";
    throw new TensorError("recurrent-projection", "ValueError", message);
  }
  const rows = gates * p.hidden_size;
  const init = fanInUniform(p.hidden_size);
  const owned = (...shape: number[]): Weight => ({ shape, init });
  return Object.fromEntries(
    passes(p).flatMap(({ layer, suffix }) => [
      [`weight_ih_${suffix}`, owned(rows, layer === 0 ? p.input_size : outputSize(p))],
      [`weight_hh_${suffix}`, owned(rows, stateSize(p))],
      [`bias_ih_${suffix}`, p.bias && owned(rows)],
      [`bias_hh_${suffix}`, p.bias && owned(rows)],
      [`weight_hr_${suffix}`, projection > 0 && owned(projection, p.hidden_size)],
    ]),
  );
}

interface Pass {
  readonly layer: number;
  readonly reverse: boolean;
  /** Of the names of its weights. */
  readonly suffix: string;
}

/** One for each layer and direction, in the order of h_n. */
export function passes({ num_layers, bidirectional }: Recurrent): Pass[] {
  return Array.from({ length: num_layers }, (_, layer) => layer).flatMap((layer) => [
    { layer, reverse: false, suffix: `l${layer}` },
    ...(bidirectional ? [{ layer, reverse: true, suffix: `l${layer}_reverse` }] : []),
  ]);
}

function stateSize(p: Recurrent): number {
  return p.proj_size || p.hidden_size;
}

export function outputSize(p: Recurrent): number {
  return stateSize(p) * (p.bidirectional ? 2 : 1);
}

/**
 * Source: torch/nn/modules/rnn.py. The output of a batch that comes first is a transposed view.
 * @param states the initial states that are wired, by the names that PyTorch's messages give them
 * @throws TensorError recurrent-rank, recurrent-input, recurrent-state, recurrent-length, needs-float
 */
export function inferRecurrent(x: TensorType, p: Recurrent, states: readonly (TensorType | undefined)[]) {
  const rank = x.shape.length;
  const batched = rank === 3;
  const given = states.filter((state) => state !== undefined);
  checkStateRanks(given, batched);
  if (rank !== 2 && rank !== 3) refuse("recurrent-rank", `input must have 3 dimensions, got ${rank + 1}`);
  if (sizeAt(x.shape, -1) !== p.input_size) {
    const message = `Expected ${p.input_size}, got ${sizeAt(x.shape, -1)}`;
    refuse("recurrent-input", `input.size(-1) must be equal to input_size. ${message}`);
  }
  const [length, samples] =
    batched && p.batch_first ? [x.shape[1], x.shape[0]] : [x.shape[0], batched ? x.shape[1] : 1];
  const count = passes(p).length;
  const sizes = [stateSize(p), p.hidden_size];
  states.forEach((state, i) => {
    if (!state) return;
    const got = batched ? state.shape : state.shape.toSpliced(1, 0, 1);
    const wanted = [count, samples, sizes[i]];
    if (got.length === 3 && got.every((size, dim) => size === wanted[dim])) return;
    const name = states.length > 1 ? `hidden[${i}]` : "hidden";
    refuse("recurrent-state", `Expected ${name} size (${wanted.join(", ")}), got ${printShape(got)}`);
  });
  if (x.dtype !== "float32") {
    const message = p.bias
      ? "mat1 and mat2 must have the same dtype"
      : "expected scalar type Long but found Float";
    refuse("needs-float", message);
  }
  if (length === 0) refuse("recurrent-length", "Expected sequence length to be larger than 0 in RNN");
  const shape = batched ? [length, samples, outputSize(p)] : [length, outputSize(p)];
  const output = contiguousType("float32", shape);
  const [step, sample, one] = output.stride;
  const state = (size: number) => contiguousType("float32", batched ? [count, samples, size] : [count, size]);
  return {
    output:
      batched && p.batch_first
        ? { ...output, shape: [samples, length, outputSize(p)], stride: [sample, step, one] }
        : output,
    h_n: state(stateSize(p)),
    c_n: state(p.hidden_size),
  };
}

function checkStateRanks(states: readonly TensorType[], batched: boolean): void {
  const rank = batched ? 3 : 2;
  if (states.every(({ shape }) => shape.length === rank)) return;
  const which = `For ${batched ? "batched" : "unbatched"} ${rank}-D input`;
  const ranks = states.map(({ shape }) => `${shape.length}-D`);
  const message =
    ranks.length > 1
      ? `hx and cx should also be ${rank}-D but got (${ranks.join(", ")}) tensors`
      : `hx should also be ${rank}-D but got ${ranks[0]} tensor`;
  refuse("recurrent-state", `${which}, ${message}`);
}

type Weights = Readonly<Record<string, Value | undefined>>;

/** x (L, N, input), (N, L, input) or (L, input); h_0 and c_0 as h_n and c_n, zeros where they are left out. */
export function lowerRecurrent(
  ops: Builder,
  x: Value,
  p: Recurrent,
  cell: Cell,
  weights: Weights,
  initial: { readonly h_0?: Value | undefined; readonly c_0?: Value | undefined },
  context: LowerContext,
): { readonly output: Value; readonly h_n: Value; readonly c_n: Value } {
  const batched = x.shape.length === 3;
  const batchDim = batched && p.batch_first ? 0 : 1;
  const whole = batched ? x : ops.reshape(x, [x.shape[0], 1, x.shape[1]]);
  const samples = whole.shape[batchDim];
  const all = passes(p);
  const start = (given: Value | undefined, i: number, size: number): Value =>
    given ? row(ops, given, 0, i, [samples, size]) : ops.constant(0, [samples, size]);

  const length = whole.shape[1 - batchDim];
  let steps = Array.from({ length }, (_, t) => row(ops, whole, 1 - batchDim, t, [samples, p.input_size]));
  const last: State[] = [];
  for (let layer = 0; layer < p.num_layers; layer++) {
    const below = layer === 0 ? steps : dropped(ops, steps, p.dropout, context);
    const results = all.flatMap((pass, i) => {
      if (pass.layer !== layer) return [];
      const state: State = {
        hidden: start(initial.h_0, i, stateSize(p)),
        cell: start(initial.c_0, i, p.hidden_size),
      };
      return [walk(ops, below, pass, state, cell, weights)];
    });
    last.push(...results.map(({ final }) => final));
    steps = below.map((_, t) =>
      ops.concat(
        results.map(({ hidden }) => hidden[t]),
        1,
      ),
    );
  }
  const stack = (values: readonly Value[], dim: number): Value =>
    ops.concat(
      values.map((value) => ops.reshape(value, value.shape.toSpliced(dim, 0, 1))),
      dim,
    );
  const plain = (value: Value): Value => (batched ? value : ops.reshape(value, value.shape.toSpliced(1, 1)));
  const cells = last.map((state) => state.cell ?? state.hidden);
  return {
    output: plain(stack(steps, 1 - batchDim)),
    h_n: plain(
      stack(
        last.map(({ hidden }) => hidden),
        0,
      ),
    ),
    c_n: plain(stack(cells, 0)),
  };
}

/** One layer in one direction: the hidden state of each step in the order of the sequence, and the last state. */
function walk(
  ops: Builder,
  steps: readonly Value[],
  { reverse, suffix }: Pass,
  start: State,
  cell: Cell,
  weights: Weights,
) {
  const columns = (name: string): Value | undefined => {
    const weight = weights[`${name}_${suffix}`];
    return weight && ops.transpose(weight, 0, 1);
  };
  const [fromInput, fromState, projection] = ["weight_ih", "weight_hh", "weight_hr"].map(columns);
  if (!fromInput || !fromState) throw new Error(`recurrent: no weights for ${suffix}`);
  const biased = (product: Value, name: string): Value => {
    const bias = weights[`${name}_${suffix}`];
    return bias ? ops.add(product, bias) : product;
  };
  const hidden = new Array<Value>(steps.length);
  let state = start;
  for (let i = 0; i < steps.length; i++) {
    const t = reverse ? steps.length - 1 - i : i;
    const next = cell.step(
      ops,
      biased(ops.matmul(steps[t], fromInput), "bias_ih"),
      biased(ops.matmul(state.hidden, fromState), "bias_hh"),
      state,
    );
    state = projection ? { ...next, hidden: ops.matmul(next.hidden, projection) } : next;
    hidden[t] = state.hidden;
  }
  return { hidden, final: state };
}

function dropped(
  ops: Builder,
  steps: readonly Value[],
  p: number,
  { training, random }: LowerContext,
): Value[] {
  if (!training || p === 0) return [...steps];
  if (p === 1) return steps.map((step) => ops.mul(step, 0));
  return steps.map((step) => ops.where(ops.less(random(step.shape), p), 0, ops.mul(step, 1 / (1 - p))));
}

/** `x.select(dim, index)` as `shape`. */
function row(ops: Builder, x: Value, dim: number, index: number, shape: Shape): Value {
  const starts = x.shape.map((_, i) => (i === dim ? index : 0));
  return ops.reshape(ops.slice(x, starts, x.shape.with(dim, 1)), shape);
}

/** The parts of (N, gates · hidden), one a gate. */
export function gatesOf(ops: Builder, x: Value, count: number): Value[] {
  const [samples, rows] = x.shape;
  const size = rows / count;
  return Array.from({ length: count }, (_, i) => ops.slice(x, [0, i * size], [samples, size]));
}

/** Of all steps, the products alone. */
export function recurrentFlops(x: TensorType, p: Recurrent, gates: number): number {
  const steps = elementCount(x.shape.slice(0, -1));
  const columns = passes(p).reduce(
    (sum, { layer }) => sum + (layer === 0 ? p.input_size : outputSize(p)) + stateSize(p),
    0,
  );
  return 2 * steps * gates * p.hidden_size * columns;
}

/** Keywords of the call that differ from their defaults. */
export function recurrentKeywords(p: Recurrent) {
  return {
    num_layers: p.num_layers === 1 ? undefined : p.num_layers,
    bias: p.bias ? undefined : false,
    batch_first: p.batch_first || undefined,
    dropout: p.dropout === 0 ? undefined : p.dropout,
    bidirectional: p.bidirectional || undefined,
    proj_size: p.proj_size || undefined,
  };
}

function refuse(code: string, message: string): never {
  throw new TensorError(code, "RuntimeError", message);
}
