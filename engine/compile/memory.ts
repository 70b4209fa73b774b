/**
 * Where a network's lasting numbers live: parameters in one flat memory, each optimizer state after the other in
 * another, every state laid out as the parameters are.
 */
import type { OptimizerSettings } from "../graph/project";
import type { Weight } from "../layers/initializers";
import { adadelta, adagrad, adam, type OptimizerRule, rmsprop, sgd } from "../program/optimizers";
import type { Slot } from "../program/program";
import { type DType, elementCount } from "../tensor/tensor";
import type { CheckedGraph } from "./checked";

/** 64 elements are 256 bytes: the alignment at which WebGPU can bind a part of a buffer. */
const alignment = 64;

/** Entries of the loss ring; the host reads it long before it comes round. */
export const ringEntries = 4096;

export interface TensorSlot extends Slot {
  readonly shape: readonly number[];
  readonly init: Weight["init"];
  readonly node: string;
  /** The layer's name for it: `weight`, `running_mean`. */
  readonly parameter: string;
  /** `<node name>.<parameter>`, as in a PyTorch state_dict. */
  readonly name: string;
}

export interface NetworkMemory {
  readonly optimizer: OptimizerRule;
  /** Elements of `params`, and so of each state vector. */
  readonly length: number;
  readonly params: readonly TensorSlot[];
  readonly buffers: readonly TensorSlot[];
  /** Optimizer state by name: vectors of `length`, scalars of 1. */
  readonly state: Readonly<Record<string, Slot>>;
  readonly hyper: Readonly<Record<string, Slot>>;
  /** step, cursor (position in the order), seed; and the same for evaluation. int64. */
  readonly counters: Readonly<Record<"step" | "cursor" | "seed" | "evaluation_cursor", Slot>>;
  /** The batch's loss and number of right answers, one entry a step. */
  readonly ring: Readonly<Record<"loss" | "correct", Slot>>;
  /** Sums over an evaluation. */
  readonly metrics: Readonly<Record<"loss" | "correct", Slot>>;
  readonly specs: Readonly<Record<string, { readonly dtype: DType; readonly length: number }>>;
}

export function optimizerRule(settings: OptimizerSettings): OptimizerRule {
  switch (settings.type) {
    case "SGD":
      return sgd(settings);
    case "Adam":
    case "AdamW":
      return adam({ amsgrad: settings.amsgrad, decoupled: settings.type === "AdamW" });
    case "RMSprop":
      return rmsprop(settings);
    case "Adagrad":
      return adagrad();
    case "Adadelta":
      return adadelta();
  }
}

/** The optimizer's numbers by the names its rule uses. */
export function hyperValues(settings: OptimizerSettings): Readonly<Record<string, number>> {
  switch (settings.type) {
    case "SGD": {
      const { lr, momentum, weight_decay } = settings;
      // PyTorch ignores dampening without momentum.
      return { lr, momentum, dampening: momentum === 0 ? 0 : settings.dampening, weight_decay };
    }
    case "Adam":
    case "AdamW": {
      const { lr, betas, eps, weight_decay } = settings;
      return { lr, beta1: betas[0], beta2: betas[1], eps, weight_decay };
    }
    case "RMSprop": {
      const { lr, alpha, eps, momentum, weight_decay } = settings;
      return { lr, alpha, eps, momentum, weight_decay };
    }
    case "Adagrad": {
      const { lr, lr_decay, initial_accumulator_value, eps, weight_decay } = settings;
      return { lr, lr_decay, initial_accumulator_value, eps, weight_decay };
    }
    case "Adadelta": {
      const { lr, rho, eps, weight_decay } = settings;
      return { lr, rho, eps, weight_decay };
    }
  }
}

export function placeMemory(checked: CheckedGraph, settings: OptimizerSettings): NetworkMemory {
  const optimizer = optimizerRule(settings);
  const params = placeTensors(checked, "params", "weights");
  const buffers = placeTensors(checked, "buffers", "buffers");
  const length = Math.max(params.length, alignment);
  const state = placeAll("optimizer", [
    ...optimizer.state.map((name) => [name, length] as const),
    ...optimizer.scalars.map((name) => [name, 1] as const),
  ]);
  const hyper = placeAll(
    "hyper",
    optimizer.hyper.map((name) => [name, 1]),
  );
  const counters = placeAll("counters", [
    ["step", 1],
    ["cursor", 1],
    ["seed", 1],
    ["evaluation_cursor", 1],
  ]);
  const ring = placeAll("ring", [
    ["loss", ringEntries],
    ["correct", ringEntries],
  ]);
  const metrics = placeAll("metrics", [
    ["loss", 1],
    ["correct", 1],
  ]);
  const float = (elements: number) => ({ dtype: "float32", length: Math.max(elements, alignment) }) as const;
  return {
    optimizer,
    length,
    params: params.slots,
    buffers: buffers.slots,
    state: state.slots,
    hyper: hyper.slots,
    counters: counters.slots,
    ring: ring.slots,
    metrics: metrics.slots,
    specs: {
      params: float(length),
      optimizer: float(state.length),
      buffers: float(buffers.length),
      hyper: float(hyper.length),
      counters: { dtype: "int64", length: counters.length },
      ring: float(ring.length),
      metrics: float(metrics.length),
    },
  };
}

function placeTensors(checked: CheckedGraph, memory: string, of: "weights" | "buffers") {
  const slots: TensorSlot[] = [];
  let offset = 0;
  for (const id of checked.order) {
    const node = checked.nodes[id];
    for (const [parameter, { shape, init }] of Object.entries(node[of])) {
      const length = elementCount(shape);
      slots.push({
        memory,
        offset,
        length,
        shape,
        init,
        node: id,
        parameter,
        name: `${node.name}.${parameter}`,
      });
      offset = align(offset + length);
    }
  }
  return { slots, length: offset };
}

function placeAll<K extends string>(memory: string, parts: readonly (readonly [K, number])[]) {
  const slots: Record<string, Slot> = {};
  let offset = 0;
  for (const [name, length] of parts) {
    slots[name] = { memory, offset, length };
    offset = align(offset + length);
  }
  // Every name of `parts` has just been given a slot.
  return { slots: slots as Readonly<Record<K, Slot>>, length: offset };
}

function align(offset: number): number {
  return Math.ceil(offset / alignment) * alignment;
}
