/** Lowers a checked graph to programs: the network itself, and the three things that are done with it. */

import { layerOf } from "../layers/catalogue";
import { Builder, type Value } from "../program/builder";
import { differentiate } from "../program/differentiate";
import type { Program, Slot } from "../program/program";
import type { DType } from "../tensor/tensor";
import type { CheckedGraph, CheckedNode } from "./checked";
import type { NetworkMemory, TensorSlot } from "./memory";
import { type Gradient, updateParameters } from "./update";

export interface LoweredNetwork {
  /** Output values by node id and port. */
  readonly values: Readonly<Record<string, Readonly<Record<string, Value>>>>;
  /** Trained values in the order of `memory.params`. */
  readonly params: readonly Value[];
  /** New running statistics, to be stored at the end of a training step. */
  readonly updates: readonly { readonly slot: Slot; readonly value: Value }[];
}

export interface NetworkInputs {
  readonly training: boolean;
  /** int64 scalars that random numbers are counted by; needed for training only. */
  readonly seed?: Value;
  readonly step?: Value;
  /** The batch's tensor of that name. */
  data(name: string): Value;
  /** Nodes to lower; all of the checked graph when absent. */
  readonly only?: ReadonlySet<string>;
}

/** Appends the network's forward pass, one layer after the other, in topological order. */
export function lowerNetwork(
  ops: Builder,
  checked: CheckedGraph,
  memory: Pick<NetworkMemory, "params" | "buffers">,
  inputs: NetworkInputs,
): LoweredNetwork {
  const values: Record<string, Readonly<Record<string, Value>>> = {};
  const updates: { slot: Slot; value: Value }[] = [];
  const params: Value[] = [];
  const sources = new Map(checked.edges.map((edge) => [`${edge.to.node} ${edge.to.port}`, edge.from]));
  let randoms = 0;

  for (const id of checked.order) {
    if (inputs.only && !inputs.only.has(id)) continue;
    const node = checked.nodes[id];
    const layer = layerOf(node.type);
    if (!layer) throw new Error(`lower: no layer ${node.type}`);
    ops.origin = id;
    const weights = slotsOf(memory.params, id).map((slot) => [slot, loadTensor(ops, slot)] as const);
    const buffers = slotsOf(memory.buffers, id).map((slot) => [slot, loadTensor(ops, slot)] as const);
    params.push(...weights.map(([, value]) => value));
    const named = Object.fromEntries(
      [...weights, ...buffers].map(([slot, value]) => [slot.parameter, value]),
    );
    const ports = Object.fromEntries(
      Object.keys(node.inputs).map((port) => {
        const from = sources.get(`${id} ${port}`);
        if (!from) throw new Error(`lower: ${node.name}.${port} is not wired`);
        return [port, values[from.node][from.port]];
      }),
    );
    values[id] = layer.lower(ops, ports, node.params, named, {
      training: inputs.training,
      random: (shape) => {
        if (!inputs.seed || !inputs.step) throw new Error(`lower: ${node.name} needs random numbers`);
        return ops.random(inputs.seed, inputs.step, randoms++, shape);
      },
      update: (buffer, value) => {
        const slot = memory.buffers.find((each) => each.node === id && each.parameter === buffer);
        if (!slot) throw new Error(`lower: ${node.name} has no buffer ${buffer}`);
        updates.push({ slot: slotOnly(slot), value });
      },
      data: inputs.data,
    });
  }
  ops.origin = null;
  return { values, params, updates };
}

/** The memories that a batch is gathered from: the data set's tensors and an order of row numbers. */
export interface DataMemory {
  readonly rows: number;
  readonly tensors: Readonly<Record<string, { readonly shape: readonly number[]; readonly dtype: DType }>>;
  /** Rows in the order to be visited. */
  readonly order: Slot;
}

/**
 * One training step: gather the batch at the cursor, forward, loss, backward, optimizer, running statistics; the
 * loss goes into the ring, step and cursor move on.
 */
