/** The fields of an optimizer, a schedule, a clipping or an initialiser. Their names are PyTorch's, in every language. */
import type { InitSettings, Project } from "../../engine";
import { nonlinearities } from "../../engine";
import { hyperNames } from "./live-changes";

type Training = Project["training"];
export type SettingValue = number | boolean | string | readonly number[];

export interface OwnSetting<T> {
  readonly name: string;
  readonly value: SettingValue;
  /** What it can be, where that is a list. */
  readonly options: readonly (number | string)[] | null;
  readonly range: Range;
  /** @returns the settings with another value of the same kind */
  put(next: SettingValue): T;
}

interface Range {
  readonly min: number;
  readonly max: number;
  readonly whole: boolean;
}

const any: Range = { min: 0, max: Number.POSITIVE_INFINITY, whole: false };
const count: Range = { ...any, whole: true };
const steps: Range = { ...count, min: 1 };
const share: Range = { ...any, max: 0.999999 };
const signed: Range = { ...any, min: Number.NEGATIVE_INFINITY };

const named = (range: Range, ...names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, range]));

/** Numbers that are not listed are 0 or more. */
const ranges: Readonly<Record<string, Range>> = {
  ...named(steps, "step_size", "milestones", "total_iters", "T_max", "T_0", "T_mult", "total_steps"),
  ...named(count, "patience", "cooldown"),
  ...named(share, "betas", "alpha", "rho", "pct_start", "factor", "base_momentum", "max_momentum"),
  ...named({ ...any, min: 1e-6 }, "div_factor", "final_div_factor"),
  ...named(signed, "gain", "a", "b", "mean", "val", "values"),
};

const options: Readonly<Record<string, readonly (number | string)[]>> = {
  anneal_strategy: ["cos", "linear"],
  norm_type: [2, 1, "inf"],
  nonlinearity: nonlinearities,
};

const modes = { ReduceLROnPlateau: ["min", "max"], init: ["fan_in", "fan_out"] } as const;

/** @param hidden names that are not shown */
export function ownSettings<T extends { readonly type: string }>(
  settings: T,
  hidden: readonly string[] = [],
): readonly OwnSetting<T>[] {
  const { type } = settings;
  return Object.entries(settings)
    .filter(([name]) => name !== "type" && !hidden.includes(name))
    .flatMap(([name, value]): OwnSetting<T>[] => {
      const mode = type === "ReduceLROnPlateau" ? modes.ReduceLROnPlateau : modes.init;
      const setting = (
        label: string,
        now: SettingValue,
        changed: (next: SettingValue) => unknown,
      ): OwnSetting<T> => ({
        name: label,
        value: now,
        options: name === "mode" ? mode : (options[name] ?? null),
        range: ranges[name] ?? any,
        // `changed` has the kind of the value it replaces, as `put` asks for.
        put: (next) => ({ ...settings, [name]: changed(next) }),
      });
      return name === "betas" && Array.isArray(value)
        ? value.map((beta: number, at: number) =>
            setting(`beta${at + 1}`, beta, (next) => value.with(at, next)),
          )
        : [setting(name, value, (next) => next)];
    });
}

/** Numbers that have a slider, and those that do nothing as the others stand. */
export function hiddenOf({ optimizer, schedule }: Training): readonly string[] {
  const still = "momentum" in optimizer && optimizer.momentum === 0;
  const cycles = "momentum" in optimizer || "betas" in optimizer;
  const cycling = schedule.type === "OneCycleLR" && schedule.cycle_momentum && cycles;
  return [
    ...hyperNames,
    ...(still ? ["dampening", "nesterov"] : []),
    ...(cycles ? [] : ["cycle_momentum"]),
    ...(cycling ? [] : ["base_momentum", "max_momentum"]),
  ];
}

/** `a` is the slope of a leaky ReLU. */
export function hiddenOfInit(init: InitSettings): readonly string[] {
  return "nonlinearity" in init && init.nonlinearity !== "leaky_relu" ? ["a"] : [];
}
