/**
 * A whole step as tasks: what all lanes of the workgroup do between two barriers. A task is about one kernel with what
 * is computed from its result on the way, or about elements alone.
 */
import { elementCount } from "../tensor/tensor";
import { placeOf, writeAccess } from "./accesses";
import { addIndex, constantIndex, type Index, unravelIndex, variableIndex } from "./indexing";
import type { Writer } from "./lowering";
import { isStore, type Node, type NodeOf, overlaps, type StoreNode } from "./nodes";
import type { StepCosts } from "./whole-step-cost";
import { stepKernel } from "./whole-step-kernels";
import { type StepRead, StepWriter } from "./whole-step-writer";
import type { Source } from "./writer";

export interface StepTask {
  readonly root: Node | null;
  /** Values (the root's first) and stores, in the program's order. */
  readonly outputs: readonly Node[];
}

export interface StepWrite {
  readonly source: Source;
  readonly element: Index;
  readonly store: StoreNode | null;
}

export interface WrittenTask {
  /** Statements before the loop over the units, and the body for unit `t`. */
  readonly before: string;
  readonly body: string;
  readonly units: number;
  readonly uniform: boolean;
  readonly reads: readonly StepRead[];
  readonly writes: readonly StepWrite[];
  readonly loads: ReadonlySet<NodeOf<"load">>;
  /** Nanoseconds. */
  readonly cost: number;
}

export interface TaskSurroundings {
  readonly costs: StepCosts;
  /** True: a unit is one element, so that it is seen what the task accesses. */
  readonly draft: boolean;
  readonly inMemory: (node: Node) => boolean;
  /** Whether another task needs the value. */
  readonly needed: (node: Node) => boolean;
  /** WGSL of an element that can be read or written. */
  readonly access: (source: Source, element: Index, writer: Writer) => string;
}

/** Null when the outputs cannot be computed together. */
export function writeTask({ root, outputs }: StepTask, around: TaskSurroundings): WrittenTask | null {
  const { costs, access } = around;
  const kernel = root === null ? null : stepKernel(root, costs, around.draft);
  if (root !== null && kernel === null) return null;
  const count = elementCount((root ?? outputs[0]).shape);
  const units = kernel?.units ?? count;
  const reads: StepRead[] = [];
  const writes: StepWrite[] = [];
  const loads = new Set<NodeOf<"load">>();
  let refused = false;
  const elsewhere = (node: Node) => around.inMemory(node) && !outputs.includes(node);
  const surroundings = {
    costs,
    inMemory: elsewhere,
    fromKernel: dependsOn(root, elsewhere),
    read: access,
    reads,
    loads,
    early: root !== null,
    refuse: () => {
      refused = true;
    },
  };
  const before = new StepWriter(surroundings);
  const body = before.inner("t");
  const finish = (writer: StepWriter, place: readonly Index[], value: string) => {
    surroundings.early = false;
    if (root !== null) writer.give(root, place, value);
    const known = new Map<Node, readonly Index[] | null>(root === null ? [] : [[root, place]]);
    for (const output of outputs) {
      const at = root === null ? unravelIndex(place[0], output.shape) : placeOf(output, known);
      if (at === null || elementCount(output.shape) !== count) {
        refused = true;
        return;
      }
      if (!isStore(output) && !around.needed(output)) continue;
      const result = writer.value(isStore(output) ? output.inputs[0] : output, at);
      const { source, element, store } = writeAccess(output, at, "", writer);
      writes.push({ source, element, store });
      writer.line(`${access(source, element, writer)} = ${result};`);
      writer.cost += costs.gather;
    }
    surroundings.early = root !== null;
  };
  const unit = variableIndex("t", units - 1);
  if (kernel === null) finish(body, [unit], "");
  else kernel.write(body, unit, finish);
  // A draft's unit is one element, so that its places can be compared; what holds for one holds for a tile of them.
  if (refused || (around.draft && !isSafe(reads, writes, loads))) return null;
  const cost = before.cost + Math.ceil(units / costs.lanes) * (body.cost + costs.round);
  const uniform = kernel?.uniform ?? false;
  return { before: before.text(), body: body.text(), units, uniform, reads, writes, loads, cost };
}

function dependsOn(root: Node | null, elsewhere: (node: Node) => boolean): (node: Node) => boolean {
  const known = new Map<Node, boolean>();
  const depends = (node: Node): boolean => {
    const found = known.get(node);
    if (found !== undefined) return found;
    const result = node === root || (!elsewhere(node) && node.inputs.some(depends));
    known.set(node, result);
    return result;
  };
  return root === null ? () => false : depends;
}

/** As for a dispatch: what a task stores it may read only in place, after its kernel is done with its operands. */
function isSafe(
  reads: readonly StepRead[],
  writes: readonly StepWrite[],
  loads: ReadonlySet<NodeOf<"load">>,
): boolean {
  return writes.every(({ source, element, store }) => {
    if (source.kind !== "slot" || store === null) return true;
    const { slot } = source;
    const touches = (other: Source) => other.kind === "slot" && overlaps(other.slot, slot);
    if (writes.some((other) => other.store !== store && touches(other.source))) return false;
    if ([...loads].some((load) => load.order > store.order && overlaps(load.attributes.slot, slot)))
      return false;
    const key = absolute(source, element);
    return reads.every(
      (read) => !touches(read.source) || (!read.early && absolute(read.source, read.element) === key),
    );
  });
}

function absolute(source: Source, element: Index): string {
  return source.kind === "slot" ? addIndex(element, constantIndex(source.slot.offset)).key : element.key;
}
