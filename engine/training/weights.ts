/**
 * A network's lasting numbers as safetensors and back. Names are a PyTorch state_dict's (`fc1.weight`); optimizer
 * state goes beside them as `optimizer.exp_avg.fc1.weight`, so that training can go on where it stopped. The file says,
 * too, which node each name stands for, so that a node keeps its weights when it is called or placed otherwise.
 */
import type { NetworkMemory, TensorSlot } from "../compile/memory";
import { readSafetensors, type SafeTensor, writeSafetensors } from "../export/safetensors";
import { ownersIn, printOwners } from "../export/weight-owners";
import { type CompileResult, failure, success } from "./compile";
import { initialize } from "./initialize";

export interface NetworkValues {
  readonly params: Float32Array;
  readonly buffers: Float32Array;
  readonly optimizer: Float32Array;
  /** Training steps done. */
  readonly step: number;
  /** What else the file said. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** What training starts with: every parameter drawn from its initialiser by the seed, no optimizer state. */
export function initialValues(memory: NetworkMemory, seed: number): NetworkValues {
  const params = new Float32Array(memory.specs.params.length);
  const buffers = new Float32Array(memory.specs.buffers.length);
  memory.params.forEach((slot, id) => params.set(initialize(slot.init, slot.length, seed, id), slot.offset));
  memory.buffers.forEach((slot, id) =>
    buffers.set(initialize(slot.init, slot.length, seed, id), slot.offset),
  );
  return { params, buffers, optimizer: new Float32Array(memory.specs.optimizer.length), step: 0 };
}

export function initialWeights(memory: NetworkMemory, seed: number): Uint8Array {
  return packWeights(memory, initialValues(memory, seed));
}

export function packWeights(
  memory: NetworkMemory,
  values: NetworkValues,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const tensors: Record<string, SafeTensor> = {};
  for (const slot of memory.params) tensors[slot.name] = cut(values.params, slot);
  for (const slot of memory.buffers) tensors[slot.name] = cut(values.buffers, slot);
  for (const name of memory.optimizer.state) {
    for (const slot of memory.params) {
      const offset = memory.state[name].offset + slot.offset;
      tensors[stateName(name, slot.name)] = cut(values.optimizer, { ...slot, offset });
    }
  }
  for (const name of memory.optimizer.scalars) {
    tensors[`optimizer.${name}`] = cut(values.optimizer, { ...memory.state[name], shape: [] });
  }
  const owners = printOwners(slotsOf(memory).map((slot) => [nodeName(slot), slot.node]));
  return writeSafetensors(tensors, { ...metadata, ...owners, step: String(values.step) });
}

/**
 * A tensor is found by its node where the file says which that is, else by name. Weights without optimizer state (from
 * PyTorch, say) start with a fresh one. What is for no node of the network is ignored.
 */
export function unpackWeights(memory: NetworkMemory, bytes: Uint8Array): CompileResult<NetworkValues> {
  const read = readSafetensors(bytes);
  if (!read.ok) return failure({ code: read.error.code, node: null, message: read.error.message });
  const { tensors, metadata } = read.value;
  const nameOf = namesIn(metadata, memory);
  const values = {
    params: new Float32Array(memory.specs.params.length),
    buffers: new Float32Array(memory.specs.buffers.length),
    optimizer: new Float32Array(memory.specs.optimizer.length),
  };
  for (const [slots, into] of [
    [memory.params, values.params],
    [memory.buffers, values.buffers],
  ] as const) {
    for (const slot of slots) {
      const tensor = tensors[nameOf(slot)];
      if (!tensor) return failure(missing(slot));
      if (tensor.shape.join() !== slot.shape.join()) return failure(wrongShape(slot, tensor.shape));
      into.set(tensor.data, slot.offset);
    }
  }
  const states = memory.optimizer.state.flatMap((name) =>
    memory.params.map(
      (slot) =>
        [
          tensors[stateName(name, nameOf(slot))],
          memory.state[name].offset + slot.offset,
          slot.length,
        ] as const,
    ),
  );
  const scalars = memory.optimizer.scalars.map(
    (name) => [tensors[`optimizer.${name}`], memory.state[name].offset, 1] as const,
  );
  const complete = [...states, ...scalars].every(([tensor, , length]) => tensor?.data.length === length);
  if (complete)
    for (const [tensor, offset] of [...states, ...scalars]) values.optimizer.set(tensor.data, offset);
  const step = complete && /^\d+$/.test(metadata.step ?? "") ? Number(metadata.step) : 0;
  return success({ ...values, step, metadata });
}

function cut(
  values: Float32Array,
  { offset, length, shape }: Pick<TensorSlot, "offset" | "length" | "shape">,
): SafeTensor {
  return { dtype: "F32", shape, data: values.slice(offset, offset + length) };
}

function stateName(state: string, name: string): string {
  return `optimizer.${state}.${name}`;
}

function slotsOf({ params, buffers }: NetworkMemory): readonly TensorSlot[] {
  return [...params, ...buffers];
}

/** What the network's names begin with: `fc1` of `fc1.weight`. */
function nodeName({ name, parameter }: TensorSlot): string {
  return name.slice(0, -parameter.length - 1);
}

/** What the file calls a slot's tensor; a name that it has for another node of the network is not this one's. */
function namesIn(
  metadata: Readonly<Record<string, string>>,
  memory: NetworkMemory,
): (slot: TensorSlot) => string {
  const names = new Map(ownersIn(metadata).map(([name, id]) => [id, name]));
  const taken = new Set(slotsOf(memory).map(({ node }) => names.get(node)));
  return (slot) => {
    const name = names.get(slot.node);
    if (name !== undefined) return `${name}.${slot.parameter}`;
    return taken.has(nodeName(slot)) ? "" : slot.name;
  };
}

function missing(slot: TensorSlot) {
  return {
    code: "weights-missing",
    node: slot.node,
    message: {
      en: `The weights file has no tensor ${slot.name}. It was saved from another network; the present weights stay.`,
      zh: `权重文件中没有张量 ${slot.name}。该文件来自另一个网络，当前权重保持不变。`,
    },
  };
}

function wrongShape(slot: TensorSlot, found: readonly number[]) {
  return {
    code: "weights-shape",
    node: slot.node,
    message: {
      en: `${slot.name} has shape [${found.join(", ")}] in the weights file, but this network needs [${slot.shape.join(", ")}]. The present weights stay.`,
      zh: `权重文件中 ${slot.name} 的形状是 [${found.join(", ")}]，而此网络需要 [${slot.shape.join(", ")}]。当前权重保持不变。`,
    },
  };
}
