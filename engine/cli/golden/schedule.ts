/** Learning-rate schedules of golden cases: arithmetic in double precision, the same on every device. */
import { defaultSchedules } from "../../graph/project";
import {
  afterMetric,
  momentumAt,
  plateauStart,
  type ReduceOnPlateau,
  rateAt,
  type Schedule,
} from "../../training/schedules";
import type { Outcome } from "./subject";

export interface CaseSchedule {
  readonly scheduler: string;
  readonly args: Readonly<Record<string, unknown>>;
}

export interface ScheduleCase extends CaseSchedule {
  readonly kind: "scheduler";
  readonly id: string;
  readonly optimizer_args: { readonly lr: number };
  readonly groups?: readonly { readonly lr?: number }[];
  /** With groups, one list a step. */
  readonly lrs: readonly (number | readonly number[])[];
  readonly momentums?: readonly number[];
  readonly metrics?: readonly number[];
}

const tolerance = 1e-7;

export function runScheduleCase(test: ScheduleCase): Outcome {
  const starts = (test.groups ?? [{}]).map((group) => group.lr ?? test.optimizer_args.lr);
  const rates = ratesOf(test, starts);
  if (!rates) return { status: "unsupported", reason: test.scheduler };
  const schedule = scheduleOf(test);
  for (const [step, expected] of test.lrs.entries()) {
    const found = rates.map((rate) => rate(step));
    const reason =
      differs(`rate ${step}`, found, typeof expected === "number" ? [expected] : expected) ??
      (test.momentums && schedule?.type === "OneCycleLR" && test.args.cycle_momentum !== false
        ? differs(`momentum ${step}`, [momentumAt(schedule, step)], [test.momentums[step]])
        : null);
    if (reason) return { status: "failed", reason };
  }
  return { status: "passed" };
}

/** Null when there is no such schedule. Missing arguments are PyTorch's defaults. */
export function scheduleOf({ scheduler, args }: CaseSchedule): Schedule | null {
  if (scheduler === "SequentialLR") {
    // Golden data are as engine/golden/README.md says; so in the casts below.
    const { schedulers, milestones } = args as { schedulers: CaseSchedule[]; milestones: number[] };
    const schedules = schedulers.flatMap((each) => scheduleOf(each) ?? []);
    return schedules.length < schedulers.length ? null : { type: "SequentialLR", schedules, milestones };
  }
  if (scheduler === "LambdaLR") return { type: "LinearWarmup", ...args } as Schedule;
  if (scheduler === "OneCycleLR") {
    const { epochs = 0, steps_per_epoch = 0 } = args as { epochs?: number; steps_per_epoch?: number };
    return {
      ...defaultSchedules.OneCycleLR,
      max_lr: 0,
      total_steps: epochs * steps_per_epoch,
      ...args,
    };
  }
  return Object.hasOwn(defaults, scheduler)
    ? ({ type: scheduler, ...defaults[scheduler], ...args } as Schedule)
    : null;
}

const defaults: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  LinearLR: { start_factor: 1 / 3, end_factor: 1, total_iters: 5 },
  StepLR: { gamma: 0.1 },
  MultiStepLR: { gamma: 0.1 },
  ExponentialLR: {},
  CosineAnnealingLR: { eta_min: 0 },
  CosineAnnealingWarmRestarts: { T_mult: 1, eta_min: 0 },
};

const plateau: ReduceOnPlateau = {
  mode: "min",
  factor: 0.1,
  patience: 10,
  threshold: 1e-4,
  threshold_mode: "rel",
  cooldown: 0,
  min_lr: 0,
  eps: 1e-8,
};

/** For each group the rate at a step. */
function ratesOf(test: ScheduleCase, starts: readonly number[]): ((step: number) => number)[] | null {
  if (test.scheduler === "ReduceLROnPlateau") return starts.map((lr) => plateauRates(test, lr));
  const schedule = scheduleOf(test);
  return schedule && starts.map((lr) => (step: number) => rateAt(schedule, lr, step));
}

function plateauRates({ args, metrics = [] }: ScheduleCase, lr: number): (step: number) => number {
  const settings = { ...plateau, ...args };
  const states = [plateauStart(lr, settings)];
  for (const metric of metrics) states.push(afterMetric(states[states.length - 1], settings, metric));
  return (step) => states[step].lr;
}

function differs(what: string, found: readonly number[], expected: readonly number[]): string | null {
  const at = expected.findIndex((value, i) => !(Math.abs(found[i] - value) <= tolerance * Math.abs(value)));
  return at < 0 ? null : `${what}, group ${at}: ${found[at]} instead of ${expected[at]}`;
}
