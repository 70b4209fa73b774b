/**
 * Learning-rate schedules as `torch.optim.lr_scheduler` has them, in closed form: the rate at a step follows from the
 * step alone, so a run can begin anywhere. Only ReduceLROnPlateau looks back.
 */
import type { OneCycleSettings, PlateauSettings, ScheduleSettings, TrainingSettings } from "../graph/project";

export type Schedule =
  | Exclude<ScheduleSettings, { readonly type: "constant" | "OneCycleLR" | "ReduceLROnPlateau" }>
  /** The rate rises in equal parts and is whole at step `warmup_steps - 1`. */
  | { readonly type: "LinearWarmup"; readonly warmup_steps: number }
  | OneCycle
  /** `schedules[i + 1]` begins, as at its step 0, at `milestones[i]`. */
  | {
      readonly type: "SequentialLR";
      readonly schedules: readonly Schedule[];
      readonly milestones: readonly number[];
    };

export interface OneCycle extends Omit<OneCycleSettings, "cycle_momentum"> {
  readonly max_lr: number;
}

/** The numbers in force at `step` that move by the project's schedule, by the names of `scheduledNumbers`. */
export function scheduledAt(training: TrainingSettings, step: number): Readonly<Record<string, number>> {
  const { optimizer, schedule, warmup_steps } = training;
  const behind = step - warmup_steps;
  if (schedule.type !== "OneCycleLR") {
    const warm = behind < 0 ? (step + 1) / warmup_steps : 1;
    const still = behind < 0 || schedule.type === "constant" || schedule.type === "ReduceLROnPlateau";
    return { lr: still ? optimizer.lr * warm : rateAt(schedule, optimizer.lr, behind) };
  }
  const cycle = { ...schedule, max_lr: optimizer.lr };
  const momentum = momentumAt(cycle, Math.max(behind, 0));
  return {
    // PyTorch's warm-up multiplies what its cycle begins with.
    lr:
      behind < 0
        ? rateAt(cycle, optimizer.lr, 0) * ((step + 1) / warmup_steps)
        : rateAt(cycle, optimizer.lr, behind),
    momentum,
    beta1: momentum,
    correction1: 1 - momentum ** (step + 1),
  };
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

export interface ReduceOnPlateau extends Omit<PlateauSettings, "type"> {
  readonly threshold_mode: "rel" | "abs";
  /** A smaller change of the rate is left out. */
  readonly eps: number;
}

/** A project's settings with what they leave at PyTorch's defaults. */
export function plateauOf(settings: PlateauSettings): ReduceOnPlateau {
  return { ...settings, threshold_mode: "rel", eps: 1e-8 };
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
