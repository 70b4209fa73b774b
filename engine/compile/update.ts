/** The end of a training step: gradients are clipped, and the optimizer changes what is trained. */
import type { ClipSettings } from "../graph/project";
import type { Builder, Value } from "../program/builder";
import { clipNorm, clipValue } from "../program/clip";
import type { Slot } from "../program/program";
import type { NetworkMemory, TensorSlot } from "./memory";

export interface Gradient {
  /** The parameter. */
  readonly slot: TensorSlot;
  readonly grad: Value;
}

/**
 * The optimizer, a parameter at a time, so that the planner can let the kernel that computes a gradient finish with
 * the update. `first` is 1 in the first step, 0 afterwards.
 */
export function updateParameters(
  ops: Builder,
  memory: NetworkMemory,
  grads: readonly Gradient[],
  first: Value,
): void {
  const { optimizer, state } = memory;
  const gradients = clipped(
    ops,
    grads.map(({ grad }) => grad),
    memory.clip,
  );
  const hyper = optimizerNumbers(ops, memory);
  const sharedState = Object.fromEntries(optimizer.scalars.map((name) => [name, ops.load(state[name], [])]));
  let scalarState: Readonly<Record<string, Value>> = {};
  for (const [i, { slot }] of grads.entries()) {
    ops.origin = slot.node;
    const own: Slot = { memory: slot.memory, offset: slot.offset, length: slot.length };
    const vectors = Object.fromEntries(
      optimizer.state.map((name) => [name, ops.load(partOf(state[name], slot), slot.shape)]),
    );
    const { lr_factor = 1, weight_decay = null } = slot.training;
    const updated = optimizer.update(ops, {
      first,
      hyper: {
        ...hyper,
        ...(lr_factor !== 1 && { lr: ops.mul(hyper.lr, lr_factor) }),
        ...(weight_decay !== null && { weight_decay: ops.constant(weight_decay) }),
      },
      param: ops.load(own, slot.shape),
      grad: gradients[i],
      state: { ...sharedState, ...vectors },
    });
    ops.store(own, updated.param);
    for (const name of optimizer.state) ops.store(partOf(state[name], slot), updated.state[name]);
    scalarState = updated.state;
  }
  ops.origin = null;
  // Every parameter's update computes the same new scalars.
  for (const name of optimizer.scalars) if (grads.length > 0) ops.store(state[name], scalarState[name]);
}

/** Those that a schedule moves are read where `counters.rate` stands, which moves on. */
function optimizerNumbers(ops: Builder, { hyper, counters }: NetworkMemory): Readonly<Record<string, Value>> {
  const cursor = ops.load(counters.rate, [], "int64");
  const number = (slot: Slot) => {
    if (slot.length === 1) return ops.load(slot, []);
    const ahead = ops.load(slot, [slot.length]);
    return ops.reshape(ops.takeRows(ahead, ops.iota(ahead.shape, 0), cursor, 1), []);
  };
  const numbers = Object.fromEntries(Object.entries(hyper).map(([name, slot]) => [name, number(slot)]));
  if (Object.values(hyper).some(({ length }) => length > 1)) ops.store(counters.rate, ops.add(cursor, 1));
  return numbers;
}

function clipped(ops: Builder, grads: readonly Value[], clip: ClipSettings): readonly Value[] {
  if (grads.length === 0) return grads;
  switch (clip.type) {
    case "none":
      return grads;
    case "norm":
      return clipNorm(ops, grads, clip.max_norm, clip.norm_type === "inf" ? Infinity : clip.norm_type).grads;
    case "value":
      return grads.map((grad) => clipValue(ops, grad, clip.clip_value));
  }
}

/** The part of a state vector, laid out as `params` is, that belongs to a parameter. */
export function partOf({ memory, offset }: Slot, parameter: Slot): Slot {
  return { memory, offset: offset + parameter.offset, length: parameter.length };
}
