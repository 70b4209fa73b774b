/** Undo and redo as immer patches. A step holds what a command changed, both ways. */
import { applyPatches, type Draft, enablePatches, type Patch, produceWithPatches } from "immer";
import {
  type Graph,
  graphAt,
  type LevelPath,
  type Move,
  type Moves,
  type Project,
  type Text,
} from "../../engine";
import { dropLostWires } from "./graph-edits";

enablePatches();

/**
 * A named change of the project. `recipe` gets the graph at the level where the person is, which is the drawing's own or
 * that of a block, and may hand back something, such as the id of a new node. It calls `moved` for each node that goes
 * on under another id, as seen from that level.
 */
export interface Command<Result = void> {
  readonly name: Text;
  /** Commands with the same burst that follow one another closely are undone as one: typing in one field. */
  readonly burst?: string;
  readonly recipe: (
    graph: Draft<Graph>,
    project: Draft<Project>,
    moved: (from: string, to: string) => void,
  ) => Result;
}

export interface Step {
  readonly name: Text;
  readonly burst: string | null;
  /** Milliseconds, by the clock of whoever performed it. */
  readonly at: number;
  /** The level where it was done. */
  readonly path: LevelPath;
  /** Nodes that went on under another id. */
  readonly moves: readonly Move[];
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
export function perform<Result>(
  history: History,
  command: Command<Result>,
  at: number,
  path: LevelPath = [],
): [History, Result] {
  // A recipe is always called exactly once, so that the result is set when it is read.
  let result!: Result;
  const moves: Move[] = [];
  const change = produceWithPatches(history.project, (draft) => {
    const level = levelOf(draft, history.project, path);
    result = command.recipe(level, draft, (from, to) => moves.push({ from, to }));
  });
  const [project, forward, backward] = withoutLostWires(history.project, change);
  if (forward.length === 0) return [history, result];

  const step: Step = {
    name: command.name,
    burst: command.burst ?? null,
    at,
    path,
    moves,
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

/** The graph to change; the drawing's own when the way leads nowhere. */
function levelOf(draft: Draft<Project>, project: Project, path: LevelPath): Draft<Graph> {
  const level = graphAt(project.graph, path);
  const index = project.graph.blocks?.findIndex(({ graph }) => graph === level) ?? -1;
  return draft.graph.blocks?.[index]?.graph ?? draft.graph;
}

type Change = readonly [Project, readonly Patch[], readonly Patch[]];

/** A port that is gone from a block takes its wires along, wherever the block is used. */
function withoutLostWires(before: Project, change: Change): Change {
  const [project, forward, backward] = change;
  if (project.graph.blocks === before.graph.blocks) return change;
  const [swept, further, back] = produceWithPatches(project, ({ graph }) => dropLostWires(graph));
  return [swept, [...forward, ...further], [...back, ...backward]];
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

/** What the step between two moments of a document has moved, done, undone or done again; null for none. */
export function movesBetween(before: History, now: History): Moves | null {
  const last = now.past.at(-1);
  const undone = now.future.at(0);
  const drawing = before.project.graph;
  if (undone && undone === before.past.at(-1)) {
    const moves = undone.moves.map(({ from, to }) => ({ from: to, to: from }));
    return moves.length > 0 ? { drawing, path: undone.path, moves } : null;
  }
  const isDone = last && last !== before.past.at(-1) && last.moves.length > 0;
  return isDone ? { drawing, path: last.path, moves: last.moves } : null;
}

function continues(last: Step, next: Step): boolean {
  return last.burst !== null && last.burst === next.burst && next.at - last.at <= burstMilliseconds;
}

function joined(first: Step, second: Step): Step {
  return {
    ...second,
    moves: [...first.moves, ...second.moves],
    forward: [...first.forward, ...second.forward],
    backward: [...second.backward, ...first.backward],
    revisionBefore: first.revisionBefore,
  };
}
