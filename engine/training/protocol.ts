/** Renderer ↔ training worker: two discriminated unions. Everything is structured-cloneable. */
import type { DataError, InputFile } from "../data/dataset";
import type { DataSummary } from "../data/summarize";
import type { Moves } from "../graph/moves";
import type { Project } from "../graph/project";
import type { Plan } from "../plan/plan";
import type { TunedKernels } from "../plan/tuned";
import type { Profile } from "../runtime/profile-report";
import type { Text } from "../tensor/text";
import type { Verdict } from "./verify-compare";

/** Numbers that can be changed while it trains, by the name PyTorch gives them. */
export type HyperName = "lr" | "momentum" | "weight_decay";

export type Command =
  /** Read files into a data set, for the project's data settings or, when `guess`, with settings found by looking. */
  | {
      readonly kind: "open-data";
      readonly request: number;
      readonly files: readonly InputFile[];
      readonly settings: Project["data"];
      readonly guess: boolean;
    }
  /** Start from the project's seed, or go on with `weights` (safetensors). */
  | {
      readonly kind: "start";
      readonly project: Project;
      readonly weights: Uint8Array | null;
      readonly paused: boolean;
    }
  | { readonly kind: "pause" }
  | { readonly kind: "resume" }
  /** One training step, then pause. */
  | { readonly kind: "step" }
  /** Ends the run; the weights stay and can be asked for. */
  | { readonly kind: "stop" }
  /** Forgets weights and history. */
  | { readonly kind: "reset" }
  | { readonly kind: "set-hyper"; readonly name: HyperName; readonly value: number }
  /** Train for more or fewer epochs than at the start. */
  | { readonly kind: "set-epochs"; readonly epochs: number }
  /** The document's nodes go on under other ids, and keep their weights. */
  | { readonly kind: "move-nodes"; readonly moves: Moves }
  /** Weights, buffers and optimizer state as safetensors. */
  | { readonly kind: "get-weights"; readonly request: number }
  /** The plan of one training step for this project, without running it. */
  | { readonly kind: "get-plan"; readonly request: number; readonly project: Project }
  /** Holds nodes, by flat id, against the reference executor. */
  | {
      readonly kind: "verify";
      readonly request: number;
      readonly project: Project;
      readonly nodes: readonly string[];
      readonly seed: number;
    }
  /** Where the time of a training step goes: medians of `steps`. A run waits meanwhile. */
  | { readonly kind: "profile"; readonly request: number; readonly project: Project; readonly steps: number }
  /** Kernels as a host has kept them; of others than this adapter's, or of older ones, nothing is used. */
  | { readonly kind: "use-kernels"; readonly kernels: unknown }
  /** Measures kernels, which what is planned from then on uses. A run waits meanwhile, and keeps to its own. */
  | { readonly kind: "tune"; readonly request: number; readonly project: Project }
  | { readonly kind: "export-typescript"; readonly request: number; readonly project: Project };

export type RunState = "idle" | "preparing" | "running" | "paused" | "finished" | "stopped" | "failed";

export interface Point {
  readonly step: number;
  readonly epoch: number;
  readonly loss: number;
  /** Where there are several: each loss before its weight, by its node's name. `loss` is their weighted sum. */
  readonly losses?: Readonly<Record<string, number>>;
  /** Share of right answers in the batch; null for regression. */
  readonly accuracy: number | null;
}

export interface Progress {
  readonly step: number;
  readonly steps: number;
  readonly epoch: number;
  readonly epochs: number;
  readonly stepsPerSecond: number;
  readonly samplesPerSecond: number;
  readonly secondsLeft: number;
}

export interface RunError {
  readonly code: string;
  readonly message: Text;
  readonly node: string | null;
}

export interface Tuning {
  /** With what was known before; to be kept for the next time. */
  readonly kernels: TunedKernels;
  /** Shapes of products in the step, and those of them that were measured now. */
  readonly shapes: number;
  readonly measured: number;
  /** Shapes that another kernel is taken for than by the written estimate. */
  readonly changed: number;
  /** Milliseconds of a training step with the kernels of the estimate, and with the measured ones. */
  readonly before: number;
  readonly after: number;
}

export type Event =
  | { readonly kind: "adapter"; readonly name: string; readonly software: boolean }
  | { readonly kind: "no-adapter"; readonly message: Text }
  | {
      readonly kind: "data";
      readonly request: number;
      readonly result:
        | { readonly ok: true; readonly value: DataSummary }
        | { readonly ok: false; readonly error: DataError };
    }
  | { readonly kind: "state"; readonly state: RunState }
  | { readonly kind: "points"; readonly points: readonly Point[] }
  | { readonly kind: "validation"; readonly point: Point }
  | { readonly kind: "progress"; readonly progress: Progress }
  /** A hyperparameter took effect before this step: changed by a person, or by ReduceLROnPlateau. */
  | {
      readonly kind: "hyper";
      readonly step: number;
      readonly name: HyperName;
      readonly from: number;
      readonly to: number;
    }
  | {
      readonly kind: "plan";
      readonly request: number;
      readonly plan: Plan | null;
      /** What runs instead, where one dispatch for whole steps is faster. */
      readonly wholeStep: Plan | null;
      readonly error: RunError | null;
    }
  | {
      readonly kind: "verified";
      readonly request: number;
      readonly verdicts: readonly Verdict[] | null;
      readonly error: RunError | null;
    }
  | {
      readonly kind: "profile";
      readonly request: number;
      readonly profile: Profile | null;
      readonly error: RunError | null;
    }
  | {
      readonly kind: "tuned";
      readonly request: number;
      readonly tuning: Tuning | null;
      readonly error: RunError | null;
    }
  | { readonly kind: "weights"; readonly request: number; readonly bytes: Uint8Array | null }
  | {
      readonly kind: "typescript";
      readonly request: number;
      readonly files: Readonly<Record<string, string | Uint8Array>> | null;
      readonly error: RunError | null;
    }
  | { readonly kind: "failed"; readonly error: RunError };

export type { DataSummary };
