/**
 * A whole step as tasks: what all lanes of the workgroup do between two barriers. A task is about one kernel with what
 * is computed from its result on the way, or about elements alone.
 */
import { elementCount } from "../tensor/tensor";
import { placeOf, writeAccess } from "./accesses";
import {
  addIndex,
  constantIndex,
  type Index,
  quotientIndex,
  remainderIndex,
  scaleIndex,
  unravelIndex,
  variableIndex,
} from "./indexing";
import type { Writer } from "./lowering";
import { lowerings } from "./lowerings";
import { isStore, type Node, type NodeOf, overlaps, type StoreNode } from "./nodes";
import type { StepCosts } from "./whole-step-cost";
import { termsOfRow, writeShare } from "./whole-step-elements";
import { eachRound, nothing, stepKernel } from "./whole-step-kernels";
import { type StepRead, StepWriter } from "./whole-step-writer";
import type { Source } from "./writer";

export interface StepTask {
  readonly root: Node | null;
  /** Values (the root's first) and stores, in the program's order. */
  readonly outputs: readonly Node[];
  /** Set where a unit is one of so many rows of all outputs, with every element written out; then there is no root. */
  readonly rows: number | null;
  /** Values that each row adds something to. */
  readonly sums: readonly Node[];
}

/** All that a task leaves for others. */
export function resultsOf({ outputs, sums }: StepTask): readonly Node[] {
  return [...outputs, ...sums];
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
  /** Statements after the loop. */
  readonly after: string;
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

/** The task that computes one value or store. */
export function taskOf(node: Node): StepTask {
  return {
    root: lowerings[node.kind].role === "kernel" ? node : null,
    outputs: [node],
    rows: null,
    sums: [],
  };
}

/** Null when the outputs cannot be computed together. */
export function writeTask(task: StepTask, around: TaskSurroundings): WrittenTask | null {
  if (task.rows === null) return writeUnits(task, around);
  return around.draft ? writeSum(task.sums[0], task.rows, around) : writeRows(task, task.rows, around);
}

interface Scope {
  readonly before: StepWriter;
  readonly reads: StepRead[];
  readonly loads: Set<NodeOf<"load">>;
}

/** A scope in which the kernels among `own` are written out. */
function rowScope({ costs, access, inMemory }: TaskSurroundings, own: ReadonlySet<Node>): Scope {
  const reads: StepRead[] = [];
  const loads = new Set<NodeOf<"load">>();
  const before = new StepWriter({
    costs,
    inMemory: (node) => inMemory(node) && !own.has(node),
    fromKernel: () => false,
    writtenOut: (node) => lowerings[node.kind].role === "kernel" && own.has(node),
    read: access,
    reads,
    loads,
    early: false,
    refuse: () => {
      throw new Error("planner: a value is needed in another row than its own");
    },
  });
  return { before, reads, loads };
}

/** What a row's outputs have in common is worked out once, and what they make of each other is never stored. */
function writeRows({ outputs, sums }: StepTask, rows: number, around: TaskSurroundings): WrittenTask {
  const { costs, needed } = around;
  const { before, reads, loads } = rowScope(around, new Set(outputs));
  const writes: StepWrite[] = [];
  const body = before.inner("t");
  const left = outputs.filter((output) => isStore(output) || needed(output));
  const width = left.reduce((sum, { shape }) => sum + elementCount(shape) / rows, 0);
  const unit = rowsOfUnit(rows, sums.length > 0 && width <= fewStores, costs);
  for (const output of left) {
    const elements = elementCount(output.shape) / rows;
    for (const row of unit) {
      for (let i = 0; i < elements; i++) {
        const place = addIndex(scaleIndex(row, elements), constantIndex(i));
        writes.push(writeOutput(output, unravelIndex(place, output.shape), body, around));
      }
    }
  }
  const after = before.inner("lane");
  for (const [index, sum] of sums.entries()) {
    const names = Array.from({ length: elementCount(sum.shape) }, (_, i) => `sum${index}_${i}`);
    for (const [i, name] of names.entries()) {
      before.line(`var ${name} = ${nothing(sum.dtype)};`);
      const shares = unit.map((row) => writeShare(sum, unravelIndex(constantIndex(i), sum.shape), row, body));
      body.line(`${name} = ${[name, ...shares].join(" + ")};`);
      body.cost += unit.length * (termsOfRow(sum, rows) ?? 0) * costs.multiply + 2 * costs.operation;
    }
    writes.push({
      source: { kind: "value", node: sum },
      element: variableIndex("t", names.length - 1),
      store: null,
    });
    addLanes(sum, names, after, around);
  }
  return {
    before: before.text(),
    body: body.text(),
    after: after.text(),
    units: rows / unit.length,
    uniform: sums.length > 0,
    reads,
    writes,
    loads,
    cost: before.cost + Math.ceil(rows / unit.length / costs.lanes) * (body.cost + costs.round) + after.cost,
  };
}

/** A round costs each sum as much as adding to it: several rows at once, but not more code than can be run fast. */
const rowsAtOnce = 2;
const fewStores = 16;

/** The rows of unit `t`: one, or as many of the lane's rows as share a round, in their order. */
function rowsOfUnit(rows: number, several: boolean, { lanes }: StepCosts): Index[] {
  const count = several && (rows / lanes) % rowsAtOnce === 0 ? rowsAtOnce : 1;
  const unit = variableIndex("t", rows / count - 1);
  if (count === 1) return [unit];
  const first = addIndex(scaleIndex(quotientIndex(unit, lanes), lanes * count), remainderIndex(unit, lanes));
  return Array.from({ length: count }, (_, i) => addIndex(first, constantIndex(i * lanes)));
}

/** What a row `t` reads for its share of a sum, each element of it at `e`; see `writeRows`. */
export function readsOfShare(sum: Node, around: TaskSurroundings): Pick<WrittenTask, "reads" | "loads"> {
  const { before, reads, loads } = rowScope(around, new Set());
  const body = before.inner("t");
  const place = unravelIndex(variableIndex("e", elementCount(sum.shape) - 1), sum.shape);
  const [x] = sum.inputs;
  const rows = sum.kind === "matmul" ? x.shape[1] : x.shape[0];
  writeShare(sum, place, variableIndex("t", rows - 1), body);
  return { reads, loads };
}

/**
 * Adds up what the lanes of a quad have, of four sums at a time: each lane hands on what it has of the others' and ends
 * with one of the four.
 */
function addLanes(
  sum: Node,
  names: readonly string[],
  writer: StepWriter,
  { access, costs }: TaskSurroundings,
): void {
  const half = (mine: string, a: string, b: string, swap: string) =>
    writer.name(`select(${a}, ${b}, ${mine}) + ${swap}(select(${b}, ${a}, ${mine}))`);
  const [odd, upper] = [writer.name("(lane & 1u) != 0u"), writer.name("(lane & 2u) != 0u")];
  for (let first = 0; first < names.length; first += 4) {
    const [a, b, c, d] = Array.from({ length: 4 }, (_, i) => names[Math.min(first + i, names.length - 1)]);
    const total = half(upper, half(odd, a, b, "quadSwapX"), half(odd, c, d, "quadSwapX"), "quadSwapY");
    const left = Math.min(4, names.length - first);
    const at = addIndex(variableIndex("lane", left - 1), constantIndex(first));
    const text = `${access({ kind: "value", node: sum }, at, writer)} = ${total};`;
    writer.line(left === 4 ? text : `if (lane < ${left}u) { ${text} }`);
    writer.cost += costs.gather + 3 * costs.swap + 9 * costs.operation;
  }
}

/** A sum over rows by itself, each element of it added up in the order in which the lanes of `writeRows` do. */
function writeSum(sum: Node, rows: number, around: TaskSurroundings): WrittenTask {
  const { costs, access } = around;
  const { before, reads, loads } = rowScope(around, new Set([sum]));
  const body = before.inner("t");
  const units = elementCount(sum.shape);
  const unit = variableIndex("t", units - 1);
  const lanes = Array.from({ length: costs.lanes }, (_, lane) => lane);
  for (const lane of lanes) body.line(`var sum${lane} = ${nothing(sum.dtype)};`);
  eachRound(body, "k", rows / costs.lanes, false, (inside, round) => {
    for (const lane of lanes) {
      const row = addIndex(scaleIndex(round, costs.lanes), constantIndex(lane));
      inside.line(
        `sum${lane} = sum${lane} + ${writeShare(sum, unravelIndex(unit, sum.shape), row, inside)};`,
      );
    }
  });
  const source: Source = { kind: "value", node: sum };
  body.line(`${access(source, unit, body)} = (sum0 + sum1) + (sum2 + sum3);`);
  return {
    before: before.text(),
    body: body.text(),
    after: "",
    units,
    uniform: false,
    reads,
    writes: [{ source, element: unit, store: null }],
    loads,
    cost: before.cost + Math.ceil(units / costs.lanes) * body.cost,
  };
}

function writeOutput(
  output: Node,
  at: readonly Index[],
  writer: StepWriter,
  { access, costs }: TaskSurroundings,
): StepWrite {
  const result = writer.value(isStore(output) ? output.inputs[0] : output, at);
  const { source, element, store } = writeAccess(output, at, "", writer);
  writer.line(`${access(source, element, writer)} = ${result};`);
  writer.cost += costs.gather;
  return { source, element, store };
}

function writeUnits({ root, outputs }: StepTask, around: TaskSurroundings): WrittenTask | null {
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
    writtenOut: () => false,
    read: access,
    reads,
    loads,
    early: root !== null,
    refuse: () => {
      refused = true;
      return "0";
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
      writes.push(writeOutput(output, at, writer, around));
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
  const [first, rest] = [before.text(), body.text()];
  return { before: first, body: rest, after: "", units, uniform, reads, writes, loads, cost };
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
