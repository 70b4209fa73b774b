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
import type { Node } from "./nodes";
import { isReduction } from "./rows";
import type { Stage } from "./stages";

/** Operations an element, in additions. */
const most = 12;
/** Of one operation: exponentials and their like take many times as long as their cost where they are not in hardware. */
const arithmetic = 2;

/** Values of fewer elements are not worth it; an operand that is so many times smaller than the value may live on for it. */
const smallest = 64;
const muchSmaller = 16;

export interface RecomputeOptions {
  /** What has to lie in memory at the end. */
  readonly kept: ReadonlySet<Node>;
  /** In the order in which they run. */
  readonly stages: readonly Stage[];
  /** The reader as it is when it computes these values for itself; null where that cannot be. */
  readonly computing: (values: ReadonlySet<Node>, reader: Group) => Group | null;
  /** The group, of several outputs, as it is when it no longer leaves the value in memory. */
  readonly without: (value: Node, owner: Group) => Group | null;
}

/** Changes the groups. Their number never grows. */
export function recomputeStored(groups: GroupGraph, nodes: readonly Node[], options: RecomputeOptions): void {
  const stageOf = new Map(options.stages.flatMap((stage, index) => stage.map((group) => [group, index])));
  const at = (group: Group) => stageOf.get(group) ?? 0;
  const lastRead = (node: Node) => Math.max(0, ...[...groups.readers(node)].map(at));
  const replace = (old: Group, next: Group) => {
    stageOf.set(next, at(old));
    groups.remove(old);
    groups.add(next);
  };
  const computing = (value: Node, reader: Group): Group | null => {
    if (!goesOverEachOnce(reader, value)) return null;
    const made = expressionOf(value, (node) => {
      const owned = groups.owner(node) !== undefined;
      return owned && (!isLarge(node, value) || lastRead(node) >= at(reader));
    });
    if (made === null) return null;
    const more = made.operands.filter((node) => isLarge(node, value) && !reader.facts.reads.has(node));
    return more.length <= 1 ? options.computing(made.values, reader) : null;
  };
  for (const value of nodes) {
    const owner = groups.owner(value);
    if (owner === undefined || options.kept.has(value) || !isWorthwhile(value)) continue;
    // From the last reader back, as far as they can do without it.
    const readers = [...groups.readers(value)].sort((a, b) => at(b) - at(a));
    const able: { readonly old: Group; readonly next: Group }[] = [];
    for (const old of readers) {
      const next = computing(value, old);
      if (next === null) break;
      able.push({ old, next });
    }
    const until = Math.max(at(owner), ...readers.slice(able.length).map(at));
    const late = able.filter(({ old }) => at(old) > until);
    const needed = late.length < readers.length;
    const left = !needed && owner.outputs.length > 1 ? options.without(value, owner) : owner;
    if (late.length === 0 || left === null) continue;
    for (const { old, next } of late) replace(old, next);
    if (left !== owner) replace(owner, left);
    else if (!needed) groups.remove(owner);
  }
}

function isWorthwhile(value: Node): boolean {
  return lowerings[value.kind].role === "elementwise" && elementCount(value.shape) >= smallest;
}

/** How few operations on elements make the value of what is at hand; null if they are too many, or others are needed. */
function expressionOf(value: Node, isAtHand: (node: Node) => boolean) {
  const values = new Set<Node>();
  const operands = new Set<Node>();
  let cost = 0;
  const visit = (node: Node): boolean => {
    if (values.has(node)) return true;
    if (node !== value && isAtHand(node)) {
      operands.add(node);
      return true;
    }
    values.add(node);
    const lowering = lowerings[node.kind];
    if (lowering.role === "kernel" || lowering.role === "effect" || lowering.cost > arithmetic) return false;
    cost += lowering.cost;
    return cost <= most && node.inputs.every(visit);
  };
  return visit(value) ? { values, operands: [...operands] } : null;
}

/** Whether the reader has each of the value's elements once or a few times, and not for many others. */
function goesOverEachOnce({ roots, outputs, facts }: Group, value: Node): boolean {
  const size = elementCount(value.shape);
  const onTheWay = facts.readsOnTheWay.has(value);
  const read = onTheWay ? roots.flatMap(({ inputs }) => inputs) : [...roots, ...outputs];
  const once = !onTheWay || roots.every((root) => isReduction(root) || kernelUse(root).readsOnce);
  return once && read.every((node) => elementCount(node.shape) <= size);
}

function isLarge(operand: Node, value: Node): boolean {
  return elementCount(operand.shape) * muchSmaller > elementCount(value.shape);
}
