/** What an optimizer has besides the numbers with a slider. The names are PyTorch's, in every language. */
import type { Project } from "../../engine";
import { hyperNames } from "./live-changes";

type Optimizer = Project["training"]["optimizer"];

export interface OwnSetting {
  readonly name: string;
  readonly value: number | boolean;
  readonly largest: number;
  /** @returns the optimizer with another value of the same kind */
  put(next: number | boolean): Optimizer;
}

/** Shares of the old in a running average: less than 1. */
const shares: readonly string[] = ["betas", "alpha", "rho"];
const belowOne = 0.999999;

export function ownSettings(optimizer: Optimizer): readonly OwnSetting[] {
  const named: readonly string[] = ["type", ...hyperNames];
  return Object.entries(optimizer)
    .filter(([name]) => !named.includes(name))
    .flatMap(([name, value]): OwnSetting[] => {
      const largest = shares.includes(name) ? belowOne : Number.POSITIVE_INFINITY;
      // `changed` has the kind of the value it replaces, as `put` asks for.
      const setting = (
        label: string,
        now: number | boolean,
        changed: (next: number | boolean) => unknown,
      ) => ({
        name: label,
        value: now,
        largest,
        put: (next: number | boolean) => ({ ...optimizer, [name]: changed(next) }) as Optimizer,
      });
      return Array.isArray(value)
        ? value.map((beta: number, at) => setting(`beta${at + 1}`, beta, (next) => value.with(at, next)))
        : [setting(name, value, (next) => next)];
    });
}
