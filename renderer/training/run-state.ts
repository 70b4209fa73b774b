/** What is known of a training run, as a value: the worker's events make the next one out of the last. */
import type { Event, HyperName, Progress, RunError, RunState } from "../../engine/training/protocol";
import type { Series } from "./series";
import { append, emptySeries } from "./series";

export interface Adapter {
  readonly name: string;
  /** A software adapter: right, but slow. */
  readonly software: boolean;
}

/** A hyperparameter that was changed while it trained; drawn as a dashed line before `step`. */
export interface HyperMark {
  readonly step: number;
  readonly name: HyperName;
  readonly from: number;
  readonly to: number;
}

export interface Run {
  readonly state: RunState;
  readonly training: Series;
  readonly validation: Series;
  readonly marks: readonly HyperMark[];
  readonly progress: Progress | null;
  /** Why it stopped, or why it did not start. */
  readonly error: RunError | null;
  readonly adapter: Adapter | null;
  /** Why there is no adapter. */
  readonly noAdapter: RunError | null;
}

export const emptyRun: Run = {
  state: "idle",
  training: emptySeries,
  validation: emptySeries,
  marks: [],
  progress: null,
  error: null,
  adapter: null,
  noAdapter: null,
};

/** A run with its curves forgotten. What is known of the machine stays. */
export function cleared(run: Run): Run {
  return { ...emptyRun, adapter: run.adapter, noAdapter: run.noAdapter };
}

/** Answers to requests (`data`, `plan`, `verified`, `profile`, `tuned`, `weights`, `typescript`) go to whoever asked and change nothing here. */
export function reduceRun(run: Run, event: Event): Run {
  switch (event.kind) {
    case "adapter":
      return { ...run, adapter: { name: event.name, software: event.software }, noAdapter: null };
    case "no-adapter":
      return { ...run, adapter: null, noAdapter: { code: "no-adapter", message: event.message, node: null } };
    case "state":
      return event.state === "idle" ? cleared(run) : { ...run, state: event.state };
    case "points":
      return { ...run, training: append(run.training, event.points) };
    case "validation":
      return { ...run, validation: append(run.validation, [event.point]) };
    case "progress":
      return { ...run, progress: event.progress };
    case "hyper": {
      const { step, name, from, to } = event;
      return { ...run, marks: withMark(run.marks, { step, name, from, to }) };
    }
    case "failed":
      return { ...run, state: "failed", error: event.error };
    case "data":
    case "plan":
    case "verified":
    case "profile":
    case "tuned":
    case "weights":
    case "typescript":
      return run;
  }
}

/**
 * A slider that is dragged sends many changes before one step: they are one mark, from the first value to the last.
 * A change that was taken back leaves none.
 */
function withMark(marks: readonly HyperMark[], next: HyperMark): readonly HyperMark[] {
  const same = marks.findIndex((mark) => mark.step === next.step && mark.name === next.name);
  if (same < 0) return [...marks, next];
  const joined = { ...next, from: marks[same].from };
  return joined.from === joined.to ? marks.toSpliced(same, 1) : marks.with(same, joined);
}

/** Weights exist and more steps can follow. */
export function isActive(state: RunState): boolean {
  return state === "preparing" || state === "running" || state === "paused";
}
