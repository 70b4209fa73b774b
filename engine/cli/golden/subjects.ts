/** Every subject of the golden cases: how to run one case of it. The one place to add a subject. */
import type { GoldenDevice } from "./device";
import type { Outcome } from "./subject";

/** A case of that subject, as its JSON file has it: the file is ours and each subject's types describe it. */
type Case = never;

export type Subject =
  | { readonly needsDevice: false; load(): Promise<(each: Case) => Promise<Outcome>> }
  | { readonly needsDevice: true; load(): Promise<(each: Case, device: GoldenDevice) => Promise<Outcome>> };

/** Loaded when asked for: shapes can be compared on a machine without WebGPU. */
export const subjects = {
  views: { needsDevice: false, load: async () => (await import("./views")).checkViews },
  shapes: { needsDevice: false, load: async () => (await import("./shapes")).checkShapes },
  layouts: { needsDevice: false, load: async () => (await import("./layouts")).checkLayout },
  init: { needsDevice: false, load: async () => (await import("./init")).checkInit },
  ops: { needsDevice: true, load: async () => (await import("./ops")).runOpsCase },
  optim: { needsDevice: true, load: async () => (await import("./optim")).runOptimCase },
  train: { needsDevice: true, load: async () => (await import("./train")).runTrainCase },
} as const satisfies Readonly<Record<string, Subject>>;

export type SubjectName = keyof typeof subjects;
