/**
 * A training step whose batch is computed in parts, so that the values in between need the memory of one part only:
 * every part adds its gradients and losses to what is there, the update makes a step of the sums.
 */
import { Builder, type Value } from "../program/builder";
import type { Program, Slot } from "../program/program";
import type { CheckedGraph } from "./checked";
import { type DataMemory, lossShare, lowerGradients, times } from "./lower";
import type { Accumulation, NetworkMemory } from "./memory";
import { partOf, updateParameters } from "./update";

/** @param rows of the whole step: a mean counts as much of it as the part has of them, a sum counts as it is */
export function lowerPart(
  checked: CheckedGraph,
  memory: NetworkMemory,
  data: DataMemory,
  rows: number,
): Program {
  const { gradients, sums, losses } = accumulationOf(memory);
  const ops = new Builder();
  const addUp = (slot: Slot, value: Value) => ops.store(slot, ops.add(ops.load(slot, value.shape), value));
  const share = checked.batchSize / rows;
  const { network, loss, correct, grads } = lowerGradients(ops, checked, memory, data, share);
  for (const { slot, grad } of grads) {
    ops.origin = slot.node;
    addUp(partOf(gradients, slot), grad);
  }
  ops.origin = null;
  for (const { slot, value } of network.updates) ops.store(slot, value);
  addUp(sums.loss, loss);
  if (correct) addUp(sums.correct, correct);
  for (const [id, slot] of Object.entries(losses))
    addUp(slot, times(ops, network.values[id].loss, lossShare(checked.nodes[id], share)));
  ops.store(memory.counters.part, ops.add(ops.load(memory.counters.part, [], "int64"), 1));
  return ops.program();
}

/** Clipping and optimizer on the gradients of all parts; their losses go into the ring, and all sums are 0 again. */
export function lowerUpdate(memory: NetworkMemory): Program {
  const { gradients, sums, losses } = accumulationOf(memory);
  const ops = new Builder();
  ops.phase = "update";
  const step = ops.load(memory.counters.step, [], "int64");
  const grads = memory.params
    .filter(({ training }) => !training.frozen)
    .map((slot) => ({ slot, grad: ops.load(partOf(gradients, slot), slot.shape) }));
  updateParameters(ops, memory, grads, ops.equal(step, 0));
  for (const { slot, grad } of grads) {
    ops.origin = slot.node;
    ops.store(partOf(gradients, slot), ops.constant(0, grad.shape));
  }
  ops.origin = null;
  const toRing = (sum: Slot, ring: Slot) => {
    ops.ringStore(ring, ops.load(sum, []), step);
    ops.store(sum, ops.constant(0));
  };
  toRing(sums.loss, memory.ring.loss);
  toRing(sums.correct, memory.ring.correct);
  for (const [id, sum] of Object.entries(losses)) toRing(sum, memory.losses[id].ring);
  ops.store(memory.counters.part, ops.constant(0, [], "int64"));
  ops.store(memory.counters.step, ops.add(step, 1));
  return ops.program();
}

function accumulationOf({ accumulation }: NetworkMemory): Accumulation {
  if (!accumulation) throw new Error("lower: the settings accumulate nothing");
  return accumulation;
}
