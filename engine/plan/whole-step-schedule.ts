/**
 * Which tasks a whole step is made of, and between which of them all lanes must wait: values that are worth a place in
 * memory, each in the latest task that can compute it along, and levels of tasks that do not touch each other's data.
 */
import { elementCount } from "../tensor/tensor";
import { lowerings } from "./lowerings";
import { isStore, type Node, type NodeGraph, overlaps } from "./nodes";
import type { StepCosts } from "./whole-step-cost";
import { stepKernel } from "./whole-step-kernels";
import {
  type StepTask,
  type StepWrite,
  type TaskSurroundings,
  type WrittenTask,
  writeTask,
} from "./whole-step-tasks";
import type { Source } from "./writer";

export interface StepSchedule {
  /** Tasks that may run between the same two barriers. */
  readonly levels: readonly (readonly StepTask[])[];
  readonly inMemory: ReadonlySet<Node>;
  readonly needed: ReadonlySet<Node>;
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
}

class TaskBuilder {
  readonly #graph: NodeGraph;
  readonly #around: TaskSurroundings;
  readonly #inMemory: ReadonlySet<Node>;
  readonly #built: Built[] = [];
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
  }

  /** @returns a load whose value has to be set aside, or null when all is well */
  build(): Node | null {
    for (const node of this.#graph.nodes) {
      if (!isStore(node) && !this.#inMemory.has(node)) continue;
      const place = this.#join(node) ?? this.#append(node);
      if (place === null) return this.#overlapped(node);
      this.#owner.set(node, place);
      const stale = this.#stale(place);
      if (stale !== null) return stale;
    }
    return null;
  }

  schedule(): StepSchedule {
    const needed = new Set<Node>();
    for (const { written } of this.#built) {
      for (const { source } of written.reads) if (source.kind === "value") needed.add(source.node);
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
    return { levels, inMemory: this.#inMemory, needed };
  }

  /** Null when it stores over what it reads at other places. */
  #append(node: Node): number | null {
    const task = { root: lowerings[node.kind].role === "kernel" ? node : null, outputs: [node] };
    const written = writeTask(task, this.#around);
    return written === null ? null : this.#built.push({ task, written }) - 1;
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
      if (elementCount(task.outputs[0].shape) !== elementCount(node.shape)) continue;
      const joined = { root: task.root, outputs: [...task.outputs, node] };
      const written = writeTask(joined, this.#around);
      if (written === null || !this.#mayRunAt(place, written)) continue;
      this.#built[place] = { task: joined, written };
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

/** The results of kernels, and what costs more to compute wherever it is needed than to store once and read. */
function chooseInMemory(graph: NodeGraph, costs: StepCosts, forced: ReadonlySet<Node>): ReadonlySet<Node> {
  const chosen = new Set<Node>(forced);
  const cost = new Map<Node, number>();
  for (const node of graph.nodes) cost.set(node, costOf(node, costs, cost, forced));
  const uses = new Map<Node, number>();
  for (const node of graph.nodes.toReversed()) {
    const own = cost.get(node) ?? 0;
    const times = uses.get(node) ?? 0;
    const { role } = lowerings[node.kind];
    const computed = role === "elementwise" || node.kind === "random";
    const rounds = Math.ceil(elementCount(node.shape) / costs.lanes);
    const saved = rounds * ((times - 1) * own - costs.gather * (times + 1));
    if (role === "kernel" || (computed && saved > costs.barrier)) chosen.add(node);
    for (const [index, input] of node.inputs.entries()) {
      const each = chosen.has(node) || isStore(node) ? 1 : times * repeats(node, input);
      const reads = role === "kernel" ? kernelReads(node, index) : each;
      uses.set(input, (uses.get(input) ?? 0) + reads);
    }
  }
  return chosen;
}

function costOf(
  node: Node,
  costs: StepCosts,
  known: ReadonlyMap<Node, number>,
  forced: ReadonlySet<Node>,
): number {
  const lowering = lowerings[node.kind];
  if (lowering.role === "kernel" || forced.has(node)) return costs.gather;
  if (node.kind === "load") return elementCount(node.shape) === 1 ? costs.operation : costs.gather;
  if (node.kind === "random") return costs.random;
  const inputs = node.inputs.reduce((sum, input) => sum + (known.get(input) ?? 0), 0);
  const own = lowering.role === "effect" ? 0 : lowering.cost * costs.operation;
  return own + inputs + (node.kind === "take_rows" ? costs.gather : 0);
}

/** How often an element of the input is needed for each element of the node. */
function repeats(node: Node, input: Node): number {
  const size = elementCount(input.shape);
  return node.kind !== "expand" || size === 1 ? 1 : elementCount(node.shape) / size;
}

/** How often a kernel reads each element of an operand, roughly. */
export function kernelReads(node: Node, operand: number): number {
  const tile = 8;
  return node.kind === "matmul"
    ? Math.ceil(node.shape[node.shape.length - (operand === 0 ? 1 : 2)] / tile)
    : 1;
}
