/**
 * A value that lies in memory for a reader far behind, a batch norm's result for its gradient, say, is computed there
 * again where that is cheap: memory is full between the forward and the backward pass.
 *
 * What it costs: an element that is not stored saves a write, and a read is replaced by that of another value. On the
 * software adapter a gather of four lanes takes as long as some 15 to 30 multiply-adds of them, and on a GPU a memory
 * access of four bytes as some 40, so that `most` operations are no dearer than what is saved. And it is only done
 * where it lets memory go: all else that it reads is alive anyway, and nobody later needs the value.
 */
import { elementCount } from "../tensor/tensor";
import { kernelUse } from "./group-writer";
import type { Group, GroupGraph } from "./groups";
import { lowerings } from "./lowerings";
import { isStore, type Node } from "./nodes";
import { isReduction } from "./rows";
import type { Stage } from "./stages";

/** Operations an element, in additions. */
const most = 12;

/** Values of fewer elements are not worth it; an operand that is so many times smaller than the value may live on for it. */
const smallest = 1024;
const muchSmaller = 16;

export interface RecomputeOptions {
  /** What has to lie in memory at the end. */
  readonly kept: ReadonlySet<Node>;
  /** In the order in which they run. */
  readonly stages: readonly Stage[];
  /** The reader as it is when it computes the value for itself; null where that cannot be. */
  readonly computing: (value: Node, reader: Group) => Group | null;
  /** The group, of several outputs, as it is when it no longer leaves the value in memory. */
  readonly without: (value: Node, owner: Group) => Group | null;
}

/** Changes the groups. Their number never grows. */
export function recomputeStored(groups: GroupGraph, nodes: readonly Node[], options: RecomputeOptions): void {
  const stageOf = new Map(options.stages.flatMap((stage, index) => stage.map((group) => [group, index])));
  const at = (group: Group) => stageOf.get(group) ?? 0;
  const replace = (old: Group, next: Group) => {
    stageOf.set(next, at(old));
    groups.remove(old);
    groups.add(next);
  };
  for (const value of nodes) {
    const owner = groups.owner(value);
    if (owner === undefined || isStore(value) || options.kept.has(value)) continue;
    const operands = operandsOf(value, groups);
    if (operands === null) continue;
    const readers = [...groups.readers(value)].sort((a, b) => at(b) - at(a));
    const mayCompute = (reader: Group) =>
      goesOverEachOnce(reader, value) &&
      operands.every((operand) => isAliveAnyway(operand, value, reader, groups, at)) &&
      operands.filter((operand) => !reader.facts.reads.has(operand) && isLarge(operand, value)).length <= 1;
    const needy = readers.findIndex((reader) => !mayCompute(reader));
    const until = Math.max(at(owner), ...(needy < 0 ? [] : readers.slice(needy).map(at)));
    const late = readers.filter((reader) => at(reader) > until);
    const computing = late.flatMap((reader) => options.computing(value, reader) ?? []);
    if (late.length === 0 || computing.length < late.length) continue;
    const needed = late.length < readers.length;
    const left = !needed && owner.outputs.length > 1 ? options.without(value, owner) : owner;
    if (left === null) continue;
    for (const [index, reader] of late.entries()) replace(reader, computing[index]);
    if (left !== owner) replace(owner, left);
    else if (!needed) groups.remove(owner);
  }
}

/** What lies in memory of which the value is made by few operations on elements; null if it is not. */
function operandsOf(value: Node, groups: GroupGraph): readonly Node[] | null {
  if (elementCount(value.shape) < smallest) return null;
  const seen = new Set<Node>();
  const operands: Node[] = [];
  let cost = 0;
  const visit = (node: Node): boolean => {
    if (seen.has(node)) return true;
    seen.add(node);
    const lowering = lowerings[node.kind];
    if (node !== value && groups.owner(node) !== undefined) {
      operands.push(node);
      return true;
    }
    if (lowering.role === "kernel" || lowering.role === "effect") return false;
    cost += lowering.cost;
    return cost <= most && node.inputs.every(visit);
  };
  return lowerings[value.kind].role === "elementwise" && visit(value) ? operands : null;
}

/** Whether the reader has each of the value's elements once or a few times, and not for many others. */
function goesOverEachOnce({ roots, outputs, facts }: Group, value: Node): boolean {
  const size = elementCount(value.shape);
  const read = facts.readsOnTheWay.has(value) ? roots.flatMap(({ inputs }) => inputs) : [...roots, ...outputs];
  const once = !facts.readsOnTheWay.has(value) || roots.every((root) => isReduction(root) || kernelUse(root).readsOnce);
  return once && read.every((node) => elementCount(node.shape) <= size);
}

function isLarge(operand: Node, value: Node): boolean {
  return elementCount(operand.shape) * muchSmaller > elementCount(value.shape);
}

function isAliveAnyway(
  operand: Node,
  value: Node,
  reader: Group,
  groups: GroupGraph,
  at: (group: Group) => number,
): boolean {
  if (!isLarge(operand, value)) return true;
  return [...groups.readers(operand)].some((other) => at(other) >= at(reader));
}
