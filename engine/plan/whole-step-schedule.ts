/**
 * Which tasks a whole step is made of, and between which of them all lanes must wait: values that are worth a place in
 * memory, each in the latest task that can compute it along, and levels of tasks that do not touch each other's data.
 * A processor goes through small layers row by row, forward and backward, and adds up the weights' gradients meanwhile.
 */
import { elementCount } from "../tensor/tensor";
import { lowerings } from "./lowerings";
import { isStore, type Node, type NodeGraph, overlaps } from "./nodes";
import type { StepCosts } from "./whole-step-cost";
import { termsOf, termsOfRow } from "./whole-step-elements";
import { stepKernel } from "./whole-step-kernels";
import { chooseInMemory } from "./whole-step-memory";
import {
  accessesOf,
  accessesOfShare,
  fewElements,
  inRow,
  isRow,
  mostAccesses,
  sharesRow,
  staysInRow,
  unitOf,
  workOf,
} from "./whole-step-rows";
import {
  readsOfShare,
  resultsOf,
  type StepTask,
  type StepWrite,
  type TaskSurroundings,
  taskOf,
  type WrittenTask,
  writeTask,
} from "./whole-step-tasks";
import type { StepRead } from "./whole-step-writer";
import type { Source } from "./writer";

export interface StepSchedule {
  /** Tasks that may run between the same two barriers. */
  readonly levels: readonly (readonly StepTask[])[];
  readonly inMemory: ReadonlySet<Node>;
  /** Values that another task reads. */
  readonly needed: ReadonlySet<Node>;
  /** Values that have a place in memory: also those that a task of rows needs when it is done one by one. */
  readonly stored: ReadonlySet<Node>;
}

/**
 * The same as a level, without tasks of rows: little code, with more to wait for.
 * @param isPossible whether one loop can compute all of a task's outputs
 */
export function oneByOne(level: readonly StepTask[], isPossible: (task: StepTask) => boolean): StepTask[][] {
  const parts = level.map((task) => oneAtATime(task, isPossible));
  const longest = Math.max(...parts.map(({ length }) => length));
  return Array.from({ length: longest }, (_, i) => parts.flatMap((part) => part.slice(i, i + 1)));
}

function oneAtATime(task: StepTask, isPossible: (task: StepTask) => boolean): StepTask[] {
  if (task.rows === null) return [task];
  const tasks: StepTask[] = [];
  for (const output of task.outputs) {
    const last = tasks.at(-1);
    const joined = last && { ...last, outputs: [...last.outputs, output] };
    if (joined && lowerings[output.kind].role !== "kernel" && isPossible(joined)) tasks.splice(-1, 1, joined);
    else tasks.push(taskOf(output));
  }
  return [...tasks, ...task.sums.map((sum) => ({ ...task, outputs: [], sums: [sum] }))];
}

/** Null when some operation has no loops in `whole-step-kernels.ts`. */
export function scheduleStep(graph: NodeGraph, costs: StepCosts): StepSchedule | null {
  const roles = graph.nodes.filter((node) => lowerings[node.kind].role === "kernel");
  if (roles.some((node) => stepKernel(node, costs, true) === null)) return null;
  const forced = new Set<Node>();
  for (;;) {
    const builder = new TaskBuilder(graph, costs, chooseInMemory(graph, costs, forced));
    const stale = builder.build();
    if (stale === null) return builder.schedule();
    // What a load has seen is stored over before it is used: it is set aside.
    forced.add(stale);
  }
}

interface Built {
  readonly task: StepTask;
  readonly written: WrittenTask;
  /** Of a task of rows, the elements that a row reads or leaves in memory. */
  readonly accesses: number;
}

class TaskBuilder {
  readonly #graph: NodeGraph;
  readonly #around: TaskSurroundings;
  readonly #inMemory: ReadonlySet<Node>;
  readonly #built: Built[] = [];
  /** Values that others read across rows, and not to sum them up. */
  readonly #leaves = new Set<Node>();
  readonly #turns: ReadonlyMap<Node, number>;
  readonly #single = new Map<Node, WrittenTask | null>();
  /** The index of the task that computes a value. */
  readonly #owner = new Map<Node, number>();

