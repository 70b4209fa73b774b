/**
 * Where a network's lasting numbers live: parameters in one flat memory, each optimizer state after the other in
 * another, every state laid out as the parameters are.
 */
import type { ClipSettings, NodeTraining, OptimizerSettings, TrainingSettings } from "../graph/project";
import type { Weight } from "../layers/initializers";
import { adadelta, adagrad, adam, type OptimizerRule, rmsprop, sgd } from "../program/optimizers";
import type { Slot } from "../program/program";
import { type DType, elementCount } from "../tensor/tensor";
import type { CheckedGraph } from "./checked";

/** 64 elements are 256 bytes: the alignment at which WebGPU can bind a part of a buffer. */
const alignment = 64;

/** Entries of the loss ring; the host reads it long before it comes round. */
export const ringEntries = 4096;

/** For so many steps the host can write a number ahead that moves by a schedule. */
export const rateEntries = 512;

export interface TensorSlot extends Slot {
  readonly shape: readonly number[];
  readonly init: Weight["init"];
  readonly node: string;
  /** The node's own settings. */
  readonly training: NodeTraining;
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
  /** The optimizer's numbers: one of `hyper`, or, for those that move by a schedule, `rateEntries` of `rates`. */
  readonly hyper: Readonly<Record<string, Slot>>;
  readonly clip: ClipSettings;
  /**
   * step, cursor (position in the order), seed; rate (position in `rates`); the cursor of an evaluation; and how many
   * parts of the step's batch have been added up. int64.
   */
  readonly counters: Readonly<
    Record<"step" | "cursor" | "seed" | "rate" | "evaluation_cursor" | "part", Slot>
  >;
  /** The batch's loss and number of right answers, one entry a step. */
  readonly ring: Readonly<Record<"loss" | "correct", Slot>>;
  /** Sums over an evaluation. */
  readonly metrics: Readonly<Record<"loss" | "correct", Slot>>;
  /** The same of each loss by its node's id, where there are several: the loss is then their weighted sum. */
  readonly losses: Readonly<Record<string, { readonly ring: Slot; readonly metrics: Slot }>>;
  /** Null where a step is one batch. */
  readonly accumulation: Accumulation | null;
  readonly specs: Readonly<Record<string, { readonly dtype: DType; readonly length: number }>>;
}

/** What the parts of a step's batch are added up in. All of it is zero between two steps. */
export interface Accumulation {
  /** How many parts a step has at most. */
  readonly steps: number;
  /** Laid out as `params`. */
  readonly gradients: Slot;
  /** The whole batch's loss and right answers, and each loss by its node's id where there are several. */
  readonly sums: Readonly<Record<"loss" | "correct", Slot>>;
  readonly losses: Readonly<Record<string, Slot>>;
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

/** Those of the optimizer's numbers that another value is written of for every step. */
export function scheduledNumbers({ optimizer, schedule, warmup_steps }: TrainingSettings): readonly string[] {
  const still = schedule.type === "constant" || schedule.type === "ReduceLROnPlateau";
  if (still && warmup_steps === 0) return [];
  if (schedule.type !== "OneCycleLR" || !schedule.cycle_momentum) return ["lr"];
  // PyTorch corrects Adam's average by the beta of the moment, as if it had always been that.
  if ("betas" in optimizer) return ["lr", "beta1", "correction1"];
  return "momentum" in optimizer ? ["lr", "momentum"] : ["lr"];
}

export function placeMemory(checked: CheckedGraph, settings: TrainingSettings): NetworkMemory {
  const optimizer = optimizerRule(settings.optimizer);
  const params = placeTensors(checked, "params", "weights");
  const buffers = placeTensors(checked, "buffers", "buffers");
  const length = Math.max(params.length, alignment);
  const state = placeAll("optimizer", [
    ...optimizer.state.map((name) => [name, length] as const),
    ...optimizer.scalars.map((name) => [name, 1] as const),
  ]);
  const scheduled = scheduledNumbers(settings);
  const hyper = placeAll(
    "hyper",
    optimizer.hyper.filter((name) => !scheduled.includes(name)).map((name) => [name, 1]),
  );
  const rates = placeAll(
    "rates",
    scheduled.map((name) => [name, rateEntries]),
  );
  const counters = placeAll("counters", [
    ["step", 1],
    ["cursor", 1],
    ["seed", 1],
    ["rate", 1],
    ["evaluation_cursor", 1],
    ["part", 1],
  ]);
  const each = checked.losses.length > 1 ? checked.losses : [];
  const ring = placeAll("ring", [
    ["loss", ringEntries],
    ["correct", ringEntries],
    ...each.map((id) => [lossKey(id), ringEntries] as const),
  ]);
  const metrics = placeAll("metrics", [
    ["loss", 1],
    ["correct", 1],
    ...each.map((id) => [lossKey(id), 1] as const),
  ]);
  const sums = placeAll("sums", [
    ["loss", 1],
    ["correct", 1],
    ...each.map((id) => [lossKey(id), 1] as const),
  ]);
  const accumulates = settings.accumulation_steps > 1;
  const float = (elements: number) => ({ dtype: "float32", length: Math.max(elements, alignment) }) as const;
  return {
    optimizer,
    length,
    params: params.slots,
    buffers: buffers.slots,
    state: state.slots,
    hyper: { ...hyper.slots, ...rates.slots },
    clip: settings.clip,
    counters: counters.slots,
    ring: ring.slots,
    metrics: metrics.slots,
    losses: Object.fromEntries(
      each.map((id) => [id, { ring: ring.slots[lossKey(id)], metrics: metrics.slots[lossKey(id)] }]),
    ),
    accumulation: accumulates
      ? {
          steps: settings.accumulation_steps,
          gradients: { memory: "gradients", offset: 0, length },
          sums: sums.slots,
          losses: Object.fromEntries(each.map((id) => [id, sums.slots[lossKey(id)]])),
        }
      : null,
    specs: {
      params: float(length),
      optimizer: float(state.length),
      buffers: float(buffers.length),
      hyper: float(hyper.length),
      rates: float(rates.length),
      counters: { dtype: "int64", length: counters.length },
      ring: float(ring.length),
      metrics: float(metrics.length),
      ...(accumulates && { gradients: float(length), sums: float(sums.length) }),
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
        training: node.training ?? {},
        parameter,
        name: `${node.name}.${parameter}`,
      });
      offset = align(offset + length);
    }
  }
  return { slots, length: offset };
}

/** Apart from `loss` and `correct`. */
function lossKey(id: string): `loss of ${string}` {
  return `loss of ${id}`;
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
