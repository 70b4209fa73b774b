/** Lowers a checked graph to programs: the network itself, and the three things that are done with it. */
import { layerOf } from "../layers/catalogue";
import { Builder, type Value } from "../program/builder";
import { differentiate } from "../program/differentiate";
import type { Program, Slot } from "../program/program";
import type { DType } from "../tensor/tensor";
import type { CheckedGraph } from "./checked";
import type { NetworkMemory, TensorSlot } from "./memory";

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
  const counters = {
    step: ops.load(memory.counters.step, [], "int64"),
    cursor: ops.load(memory.counters.cursor, [], "int64"),
    seed: ops.load(memory.counters.seed, [], "int64"),
  };
  const network = lowerNetwork(ops, checked, memory, {
    training: true,
    seed: counters.seed,
    step: counters.step,
    data: gatherBatch(ops, data, counters.cursor, checked.batchSize),
  });
  const loss = lossOf(checked, network);
  const correct = correctOf(ops, checked, network);
  const grads = differentiate(ops, loss, network.params);

  ops.phase = "update";
  updateParameters(ops, memory, grads, ops.equal(counters.step, 0));
  for (const { slot, value } of network.updates) ops.store(slot, value);
  ops.ringStore(memory.ring.loss, loss, counters.step);
  if (correct) ops.ringStore(memory.ring.correct, correct, counters.step);
  ops.store(memory.counters.step, ops.add(counters.step, 1));
  ops.store(memory.counters.cursor, ops.add(counters.cursor, checked.batchSize));
  return ops.program();
}

/**
 * The optimizer, a parameter at a time, so that the planner can let the kernel that computes a gradient finish with
 * the update. `grads` are in the order of `memory.params`; `first` is 1 in the first step, 0 afterwards.
 */
function updateParameters(ops: Builder, memory: NetworkMemory, grads: readonly Value[], first: Value): void {
  const { optimizer, params, state, hyper } = memory;
  const scalars = (names: readonly string[], slots: Readonly<Record<string, Slot>>) =>
    Object.fromEntries(names.map((name) => [name, ops.load(slots[name], [])]));
  const shared = { first, hyper: scalars(optimizer.hyper, hyper) };
  const sharedState = scalars(optimizer.scalars, state);
  let scalarState: Readonly<Record<string, Value>> = {};
  for (const [i, slot] of params.entries()) {
    ops.origin = slot.node;
    const vectors = Object.fromEntries(
      optimizer.state.map((name) => [name, ops.load(partOf(state[name], slot), slot.shape)]),
    );
    const updated = optimizer.update(ops, {
      ...shared,
      param: ops.load(slotOnly(slot), slot.shape),
      grad: grads[i],
      state: { ...sharedState, ...vectors },
    });
    ops.store(slotOnly(slot), updated.param);
    for (const name of optimizer.state) ops.store(partOf(state[name], slot), updated.state[name]);
    scalarState = updated.state;
  }
  ops.origin = null;
  // Every parameter's update computes the same new scalars.
  for (const name of optimizer.scalars) if (params.length > 0) ops.store(state[name], scalarState[name]);
}

/** The part of a state vector, laid out as `params` is, that belongs to a parameter. */
function partOf({ memory, offset }: Slot, parameter: Slot): Slot {
  return { memory, offset: offset + parameter.offset, length: parameter.length };
}

/** One batch of an evaluation: adds its loss times its rows, and its right answers, to the metrics. */
export function lowerEvaluationStep(checked: CheckedGraph, memory: NetworkMemory, data: DataMemory): Program {
  const ops = new Builder();
  const cursor = ops.load(memory.counters.evaluation_cursor, [], "int64");
  const network = lowerNetwork(ops, checked, memory, {
    training: false,
    data: gatherBatch(ops, data, cursor, checked.batchSize),
  });
  const loss = ops.mul(lossOf(checked, network), checked.batchSize);
  const correct = correctOf(ops, checked, network);
  ops.phase = "update";
  ops.store(memory.metrics.loss, ops.add(ops.load(memory.metrics.loss, []), loss));
  if (correct) ops.store(memory.metrics.correct, ops.add(ops.load(memory.metrics.correct, []), correct));
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
): { readonly node: string; readonly port: string } | null {
  if (checked.loss)
    return checked.edges.find(({ to }) => to.node === checked.loss && to.port === "prediction")?.from ?? null;
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

function lossOf(checked: CheckedGraph, network: LoweredNetwork): Value {
  if (!checked.loss) throw new Error("lower: the graph has no loss");
  return network.values[checked.loss].loss;
}

/** Whether right answers can be counted: predictions (B, classes) and class numbers as target. */
export function classifies(checked: CheckedGraph): boolean {
  const inputs = checked.loss === null ? undefined : checked.nodes[checked.loss].inputs;
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
