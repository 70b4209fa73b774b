/**
 * In which order groups run, and which run at once: the groups of a stage are independent of each other and share a
 * dispatch, each with workgroups of its own. A step is as many dispatches as its longest chain of groups is long,
 * where bindings allow it.
 */

import type { Group, GroupGraph } from "./groups";
import { isStore } from "./nodes";
import { bufferCount } from "./sources";
import type { Source } from "./writer";

/** At least one group. */
export type Stage = readonly Group[];

export interface StageOptions {
  readonly maxBindings: number;
  /** False: a stage for every group. */
  readonly merge: boolean;
}

/** More kernels in one shader would compile slowly. */
const mostGroups = 24;

export function inStages(groups: GroupGraph, { maxBindings, merge }: StageOptions): Stage[] {
  const { waiting, after, height } = dependencies(groups);
  const place = new Map(
    [...groups.groups].map((group) => [group, Math.max(...group.outputs.map((node) => node.order))]),
  );
  const of = (map: ReadonlyMap<Group, number>, group: Group) => map.get(group) ?? 0;
  // What the most has to wait for goes first; without stages, the program's order.
  const urgency = (a: Group, b: Group) =>
    (merge ? of(height, b) - of(height, a) : 0) || of(place, a) - of(place, b);

  let ready = [...groups.groups].filter((group) => of(waiting, group) === 0);
  const stages: Stage[] = [];
  let left = groups.groups.size;
  while (ready.length > 0) {
    ready.sort(urgency);
    const stage = merge ? together(ready, maxBindings) : ready.slice(0, 1);
    stages.push(stage);
    left -= stage.length;
    ready = ready.filter((group) => !stage.includes(group));
    for (const next of stage.flatMap((group) => [...(after.get(group) ?? [])])) {
      waiting.set(next, of(waiting, next) - 1);
      if (of(waiting, next) === 0) ready.push(next);
    }
  }
  if (left > 0) throw new Error("planner: groups wait for each other");
  return stages;
}

/** The first, and those of the others that fit beside it. */
function together(ready: readonly Group[], maxBindings: number): Group[] {
  const [first] = ready;
  const stage = [first];
  const sources = sourcesOf(first);
  for (const group of ready.slice(1)) {
    if (stage.length >= mostGroups) break;
    const more = sourcesOf(group);
    if (bufferCount([...sources, ...more]) > maxBindings) continue;
    stage.push(group);
    sources.push(...more);
  }
  return stage;
}

function sourcesOf({ facts, outputs }: Group): Source[] {
  const slots = [...facts.loads, ...outputs.filter(isStore)].map(({ attributes }) => attributes.slot);
  const values = [...facts.reads, ...outputs.filter((node) => !isStore(node))];
  return [
    ...slots.map((slot) => ({ kind: "slot", slot }) as const),
    ...values.map((node) => ({ kind: "value", node }) as const),
  ];
}

/** How many groups each waits for, which wait for it, and how long the longest chain behind it is. */
function dependencies(groups: GroupGraph) {
  const waiting = new Map<Group, number>();
  const after = new Map<Group, Set<Group>>();
  for (const group of groups.groups) {
    const next = new Set(groups.successors(group));
    next.delete(group);
    after.set(group, next);
    for (const each of next) waiting.set(each, (waiting.get(each) ?? 0) + 1);
  }
  const height = new Map<Group, number>();
  const heightOf = (group: Group): number => {
    const known = height.get(group);
    if (known !== undefined) return known;
    height.set(group, 0);
    const result = 1 + Math.max(0, ...[...(after.get(group) ?? [])].map(heightOf));
    height.set(group, result);
    return result;
  };
  for (const group of groups.groups) heightOf(group);
  return { waiting, after, height };
}
