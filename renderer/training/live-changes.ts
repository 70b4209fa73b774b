/** Which changes of the training settings can act on a run that is under way. */
import type { Project } from "../../engine";
import type { HyperName } from "../../engine/training/protocol";
import type { Order } from "./client";

type Training = Project["training"];
export type LiveChange = Extract<Order, { kind: "set-hyper" | "set-epochs" }>;

export const hyperNames: readonly HyperName[] = ["lr", "momentum", "weight_decay"];

/** Null for one that the optimizer does not have: not all know a momentum. */
export function hyperOf({ optimizer }: Training, name: HyperName): number | null {
  if (name === "momentum") return "momentum" in optimizer ? optimizer.momentum : null;
  return optimizer[name];
}

export function liveChanges(before: Training, now: Training): readonly LiveChange[] {
  const epochs: LiveChange[] =
    before.epochs === now.epochs ? [] : [{ kind: "set-epochs", epochs: now.epochs }];
  // Another optimizer needs a new start: its numbers would mean something else to the one that runs.
  if (before.optimizer.type !== now.optimizer.type) return epochs;
  const hypers = hyperNames.flatMap((name): LiveChange[] => {
    const value = hyperOf(now, name);
    return value === null || value === hyperOf(before, name) ? [] : [{ kind: "set-hyper", name, value }];
  });
  return [...hypers, ...epochs];
}