export function lowerTrainingStep(checked: CheckedGraph, memory: NetworkMemory, data: DataMemory): Program {
  const ops = new Builder();
  const step = ops.load(memory.counters.step, [], "int64");
  const { network, loss, correct, grads } = lowerGradients(ops, checked, memory, data);
  updateParameters(ops, memory, grads, ops.equal(step, 0));
  for (const { slot, value } of network.updates) ops.store(slot, value);
  ops.ringStore(memory.ring.loss, loss, step);
  if (correct) ops.ringStore(memory.ring.correct, correct, step);
  for (const [id, { ring }] of Object.entries(memory.losses))
    ops.ringStore(ring, network.values[id].loss, step);
  ops.store(memory.counters.step, ops.add(step, 1));
  return ops.program();
}

export interface Gradients {
  readonly network: LoweredNetwork;
  /** What is trained on; `share` of it, where there is one. */
  readonly loss: Value;
  /** See `correctOf`. */
  readonly correct: Value | null;
  /** Of all that is trained. */
  readonly grads: readonly Gradient[];
}

/**
 * Gathers the batch at the cursor, which moves on, and goes through the network forward and backward. What is built
 * next belongs to the update.
 * @param share of the step's rows, where the batch is a part of them only
 */
export function lowerGradients(
  ops: Builder,
  checked: CheckedGraph,
  memory: NetworkMemory,
  data: DataMemory,
  share = 1,
): Gradients {
  const cursor = ops.load(memory.counters.cursor, [], "int64");
  const network = lowerNetwork(ops, checked, memory, {
    training: true,
    seed: ops.load(memory.counters.seed, [], "int64"),
    step: randomCount(ops, memory),
    data: gatherBatch(ops, data, cursor, checked.batchSize),
  });
  const loss = totalLoss(ops, checked, network, share);
  const correct = correctOf(ops, checked, network);
  const trained = memory.params.flatMap((slot, i) =>
    slot.training.frozen ? [] : [{ slot, value: network.params[i] }],
  );
  const grads = differentiate(
    ops,
    loss,
    trained.map(({ value }) => value),
  );
  ops.phase = "update";
  ops.store(memory.counters.cursor, ops.add(cursor, checked.batchSize));
  return { network, loss, correct, grads: trained.map(({ slot }, i) => ({ slot, grad: grads[i] })) };
}

/** What random numbers are counted by: every part of a step has its own. int64 scalar */
export function randomCount(ops: Builder, { counters, accumulation }: NetworkMemory): Value {
  const step = ops.load(counters.step, [], "int64");
  if (!accumulation) return step;
  return ops.add(ops.mul(step, accumulation.steps), ops.load(counters.part, [], "int64"));
}

/** One batch of an evaluation: adds its loss times its rows, and its right answers, to the metrics. */
export function lowerEvaluationStep(checked: CheckedGraph, memory: NetworkMemory, data: DataMemory): Program {
  const ops = new Builder();
  const cursor = ops.load(memory.counters.evaluation_cursor, [], "int64");
  const network = lowerNetwork(ops, checked, memory, {
    training: false,
    data: gatherBatch(ops, data, cursor, checked.batchSize),
  });
  const loss = totalLoss(ops, checked, network);
  const correct = correctOf(ops, checked, network);
  ops.phase = "update";
  const addUp = (slot: Slot, value: Value) => ops.store(slot, ops.add(ops.load(slot, []), value));
  addUp(memory.metrics.loss, ops.mul(loss, checked.batchSize));
  for (const [id, { metrics }] of Object.entries(memory.losses))
    addUp(metrics, ops.mul(network.values[id].loss, checked.batchSize));
  if (correct) addUp(memory.metrics.correct, correct);
  ops.store(memory.counters.evaluation_cursor, ops.add(cursor, checked.batchSize));
  return ops.program();
}

export interface InferenceProgram {
  readonly program: Program;
  /** Memories to add: one `input.<tensor>` for each tensor that is read, and `output`. */
  readonly inputs: Readonly<Record<string, Slot>>;
  readonly output: Slot & { readonly shape: readonly number[] };
}

/** The prediction for one batch in evaluation mode, from `input.*` to `output`. Losses and targets are left out. */
export function lowerInference(
  checked: CheckedGraph,
  memory: Pick<NetworkMemory, "params" | "buffers">,
  data: DataMemory["tensors"],
): InferenceProgram {
  const ops = new Builder();
  const end = predictionPort(checked);
  if (!end) throw new Error("lower: the graph has no prediction");
  const inputs: Record<string, Slot> = {};
  const network = lowerNetwork(ops, checked, memory, {
    training: false,
    only: ancestors(checked, end.node),
    data: (name) => {
      const shape = [checked.batchSize, ...data[name].shape];
      inputs[name] ??= { memory: `input.${name}`, offset: 0, length: shape.reduce((a, b) => a * b, 1) };
      return ops.load(inputs[name], shape, data[name].dtype);
    },
  });
  const value = network.values[end.node][end.port];
  const output = {
    memory: "output",
    offset: 0,
    length: value.shape.reduce((a, b) => a * b, 1),
    shape: value.shape,
  };
  ops.store(slotOnly(output), value);
  return { program: ops.program(), inputs, output };
}

