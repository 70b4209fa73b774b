/**
 * What a whole-step kernel costs and what the ordinary plan costs, in nanoseconds, so that the cheaper can be taken.
 * Only ratios matter, and only to a factor of two or so: where it pays, it pays many times over.
 *
 * A software adapter (SwiftShader) was measured: a workgroup of 4 lanes is one vector of one core, so that a lane costs
 * nothing and what counts is how often memory is gathered. A GPU's numbers are estimates from its latencies: a single
 * workgroup leaves nearly all of it idle, but between two dispatches it would be idle altogether.
 */
import type { Program } from "../program/program";
import type { Plan, PlanLimits } from "./plan";

export interface StepCosts {
  /** Size of the workgroup. */
  readonly lanes: number;
  /** Reading or writing one element of a buffer, each lane its own. */
  readonly gather: number;
  /** Reading an element that all lanes share, at a place that is known when the kernel is compiled. */
  readonly fixed: number;
  /** A multiplication with an addition, in registers. */
  readonly multiply: number;
  /** Swapping a number with another lane of a quad; 0 where that is no gain or not possible. */
  readonly swap: number;
  /** One unit of `ValueLowering.cost`. */
  readonly operation: number;
  readonly random: number;
  /** A round of a loop. */
  readonly round: number;
  readonly barrier: number;
  /** Operations that a row written out may take, so that its code stays small; 0 where rows are too few for all lanes. */
  readonly rowWork: number;
}

const software: StepCosts = {
  lanes: 4,
  gather: 7,
  fixed: 2.8,
  multiply: 1.2,
  swap: 1.3,
  operation: 0.6,
  random: 15,
  round: 4,
  barrier: 100,
  rowWork: 1200,
};

const hardware: StepCosts = {
  lanes: 256,
  gather: 20,
  fixed: 10,
  multiply: 4,
  swap: 0,
  operation: 4,
  random: 60,
  round: 10,
  barrier: 50,
  rowWork: 0,
};

/** The measure for a device. */
export function stepCosts(limits: PlanLimits): StepCosts {
  if (!limits.software) return hardware;
  return limits.subgroups ? software : { ...software, swap: 0 };
}

function dispatchCost({ software }: PlanLimits): number {
  return software ? 40_000 : 3000;
}

/**
 * What a plan of many dispatches costs: each waits for the one before it, and the first million operations of a dispatch
 * go slowly, because small work leaves most of a kernel's tiles or lanes empty.
 */
export function ordinaryCost({ dispatches }: Plan, limits: PlanLimits): number {
  const dispatch = dispatchCost(limits);
  const { first, flop, byte } = limits.software
    ? { first: 0.35, flop: 0.25, byte: 0.2 }
    : { first: 0, flop: 0.000_5, byte: 0.01 };
  const work = (flops: number, bytes: number) =>
    Math.max(flops * flop + Math.min(flops, 1e6) * first, bytes * byte);
  return dispatches.reduce((sum, { flops, bytes }) => sum + dispatch + work(flops, bytes), 0);
}

/** The least that an ordinary plan can cost: products that wait for each other are dispatches of their own. */
function leastOrdinaryCost({ ops }: Program, limits: PlanLimits): number {
  const live = new Set<number>();
  for (const { id, kind, inputs } of ops.toReversed())
    if (kind === "store" || kind === "ring_store" || live.has(id))
      for (const input of inputs) live.add(input);
  const products: number[] = [];
  for (const { id, kind, inputs } of ops)
    products[id] =
      Math.max(0, ...inputs.map((input) => products[input])) + (kind === "matmul" && live.has(id) ? 1 : 0);
  return Math.max(0, ...products.filter((_, id) => live.has(id))) * dispatchCost(limits);
}

/** What a whole-step kernel may cost to be taken whatever an ordinary plan costs. */
export function surelyWorthwhileCost(program: Program, limits: PlanLimits): number {
  return leastOrdinaryCost(program, limits) / leastGain;
}

/** A kernel that barely wins is not worth its longer compilation. */
const leastGain = 1.5;

/** What a whole-step kernel may cost to be taken instead of an ordinary plan. */
export function worthwhileCost(ordinary: Plan, limits: PlanLimits): number {
  return ordinaryCost(ordinary, limits) / leastGain;
}
