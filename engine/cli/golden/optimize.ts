/** The optimizer half of a golden case: memories for parameters, gradients and state, and the update over them. */
import { hyperValues, optimizerRule } from "../../compile/memory";
import { defaultOptimizers, type OptimizerSettings } from "../../graph/project";
import type { Builder, Value } from "../../program/builder";
import { clipNorm, clipValue } from "../../program/clip";
import type { Slot } from "../../program/program";
import type { Machine } from "./device";

export interface CaseOptimizer {
  readonly op: string;
  readonly args: Readonly<Record<string, unknown>>;
}

export interface CaseClip {
  readonly kind: "norm" | "value";
  readonly max_norm?: number;
  readonly norm_type?: number | "inf";
  readonly clip_value?: number;
}

/** Parameters that share their numbers: a range of the flat vectors. */
interface Group {
  readonly offset: number;
  readonly length: number;
  readonly args: Readonly<Record<string, unknown>>;
}

interface StateTensor {
  readonly slot: Slot;
  readonly shape: readonly number[];
}

export interface Update {
  readonly settings: OptimizerSettings;
  /** Memories `optimizer`, `hyper` and `step`, beside `params` and `grads`. */
  readonly specs: Readonly<Record<string, { readonly dtype: "float32" | "int64"; readonly length: number }>>;
  initialise(machine: Machine): void;
  /** For all groups. */
  setRate(machine: Machine, lr: number): void;
  /** Appends clipping, the update of every group, and the counting of the step. @returns the norm before clipping */
  build(ops: Builder, length: number, clip: CaseClip | undefined): Value | null;
}

/** Null when there is no such optimizer. */
export function planUpdate({ op, args }: CaseOptimizer, groups: readonly Group[]): Update | null {
  const settings = settingsOf(op, args);
  if (!settings) return null;
  const rule = optimizerRule(settings);
  let [stateLength, hyperLength] = [0, 0];
  const take = (length: number) => {
    const offset = stateLength;
    stateLength += Math.ceil(length / 64) * 64;
    return { memory: "optimizer", offset, length };
  };
  const placed = groups.map((group) => ({
    ...group,
    state: Object.fromEntries([
      ...rule.state.map((name): [string, StateTensor] => [
        name,
        { slot: take(group.length), shape: [group.length] },
      ]),
      ...rule.scalars.map((name): [string, StateTensor] => [name, { slot: take(1), shape: [] }]),
    ]),
    hyper: Object.fromEntries(
      rule.hyper.map((name) => [
        name,
        { memory: "hyper", offset: 64 * hyperLength++, length: 1 } satisfies Slot,
      ]),
    ),
  }));
  const step: Slot = { memory: "step", offset: 0, length: 1 };
  return {
    settings,
    specs: {
      optimizer: { dtype: "float32", length: Math.max(stateLength, 64) },
      hyper: { dtype: "float32", length: 64 * hyperLength },
      step: { dtype: "int64", length: 1 },
    },
    initialise(machine) {
      for (const group of placed) {
        const values = hyperValues({ ...settings, ...group.args });
        for (const [name, slot] of Object.entries(group.hyper))
          machine.write("hyper", [values[name]], slot.offset);
      }
    },
    setRate(machine, lr) {
      for (const { hyper } of placed) machine.write("hyper", [lr], hyper.lr.offset);
    },
    build(ops, length, clip) {
      const first = ops.equal(ops.load(step, [], "int64"), 0);
      const gradients = clipGradients(ops, ops.load({ memory: "grads", offset: 0, length }, [length]), clip);
      const downhill = args.maximize === true ? ops.neg(gradients.grad) : gradients.grad;
      for (const { offset, length: size, state, hyper } of placed) {
        const updated = rule.update(ops, {
          param: ops.load({ memory: "params", offset, length: size }, [size]),
          grad: ops.slice(downhill, [offset], [size]),
          state: Object.fromEntries(
            Object.entries(state).map(([name, { slot, shape }]) => [name, ops.load(slot, shape)]),
          ),
          hyper: Object.fromEntries(Object.entries(hyper).map(([name, slot]) => [name, ops.load(slot, [])])),
          first,
        });
        ops.store({ memory: "params", offset, length: size }, updated.param);
        for (const [name, value] of Object.entries(updated.state)) ops.store(state[name].slot, value);
      }
      ops.store(step, ops.add(ops.load(step, [], "int64"), 1));
      return gradients.norm;
    },
  };
}

function clipGradients(
  ops: Builder,
  grad: Value,
  clip: CaseClip | undefined,
): { grad: Value; norm: Value | null } {
  if (!clip) return { grad, norm: null };
  if (clip.kind === "value") return { grad: clipValue(ops, grad, clip.clip_value ?? 0), norm: null };
  const type = clip.norm_type ?? 2;
  const { grads, norm } = clipNorm(ops, [grad], clip.max_norm ?? 0, type === "inf" ? Infinity : type);
  return { grad: grads[0], norm };
}

/** PyTorch's defaults where a case has no argument: its SGD has no momentum. */
function settingsOf(op: string, args: CaseOptimizer["args"]): OptimizerSettings | null {
  if (!Object.hasOwn(defaultOptimizers, op)) return null;
  const defaults = defaultOptimizers[op as OptimizerSettings["type"]];
  return { ...defaults, ...(defaults.type === "SGD" && { momentum: 0 }), ...args };
}
