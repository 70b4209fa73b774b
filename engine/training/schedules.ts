/**
 * Learning-rate schedules as `torch.optim.lr_scheduler` has them, in closed form: the rate at a step follows from the
 * step alone, so a run can begin anywhere. Only ReduceLROnPlateau looks back.
 */
import type { ScheduleSettings } from "../graph/project";

export type Schedule =
  | Exclude<ScheduleSettings, { readonly type: "constant" | "OneCycleLR" }>
  | {
      readonly type: "LinearLR";
      readonly start_factor: number;
      readonly end_factor: number;
      readonly total_iters: number;
    }
  /** A milestone that is listed twice counts twice. */
  | { readonly type: "MultiStepLR"; readonly milestones: readonly number[]; readonly gamma: number }
  | OneCycle
  /** `schedules[i + 1]` begins, as at its step 0, at `milestones[i]`. */
  | {
      readonly type: "SequentialLR";
      readonly schedules: readonly Schedule[];
      readonly milestones: readonly number[];
    };

export interface OneCycle {
  readonly type: "OneCycleLR";
  readonly max_lr: number;
  readonly total_steps: number;
  /** Share of the steps in which the rate rises. */
  readonly pct_start: number;
  readonly anneal_strategy: "cos" | "linear";
  /** The first rate is `max_lr / div_factor`, the last that over `final_div_factor`. */
  readonly div_factor: number;
  readonly final_div_factor: number;
  /** Falls as long as it rose, back to the first rate, and then to the last; else in one go to the last. */
  readonly three_phase: boolean;
  readonly base_momentum: number;
  readonly max_momentum: number;
}

/** PyTorch's defaults. */
export const oneCycle: Omit<OneCycle, "max_lr" | "total_steps"> = {
  type: "OneCycleLR",
  pct_start: 0.3,
  anneal_strategy: "cos",
  div_factor: 25,
  final_div_factor: 1e4,
  three_phase: false,
  base_momentum: 0.85,
  max_momentum: 0.95,
};

/** What a project's schedule stands for with an optimizer at `lr`; null when the rate does not move. */
export function scheduleFor(settings: ScheduleSettings, lr: number): Schedule | null {
  switch (settings.type) {
    case "constant":
      return null;
    case "OneCycleLR":
      return { ...oneCycle, ...settings, max_lr: lr };
    default:
      return settings;
  }
}

/** The learning rate in force at `step` (0 is the first) for an optimizer that was given `lr`. */
export function rateAt(schedule: Schedule, lr: number, step: number): number {
  switch (schedule.type) {
    case "LinearWarmup":
      return lr * Math.min(1, (step + 1) / schedule.warmup_steps);
    case "LinearLR": {
      const { start_factor, end_factor, total_iters } = schedule;
      const done = Math.min(step, total_iters) / total_iters;
      return lr * (start_factor + (end_factor - start_factor) * done);
    }
    case "StepLR":
      return lr * schedule.gamma ** Math.floor(step / schedule.step_size);
    case "MultiStepLR":
      return lr * schedule.gamma ** schedule.milestones.filter((milestone) => milestone <= step).length;
    case "ExponentialLR":
      return lr * schedule.gamma ** step;
    case "CosineAnnealingLR":
      return between(schedule.eta_min, lr, cosine(step / schedule.T_max));
    case "CosineAnnealingWarmRestarts": {
      const { T_0, T_mult, eta_min } = schedule;
      let [since, period] = [step, T_0];
      while (since >= period) {
        since -= period;
        period *= T_mult;
      }
      return between(eta_min, lr, cosine(since / period));
    }
    case "OneCycleLR": {
      const first = schedule.max_lr / schedule.div_factor;
      return along(schedule, step, first, schedule.max_lr, first / schedule.final_div_factor);
    }
    case "SequentialLR": {
      const part = schedule.milestones.filter((milestone) => milestone <= step).length;
      return rateAt(schedule.schedules[part], lr, step - (part > 0 ? schedule.milestones[part - 1] : 0));
    }
  }
}

/** Momentum (for Adam, the first beta) goes down while the rate goes up, and back. */
export function momentumAt(schedule: OneCycle, step: number): number {
  const { max_momentum, base_momentum } = schedule;
  return along(schedule, step, max_momentum, base_momentum, max_momentum);
}

/** From `first` to `peak`, then to `last`; PyTorch's steps at which a phase ends are not whole numbers. */
function along(schedule: OneCycle, step: number, first: number, peak: number, last: number): number {
  const { total_steps, pct_start, three_phase, anneal_strategy } = schedule;
  const rise = pct_start * total_steps - 1;
  const end = total_steps - 1;
  const fall = 2 * rise;
  const phases = three_phase
    ? [
        { until: rise, from: first, to: peak },
        { until: fall, from: peak, to: first },
        { until: end, from: first, to: last },
      ]
    : [
        { until: rise, from: first, to: peak },
        { until: end, from: peak, to: last },
      ];
  let begin = 0;
  for (const { until, from, to } of phases) {
    if (step <= until && until > begin) {
      const done = (step - begin) / (until - begin);
      return between(to, from, anneal_strategy === "cos" ? cosine(done) : 1 - done);
    }
    begin = until;
  }
  return last;
}

/** 1 at 0, falling to 0 at 1. */
function cosine(done: number): number {
  return (1 + Math.cos(Math.PI * done)) / 2;
}

/** `low` where the share is 0, `high` where it is 1. */
function between(low: number, high: number, share: number): number {
  return low + (high - low) * share;
}

export interface ReduceOnPlateau {
  readonly mode: "min" | "max";
  readonly factor: number;
  readonly patience: number;
  readonly threshold: number;
  readonly threshold_mode: "rel" | "abs";
  readonly cooldown: number;
  readonly min_lr: number;
  /** A smaller change of the rate is left out. */
  readonly eps: number;
}

export interface PlateauState {
  readonly lr: number;
  readonly best: number;
  readonly bad: number;
  readonly cooling: number;
}

export function plateauStart(lr: number, { mode }: ReduceOnPlateau): PlateauState {
  return {
    lr,
    best: mode === "min" ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY,
    bad: 0,
    cooling: 0,
  };
}

/** Takes in one value of what is watched: after `patience` values that are no better, the rate falls by `factor`. */
export function afterMetric(state: PlateauState, settings: ReduceOnPlateau, metric: number): PlateauState {
  const better = isBetter(settings, metric, state.best);
  const best = better ? metric : state.best;
  const cooling = Math.max(state.cooling - 1, 0);
  const bad = better || state.cooling > 0 ? 0 : state.bad + 1;
  if (bad <= settings.patience) return { lr: state.lr, best, bad, cooling };
  const reduced = Math.max(state.lr * settings.factor, settings.min_lr);
  const lr = state.lr - reduced > settings.eps ? reduced : state.lr;
  return { lr, best, bad: 0, cooling: settings.cooldown };
}

function isBetter(settings: ReduceOnPlateau, metric: number, best: number): boolean {
  const { mode, threshold, threshold_mode } = settings;
  const sign = mode === "min" ? -1 : 1;
  const bar = threshold_mode === "rel" ? best * (1 + sign * threshold) : best + sign * threshold;
  return mode === "min" ? metric < bar : metric > bar;
}
