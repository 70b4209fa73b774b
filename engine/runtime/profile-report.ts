/** From the times of a plan's dispatches to what a person wants to know: where the time goes, and how well it is used. */
import { type Dispatch, labelOf, type Plan, timesOf } from "../plan/plan";
import type { Phase, Program } from "../program/program";
import type { Peaks } from "./profile-peaks";
import { workOf } from "./profile-work";

export interface Cost {
  readonly milliseconds: number;
  /** Of the sum of all dispatches. */
  readonly share: number;
  readonly flops: number;
  readonly bytes: number;
  /** Operations and bytes a second. */
  readonly flopRate: number;
  readonly byteRate: number;
  /**
   * The time that the device would need at best, over the time that it took: 1 is as fast as the hardware is. More
   * means that caches gave what memory would have been too slow for.
   */
  readonly roofline: number;
}

/** Of a dispatch that a step does several times: all of them together. */
export interface DispatchCost extends Cost {
  readonly label: string;
  readonly phase: Phase;
  /** Ids of the graph's nodes. */
  readonly nodes: readonly string[];
}

export interface PhaseCost extends Cost {
  readonly phase: Phase;
}

export interface NodeCost extends Cost {
  /** Null: what belongs to no node, such as counting the steps. */
  readonly node: string | null;
  /** Milliseconds. */
  readonly phases: Readonly<Record<Phase, number>>;
}

export interface Profile {
  /** The device's name. */
  readonly adapter: string;
  /** Runs whose medians these are. */
  readonly steps: number;
  /** Of a training step as it runs in training. */
  readonly stepMilliseconds: number;
  /** Of all dispatches together, each alone in its compute pass, as often as a step does it. */
  readonly milliseconds: number;
  readonly peaks: Peaks;
  /** In the plan's order. */
  readonly dispatches: readonly DispatchCost[];
  readonly phases: readonly PhaseCost[];
  /** Dearest first. */
  readonly nodes: readonly NodeCost[];
  /** By node id. */
  readonly names: Readonly<Record<string, string>>;
}

interface Measured extends Pick<Profile, "adapter" | "steps" | "stepMilliseconds" | "peaks" | "names"> {
  /** Of each dispatch, done once. */
  readonly milliseconds: readonly number[];
}

type Amount = Pick<Cost, "milliseconds" | "flops" | "bytes">;

const nothing: Amount = { milliseconds: 0, flops: 0, bytes: 0 };

/**
 * A dispatch that serves several nodes or phases is divided among them as its operations are.
 * @param program of which the plan was made
 */
export function reportProfile(plan: Plan, program: Program, measured: Measured): Profile {
  const { milliseconds: once, ...told } = measured;
  const times = timesOf(plan);
  const total = once.reduce((sum, each, i) => sum + each * times[i], 0);
  const cost = costs(told.peaks, total);
  const phases = new Map<Phase, Amount>();
  const nodes = new Map<string | null, { amount: Amount; phases: Record<Phase, number> }>();
  const dispatches = plan.dispatches.map((dispatch, index): DispatchCost => {
    const { phase, origins, flops, bytes } = dispatch;
    const amount = sum(nothing, { milliseconds: once[index], flops, bytes }, times[index]);
    for (const { node, phase, part } of partsOf(dispatch, program)) {
      const known = nodes.get(node) ?? { amount: nothing, phases: { forward: 0, backward: 0, update: 0 } };
      known.amount = sum(known.amount, amount, part);
      known.phases[phase] += amount.milliseconds * part;
      nodes.set(node, known);
      phases.set(phase, sum(phases.get(phase) ?? nothing, amount, part));
    }
    return { ...cost(amount), label: labelOf(dispatch, times[index]), phase, nodes: origins };
  });
  return {
    ...told,
    milliseconds: total,
    dispatches,
    phases: (["forward", "backward", "update"] as const).flatMap((phase) => {
      const amount = phases.get(phase);
      return amount ? [{ ...cost(amount), phase }] : [];
    }),
    nodes: [...nodes]
      .map(([node, { amount, phases }]) => ({ ...cost(amount), node, phases }))
      .sort((a, b) => b.milliseconds - a.milliseconds),
  };
}

function costs(peaks: Peaks, total: number): (amount: Amount) => Cost {
  return ({ milliseconds, flops, bytes }) => {
    const rate = (amount: number) => (milliseconds > 0 ? (amount / milliseconds) * 1000 : 0);
    return {
      milliseconds,
      share: total > 0 ? milliseconds / total : 0,
      flops,
      bytes,
      flopRate: rate(flops),
      byteRate: rate(bytes),
      roofline: rate(Math.max(flops / peaks.flops, bytes / peaks.bytes)),
    };
  };
}

function sum(a: Amount, b: Amount, part: number): Amount {
  return {
    milliseconds: a.milliseconds + b.milliseconds * part,
    flops: a.flops + b.flops * part,
    bytes: a.bytes + b.bytes * part,
  };
}

interface Part {
  readonly node: string | null;
  readonly phase: Phase;
  /** All parts of a dispatch are 1 together. */
  readonly part: number;
}

/** For each node and phase that a dispatch computes something of. */
function partsOf({ ops: ids, phase }: Dispatch, { ops }: Program): readonly Part[] {
  const work = ids.map((id) => workOf(ops[id], ops));
  const all = work.reduce((total, each) => total + each, 0);
  if (all === 0) return [{ node: null, phase, part: 1 }];
  return ids.map((id, i) => ({ node: ops[id].origin, phase: ops[id].phase, part: work[i] / all }));
}