/** The port that feeds the loss's prediction, or the last node's output when there is no loss. */
export function predictionPort(
  checked: CheckedGraph,
  loss = checked.loss,
): { readonly node: string; readonly port: string } | null {
  if (loss) return checked.edges.find(({ to }) => to.node === loss && to.port === "prediction")?.from ?? null;
  const last = checked.order.at(-1);
  return last ? { node: last, port: Object.keys(checked.nodes[last].outputs)[0] } : null;
}

/** The tensors of `count` rows from the cursor on, each gathered once. */
export function gatherBatch(
  ops: Builder,
  data: DataMemory,
  cursor: Value,
  count: number,
): (name: string) => Value {
  const gathered = new Map<string, Value>();
  return (name) => {
    const known = gathered.get(name);
    if (known) return known;
    const { shape, dtype } = data.tensors[name];
    const table = { memory: `data.${name}`, offset: 0, length: shape.reduce((a, b) => a * b, data.rows) };
    const order = ops.load(data.order, [data.order.length], "int64");
    const batch = ops.takeRows(ops.load(table, [data.rows, ...shape], dtype), order, cursor, count);
    gathered.set(name, batch);
    return batch;
  };
}

/** What is trained on: the sum of all losses, each times its weight; `share` as for `lossShare`. */
export function totalLoss(
  ops: Builder,
  { losses, nodes }: CheckedGraph,
  network: LoweredNetwork,
  share = 1,
): Value {
  if (losses.length === 0) throw new Error("lower: the graph has no loss");
  return losses
    .map((id) => {
      const weight = nodes[id].training?.loss_weight ?? 1;
      return times(ops, network.values[id].loss, weight * lossShare(nodes[id], share));
    })
    .reduce((sum, loss) => ops.add(sum, loss));
}

/** What a loss of `share` of a step's rows counts in the loss of them all: a sum is added up as it is. */
export function lossShare({ params }: CheckedNode, share: number): number {
  return params.reduction === "sum" ? 1 : share;
}

export function times(ops: Builder, value: Value, factor: number): Value {
  return factor === 1 ? value : ops.mul(value, factor);
}

/** Whether right answers can be counted: predictions (B, classes) and class numbers as target. */
export function classifies(checked: CheckedGraph, loss = checked.loss): boolean {
  const inputs = loss === null ? undefined : checked.nodes[loss].inputs;
  return inputs?.prediction?.shape.length === 2 && inputs.target?.dtype === "int64";
}

/** How many of the batch's predictions have their largest value at the target class; null if there are no classes. */
function correctOf(ops: Builder, checked: CheckedGraph, network: LoweredNetwork): Value | null {
  if (!classifies(checked)) return null;
  const [prediction, target] = ["prediction", "target"].map((port) => {
    const from = checked.edges.find(({ to }) => to.node === checked.loss && to.port === port)?.from;
    if (!from) throw new Error(`lower: the loss has no ${port}`);
    return network.values[from.node][from.port];
  });
  return ops.total(ops.equal(ops.reshape(ops.argmax(prediction, 1), target.shape), target));
}

/** The node and all that lead to it. */
export function ancestors(checked: CheckedGraph, node: string): ReadonlySet<string> {
  const found = new Set([node]);
  for (const id of [...checked.order].reverse()) {
    if (!found.has(id)) continue;
    for (const { from, to } of checked.edges) if (to.node === id) found.add(from.node);
  }
  return found;
}

function slotsOf(slots: readonly TensorSlot[], node: string): readonly TensorSlot[] {
  return slots.filter((slot) => slot.node === node);
}

function loadTensor(ops: Builder, slot: TensorSlot): Value {
  return ops.load(slotOnly(slot), slot.shape);
}

function slotOnly({ memory, offset, length }: Slot): Slot {
  return { memory, offset, length };
}
