/** Undo and redo as immer patches. A step holds what a command changed, both ways. */
import { applyPatches, type Draft, enablePatches, type Patch, produceWithPatches } from "immer";
import type { Project, Text } from "../../engine";

enablePatches();

/** A named change of the project. `recipe` may hand back something, such as the id of a new node. */
export interface Command<Result = void> {
  readonly name: Text;
  /** Commands with the same burst that follow one another closely are undone as one: typing in one field. */
  readonly burst?: string;
  readonly recipe: (project: Draft<Project>) => Result;
}

interface Step {
  readonly name: Text;
  readonly burst: string | null;
  /** Milliseconds, by the clock of whoever performed it. */
  readonly at: number;
  readonly forward: readonly Patch[];
  readonly backward: readonly Patch[];
  readonly revisionBefore: number;
  readonly revisionAfter: number;
}

export interface History {
  readonly project: Project;
  /** Equal numbers mean equal documents: undo goes back to the earlier number. */
  readonly revision: number;
  readonly past: readonly Step[];
  readonly future: readonly Step[];
}

/** Keystrokes further apart than this are steps of their own. */
export const burstMilliseconds = 1000;
/** Older steps are forgotten. */
const longestPast = 500;

let lastRevision = 0;

/** A document without a past. */
export function begin(project: Project): History {
  return { project, revision: ++lastRevision, past: [], future: [] };
}

/** A command that changes nothing leaves the history as it was. */
export function perform<Result>(history: History, command: Command<Result>, at: number): [History, Result] {
  // A recipe is always called exactly once, so that the result is set when it is read.
  let result!: Result;
  const [project, forward, backward] = produceWithPatches(history.project, (draft) => {
    result = command.recipe(draft);
  });
  if (forward.length === 0) return [history, result];

  const step: Step = {
    name: command.name,
    burst: command.burst ?? null,
    at,
    forward,
    backward,
    revisionBefore: history.revision,
    revisionAfter: ++lastRevision,
  };
  const last = history.past[history.past.length - 1];
  const past =
    last && history.future.length === 0 && continues(last, step)
      ? [...history.past.slice(0, -1), joined(last, step)]
      : [...history.past.slice(1 - longestPast), step];
  return [{ project, revision: step.revisionAfter, past, future: [] }, result];
}

export function undo(history: History): History {
  const step = history.past[history.past.length - 1];
  if (!step) return history;
  return {
    project: applyPatches(history.project, [...step.backward]),
    revision: step.revisionBefore,
    past: history.past.slice(0, -1),
    future: [step, ...history.future],
  };
}

export function redo(history: History): History {
  const [step, ...future] = history.future;
  if (!step) return history;
  return {
    project: applyPatches(history.project, [...step.forward]),
    revision: step.revisionAfter,
    past: [...history.past, step],
    future,
  };
}

function continues(last: Step, next: Step): boolean {
  return last.burst !== null && last.burst === next.burst && next.at - last.at <= burstMilliseconds;
}

function joined(first: Step, second: Step): Step {
  return {
    ...second,
    forward: [...first.forward, ...second.forward],
    backward: [...second.backward, ...first.backward],
    revisionBefore: first.revisionBefore,
  };
}