  constructor(graph: NodeGraph, costs: StepCosts, inMemory: ReadonlySet<Node>) {
    this.#graph = graph;
    this.#inMemory = inMemory;
    this.#around = {
      costs,
      draft: true,
      inMemory: (node) => inMemory.has(node),
      needed: () => true,
      access: () => "m",
    };
    this.#turns = this.#latestTurns();
  }

  /** @returns a load whose value has to be set aside, or null when all is well */
  build(): Node | null {
    for (const node of [...this.#turns.keys()].sort((a, b) => this.#turn(a) - this.#turn(b))) {
      const place = this.#joinRows(node) ?? this.#joinSum(node) ?? this.#join(node) ?? this.#append(node);
      if (place === null) return this.#overlapped(node);
      this.#owner.set(node, place);
      const stale = this.#stale(place);
      if (stale !== null) return stale;
    }
    return null;
  }

  /**
   * How often a value or store waits for all rows of another, at most. Late is better: a task of rows then goes on from
   * what others have summed up with all that it has at hand.
   */
  #latestTurns(): ReadonlyMap<Node, number> {
    const nodes = this.#graph.nodes.filter((node) => isStore(node) || this.#inMemory.has(node));
    if (this.#around.costs.rowWork === 0) return new Map(nodes.map((node) => [node, 0]));
    const inputs = new Map(
      nodes.map((node, index) => [
        node,
        [...this.#waits(node), ...this.#hazards(node, nodes.slice(0, index))],
      ]),
    );
    for (const [node, from] of inputs)
      for (const [value, wait] of from)
        if (wait === 1 && !this.#addsUp(node, value.shape[0] ?? 1)) this.#leaves.add(value);
    const earliest = new Map<Node, number>();
    for (const node of nodes)
      earliest.set(
        node,
        Math.max(0, ...(inputs.get(node) ?? []).map(([from, wait]) => (earliest.get(from) ?? 0) + wait)),
      );
    const last = Math.max(0, ...earliest.values());
    const latest = new Map(nodes.map((node) => [node, last]));
    for (const node of nodes.toReversed())
      for (const [from, wait] of inputs.get(node) ?? [])
        latest.set(from, Math.min(latest.get(from) ?? last, (latest.get(node) ?? last) - wait));
    return latest;
  }

  #turn(node: Node): number {
    return this.#turns.get(node) ?? 0;
  }

  /** The values that a task of the node alone reads, with 0 where it may be in the same task of rows. */
  #waits(node: Node): [Node, number][] {
    const reads = this.#alone(node)?.reads ?? [];
    return reads.flatMap(({ source, element }) => {
      if (source.kind === "slot") return [];
      const [rows = 1] = source.node.shape;
      const together =
        rows >= this.#around.costs.lanes &&
        elementCount(node.shape) % rows === 0 &&
        inRow(node, source.node, element, rows);
      return [[source.node, together ? 0 : 1]];
    });
  }

  /** What must come before the node because one of the two stores where the other loads or stores. */
  #hazards(node: Node, before: readonly Node[]): [Node, number][] {
    const touches = (store: Node, other: Node) =>
      isStore(store) &&
      ((isStore(other) && overlaps(store.attributes.slot, other.attributes.slot)) ||
        [...(this.#alone(other)?.loads ?? [])].some((load) =>
          overlaps(load.attributes.slot, store.attributes.slot),
        ));
    return before.filter((other) => touches(node, other) || touches(other, node)).map((other) => [other, 0]);
  }

  schedule(): StepSchedule {
    const needed = new Set<Node>();
    const stored = new Set<Node>();
    for (const { task, written } of this.#built) {
      for (const { source } of written.reads) if (source.kind === "value") needed.add(source.node);
      if (task.rows !== null) for (const result of resultsOf(task)) stored.add(result);
    }
    const levelOf: number[] = [];
    for (const [index, { written }] of this.#built.entries()) {
      const after = this.#built
        .slice(0, index)
        .map((other, i) => (clash(other.written, written) ? levelOf[i] + 1 : 0));
      levelOf.push(Math.max(0, ...after));
    }
    const levels = Array.from({ length: Math.max(-1, ...levelOf) + 1 }, (_, level) =>
      this.#built.filter((_built, index) => levelOf[index] === level).map(({ task }) => task),
    );
    return { levels, inMemory: this.#inMemory, needed, stored: new Set([...stored, ...needed]) };
  }

  /** Null when it stores over what it reads at other places. */
  #append(node: Node): number | null {
    const written = this.#alone(node);
    if (written === null) return null;
    const rows = this.#rowsFor(node, written);
    const task = rows === null ? taskOf(node) : { root: null, outputs: [node], rows, sums: [] };
    const accesses = rows === null ? 0 : this.#accesses(node, written.reads, task);
    return this.#built.push({ task, written, accesses }) - 1;
  }

  #alone(node: Node): WrittenTask | null {
    const known = this.#single.get(node);
    if (known !== undefined) return known;
    const written = writeTask(taskOf(node), this.#around);
    this.#single.set(node, written);
    return written;
  }

  /** How many rows a task that begins with the node has, or null where it is no task of rows. */
  #rowsFor(node: Node, written: WrittenTask): number | null {
    const { costs } = this.#around;
    const [rows = 1] = node.shape;
    const size = elementCount(node.shape);
    if (isStore(node) || rows < costs.lanes || (termsOf(node) === null && size > rows * fewElements))
      return null;
    if (!written.reads.every((read) => staysInRow(node, read, rows))) return null;
    const task = { root: null, outputs: [node], rows, sums: [] };
    return workOf(task) <= costs.rowWork && this.#accesses(node, written.reads, task) <= mostAccesses
      ? rows
      : null;
  }

  /** Elements of its own that a row of the task reads and leaves in memory for the node's sake. */
  #accesses(node: Node, reads: readonly StepRead[], { outputs, rows }: StepTask): number {
    const each = rows ?? 1;
    const left = isStore(node) || this.#leaves.has(node) ? elementCount(node.shape) / each : 0;
    return left + accessesOf(node, reads, each, outputs);
  }

  /** Adds the node to the latest task of rows that it fits into. */
  #joinRows(node: Node): number | null {
    const alone = this.#alone(node);
    if (alone === null) return null;
    for (let place = this.#built.length - 1; place >= 0; place--) {
      const { task } = this.#built[place];
      if (task.rows === null || !this.#fits(node, alone, place, task.rows)) continue;
      const accesses = this.#built[place].accesses + this.#accesses(node, alone.reads, task);
      if (accesses > mostAccesses) continue;
      const own = (read: StepRead) =>
        read.source.kind === "value" && this.#owner.get(read.source.node) === place;
      const reads = alone.reads.filter((read) => !own(read));
      this.#extend(place, { ...task, outputs: [...task.outputs, node] }, { ...alone, reads }, accesses);
      return place;
    }
    return null;
  }

  /** Makes the task of rows what it is with another node, of which `added` tells. */
  #extend(place: number, task: StepTask, added: WrittenTask, accesses: number): void {
    const { written } = this.#built[place];
    const [reads, writes] = [
      [...written.reads, ...added.reads],
      [...written.writes, ...added.writes],
    ];
    const loads = new Set([...written.loads, ...added.loads]);
    this.#built[place] = { task, written: { ...written, reads, writes, loads }, accesses };
  }

  #fits(node: Node, alone: WrittenTask, place: number, rows: number): boolean {
    const { task, written } = this.#built[place];
    const goesOn = alone.reads.some(
      ({ source }) => source.kind === "value" && this.#owner.get(source.node) === place,
    );
    if (!goesOn && this.#turn(node) !== this.#turn(task.outputs[0])) return false;
    if (elementCount(node.shape) % rows !== 0 || clashOfSlots(written, alone)) return false;
    if (workOf({ ...task, outputs: [...task.outputs, node] }) > this.#around.costs.rowWork) return false;
    if (!alone.reads.every((read) => staysInRow(node, read, rows))) return false;
    const outside = alone.reads.filter(
      ({ source, element }) =>
        source.kind !== "value" ||
        this.#owner.get(source.node) !== place ||
        task.sums.includes(source.node) ||
        !inRow(node, source.node, element, rows),
    );
    return this.#mayRunAt(place, { ...alone, reads: outside });
  }

  /** Whether a task of so many rows can have the node among its sums: the lanes share the rows evenly and can swap. */
  #addsUp(node: Node, rows: number): boolean {
    const { swap, lanes } = this.#around.costs;
    return swap > 0 && rows % lanes === 0 && termsOfRow(node, rows) !== null;
  }

  /** Adds the node to the latest task of rows that can add it up along. */
  #joinSum(node: Node): number | null {
    const { costs } = this.#around;
    for (let place = this.#built.length - 1; place >= 0; place--) {
      const { task, written } = this.#built[place];
      const { rows } = task;
      if (rows === null || !this.#addsUp(node, rows)) continue;
      const joined = { ...task, sums: [...task.sums, node] };
      const { reads, loads } = readsOfShare(node, this.#around);
      const outside = reads.filter(
        ({ source, element }) =>
          source.kind === "slot" ||
          this.#owner.get(source.node) !== place ||
          task.sums.includes(source.node) ||
          !isRow(element, source.node, rows),
      );
      const write = { source: { kind: "value", node }, element: unitOf(node), store: null } as const;
      const added = { ...written, reads: outside, writes: [write], loads };
      const accesses = this.#built[place].accesses + accessesOfShare(node, outside, rows);
      if (workOf(joined) > costs.rowWork || accesses > mostAccesses || clashOfSlots(written, added)) continue;
      if (!outside.every((read) => sharesRow(read, rows)) || !this.#mayRunAt(place, added)) continue;
      this.#extend(place, joined, added, accesses);
      return place;
    }
    return null;
  }

  /** A load that a store reads of what it stores over. */
  #overlapped(store: Node): Node {
    const seen = new Set<Node>();
    const find = (node: Node): Node | null => {
      if (this.#inMemory.has(node) || seen.has(node)) return null;
      seen.add(node);
      if (node.kind === "load")
        return isStore(store) && overlaps(node.attributes.slot, store.attributes.slot) ? node : null;
      return node.inputs.reduce<Node | null>((found, input) => found ?? find(input), null);
    };
    const load = find(store);
    if (load === null) throw new Error(`planner: ${store.kind} cannot be computed by itself`);
    return load;
  }

  /** Adds the node to the latest task that can compute it along with its own results. */
  #join(node: Node): number | null {
    if (lowerings[node.kind].role === "kernel") return null;
    for (let place = this.#built.length - 1; place >= 0; place--) {
      const { task } = this.#built[place];
      if (task.rows !== null) continue;
      if (elementCount(task.outputs[0].shape) !== elementCount(node.shape)) continue;
      const joined = { ...task, outputs: [...task.outputs, node] };
      const written = writeTask(joined, this.#around);
      if (written === null || !this.#mayRunAt(place, written)) continue;
      this.#built[place] = { task: joined, written, accesses: 0 };
      return place;
    }
    return null;
  }

  #mayRunAt(place: number, written: WrittenTask): boolean {
    const inTime = written.reads.every(
      ({ source }) => source.kind === "slot" || (this.#owner.get(source.node) ?? place) < place,
    );
    return inTime && this.#built.slice(place + 1).every((later) => !clashOfSlots(later.written, written));
  }

  #stale(place: number): Node | null {
    const { loads } = this.#built[place].written;
    for (const load of loads) {
      for (const { task } of this.#built.slice(0, place)) {
        const over = task.outputs.some(
          (output) =>
            isStore(output) &&
            output.order > load.order &&
            overlaps(output.attributes.slot, load.attributes.slot),
        );
        if (over) return load;
      }
    }
    return null;
  }
}

function clash(a: WrittenTask, b: WrittenTask): boolean {
  const shares = (writes: readonly StepWrite[], others: readonly { readonly source: Source }[]) =>
    writes.some(({ source }) => others.some((other) => sameData(source, other.source)));
  return shares(a.writes, b.reads) || shares(a.writes, b.writes) || shares(b.writes, a.reads);
}

function clashOfSlots(a: WrittenTask, b: WrittenTask): boolean {
  const slots = <T extends { readonly source: Source }>(list: readonly T[]) =>
    list.filter(({ source }) => source.kind === "slot");
  return clash(
    { ...a, reads: slots(a.reads), writes: slots(a.writes) },
    { ...b, reads: slots(b.reads), writes: slots(b.writes) },
  );
}

function sameData(a: Source, b: Source): boolean {
  if (a.kind === "slot") return b.kind === "slot" && overlaps(a.slot, b.slot);
  return b.kind === "value" && a.node === b.node;
}
