/**
 * What the planner does beyond one plain dispatch for every operation. Each can be left out, to see what it gains or
 * whether it is to blame; results are the same but for rounding.
 */
export interface Optimisations {
  /** Operations whose results nothing needs are dropped. */
  readonly dce: boolean;
  /** An operation that the program repeats is done once. */
  readonly cse: boolean;
  /** A kernel does more than one operation. */
  readonly fuse: boolean;
  /** What a later kernel can make again cheaply is not stored for it; of kernels that are fused only. */
  readonly recompute: boolean;
  /** A dispatch runs more than one kernel; of kernels that are fused only. */
  readonly merge: boolean;
  /** Kernels and splits of sums are chosen by adapter and shape; else each is the plainest. */
  readonly variants: boolean;
  /** A small network's step is one dispatch. */
  readonly megakernel: boolean;
}

export type Optimisation = keyof Optimisations;

export const everyOptimisation: Optimisations = {
  dce: true,
  cse: true,
  fuse: true,
  recompute: true,
  merge: true,
  variants: true,
  megakernel: true,
};

/** The names of all, in the order in which they apply. */
export const optimisationNames = Object.keys(everyOptimisation) as readonly Optimisation[];

/** What leaves it out on a command line, after `--`. */
export function switchOf(optimisation: Optimisation): `no-${Optimisation}` {
  return `no-${optimisation}`;
}

/** All but those. */
export function allBut(left: Iterable<Optimisation>): Optimisations {
  return { ...everyOptimisation, ...Object.fromEntries([...left].map((name) => [name, false])) };
}
