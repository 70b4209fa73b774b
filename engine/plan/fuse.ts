/**
 * Decides which nodes share a dispatch. It begins with a dispatch for every node that needs one, and joins them while
 * a kernel can still be written, binds no more buffers than the device allows, and no two groups wait for each other.
 */
import { elementCount } from "../tensor/tensor";
import type { Access, GroupContent } from "./accesses";
import { kernelUse, writeGroup } from "./group-writer";
import { type Facts, type Group, GroupGraph } from "./groups";
import { lowerings } from "./lowerings";
import { isStore, type Node, type NodeGraph, type NodeOf, overlaps, type StoreNode } from "./nodes";
import { recomputeStored } from "./recompute";
import { isReduction, rowsOf } from "./rows";
import { bufferCount } from "./sources";
import { inStages } from "./stages";

export interface FuseOptions {
  readonly maxBindings: number;
  /** Values that must lie in memory at the end. */
  readonly kept: ReadonlySet<Node>;
  readonly fuse: boolean;
  readonly recompute: boolean;
  /** The adapter computes on the processor. */
  readonly software: boolean;
}

/** What a value may cost, in additions an element, to be computed again in each of several places. */
const cheap = { anywhere: 2, elsewhere: 6, repeatedly: 6, inKernel: 1 };

/** More in one kernel would compile slowly. */
const mostNodes = 160;

export function fuseNodes(graph: NodeGraph, options: FuseOptions): GroupGraph {
  const fuser = new Fuser(graph, options);
  fuser.begin();
  if (options.fuse) {
    fuser.growEpilogues({ patient: true });
    fuser.inlineValues();
    fuser.gatherOnTheWay();
    fuser.growEpilogues({ patient: false });
    fuser.joinNeighbours();
    if (options.recompute) fuser.recomputeStored();
  }
  return fuser.groups;
}

class Fuser {
  readonly groups: GroupGraph;
  readonly #nodes: readonly Node[];
  readonly #options: FuseOptions;
  readonly #hasKernels: boolean;

  constructor(graph: NodeGraph, options: FuseOptions) {
    this.#nodes = graph.nodes;
    this.#options = options;
    this.#hasKernels = graph.nodes.some(({ kind }) => lowerings[kind].role === "kernel");
    this.groups = new GroupGraph(graph);
  }

  /** A group for every node but those that are only written where they are needed. */
  begin(): void {
    const own = new Set(this.#nodes.filter((node) => this.#needsGroup(node)));
    for (const store of this.#nodes) {
      if (isStore(store)) for (const load of this.#readElsewhere(store, own)) own.add(load);
    }
    for (const node of own) this.#addAlone(node, own);
    for (const load of this.#nodes) {
      if (load.kind !== "load" || own.has(load) || !this.#readTooLate(load)) continue;
      // The loaded values must be set aside before a later store changes them.
      own.add(load);
      const readers = [...this.groups.readers(load)];
      for (const reader of readers) this.groups.remove(reader);
      this.#addAlone(load, own);
      for (const { roots, outputs } of readers) this.#add({ roots, outputs }, (node) => own.has(node));
    }
  }

  /**
   * A kernel goes on with what follows its result: bias, activation, residual, store.
   * @param patient not with what makes it wait for another kernel: that may be computed where it is needed
   */
  growEpilogues({ patient }: { patient: boolean }): void {
    for (const node of this.#nodes) {
      if (lowerings[node.kind].role !== "kernel") continue;
      for (let group = this.#groupWithRoot(node); group !== null; group = this.#growOnce(group, patient));
    }
  }

  /** A value is computed where it is needed, if there is one such place or it costs little. */
  inlineValues(): void {
    for (const node of this.#nodes) {
      const group = this.groups.owner(node);
      if (group === undefined || group.roots.length > 0 || group.outputs.length > 1 || isStore(node))
        continue;
      if (this.#options.kept.has(node) || node.kind === "load" || !this.#worthInlining(node)) continue;
      this.#inline(node, group, [...this.groups.readers(node)]);
    }
  }

  /**
   * A product that waits for nothing but its batch gathers it by itself, since it looks a row up once for many of its
   * elements; those that come later find the batch in memory.
   */
  gatherOnTheWay(): void {
    for (const node of this.#nodes) {
      const group = this.groups.owner(node);
      if (node.kind !== "take_rows" || group === undefined) continue;
      const first = [...this.groups.readers(node)].filter(
        ({ roots: [root], facts }) =>
          root?.kind === "matmul" &&
          facts.readsOnTheWay.has(node) &&
          [...facts.reads].every((read) => read.kind === "take_rows"),
      );
      if (first.length > 0) this.#inline(node, group, first);
    }
  }

  /** Groups that go over the same elements or rows share a kernel: first those that feed each other, then any. */
  joinNeighbours(): void {
    for (const node of this.#nodes) {
      const group = this.groups.owner(node);
      if (group === undefined || group.roots.length > 0 || isStore(node)) continue;
      for (const reader of this.groups.readers(node)) {
        const current = this.groups.owner(node);
        if (current !== undefined && current !== reader && reader.roots.length === 0)
          this.#join(current, reader);
      }
    }
    const byDomain = new Map<string, Group[]>();
    for (const group of inStages(this.groups, { merge: false, maxBindings: 0 }).flat()) {
      const domain = domainOf(group);
      if (domain === null) continue;
      const others = byDomain.get(domain) ?? [];
      byDomain.set(domain, others);
      if (!this.#joinOneOf(others, group)) others.push(group);
    }
  }

  recomputeStored(): void {
    const { maxBindings, kept } = this.#options;
    recomputeStored(this.groups, this.#nodes, {
      kept,
      stages: inStages(this.groups, { maxBindings, merge: true }),
      computing: (values, reader) => this.#computing(values, reader),
      without: (value, owner) => {
        const outputs = owner.outputs.filter((output) => output !== value);
        const facts = this.#facts({ roots: owner.roots, outputs }, this.groups.inMemoryFor([owner]));
        return facts && { roots: owner.roots, outputs, facts };
      },
    });
  }

  /** Joins the group with one of the last few others, and puts the result in its place. */
  #joinOneOf(others: Group[], group: Group): boolean {
    for (let i = others.length - 1; i >= Math.max(0, others.length - 8); i--) {
      const joined = this.#worthJoining(others[i], group) ? this.#join(others[i], group) : null;
      if (joined === null) continue;
      others[i] = joined;
      return true;
    }
    return false;
  }

  #needsGroup(node: Node): boolean {
    const { role } = lowerings[node.kind];
    return role === "kernel" || role === "elementwise" || role === "effect" || this.#options.kept.has(node);
  }

  #addAlone(node: Node, own: ReadonlySet<Node>): void {
    const roots = lowerings[node.kind].role === "kernel" ? [node] : [];
    this.#add({ roots, outputs: [node] }, (each) => own.has(each));
  }

  #add(content: GroupContent, inMemory: (node: Node) => boolean): void {
    const facts = this.#facts(content, inMemory);
    if (facts === null)
      throw new Error(`planner: no kernel for ${content.outputs.map((node) => node.kind).join(", ")}`);
    this.groups.add({ ...content, facts });
  }

  /** Whether a group that reads the load must run after a store that changes what it sees. */
  #readTooLate(load: NodeOf<"load">): boolean {
    const owners = this.groups.storesAfter(load).flatMap((store) => this.groups.owner(store) ?? []);
    return owners.some((owner) =>
      [...this.groups.readers(load)].some(
        (reader) => reader !== owner && this.groups.mustFollow(owner, reader, true),
      ),
    );
  }

  /** Loads of what the store itself writes over, at other places: they must be set aside. */
  #readElsewhere(store: StoreNode, own: ReadonlySet<Node>): Node[] {
    const written = this.#facts({ roots: [], outputs: [store] }, (node) => own.has(node));
    return written === null
      ? movedLoads(store).filter((load) => overlaps(load.attributes.slot, store.attributes.slot))
      : [];
  }

  #groupWithRoot(root: Node): Group | null {
    for (const group of this.groups.groups) if (group.roots.includes(root)) return group;
    return null;
  }

  #growOnce(group: Group, patient: boolean): Group | null {
    for (const output of group.outputs) {
      for (const reader of this.groups.readers(output)) {
        if (reader === group || this.#betterAtReaders(output, reader)) continue;
        if (patient && this.#waitsForAnother(group, reader)) continue;
        const joined = this.#join(group, reader);
        if (joined !== null) return joined;
      }
    }
    return null;
  }

  /** Whether the reader needs a kernel's result for which the group itself does not wait. */
  #waitsForAnother(group: Group, reader: Group): boolean {
    return [...reader.facts.reads].some((read) => {
      const owner = this.groups.owner(read);
      if (owner === undefined || owner === group || this.groups.mustFollow(owner, group, true)) return false;
      return owner.roots.length > 0 || this.#waitsForAnother(group, owner);
    });
  }

  /** Whether what is made of a value, which lies in memory for others anyway, costs so little that its readers make it. */
  #betterAtReaders(value: Node, { roots, outputs: [result, ...more] }: Group): boolean {
    if (roots.length > 0 || more.length > 0 || isStore(result) || this.#options.kept.has(result))
      return false;
    return this.groups.readers(value).size > 1 && this.#cost(result, new Set()) <= cheap.anywhere;
  }

  /** One group for both, or null where that cannot be. */
  #join(first: Group, second: Group): Group | null {
    const groups = this.groups;
    const roots = [...first.roots, ...second.roots];
    if (roots.length > 1 && !roots.every(isReduction)) return null;
    if (groups.mustFollow(first, second, false) || groups.mustFollow(second, first, true)) return null;
    const needed = (node: Node) =>
      isStore(node) ||
      this.#options.kept.has(node) ||
      [...groups.readers(node)].some((reader) => reader !== first && reader !== second);
    const outputs = [...first.outputs, ...second.outputs].filter(
      (node) => needed(node) || !this.#isRead(node, first, second),
    );
    const content = { roots, outputs };
    if (!keepsDeviceBusy(content, this.#options.software ? 16 : 128)) return null;
    const facts = this.#facts(content, groups.inMemoryFor([first, second]));
    if (facts === null) return null;
    groups.remove(first);
    groups.remove(second);
    const joined = { ...content, facts };
    groups.add(joined);
    return joined;
  }

  #isRead(node: Node, ...by: readonly Group[]): boolean {
    return by.some((group) => group.facts.reads.has(node));
  }

  #worthJoining(a: Group, b: Group): boolean {
    if (elementCount(a.outputs[0].shape) <= 1024) return true;
    const shared = [...a.facts.reads, ...a.facts.loads].filter(
      (node) =>
        node.kind !== "constant" &&
        elementCount(node.shape) > 1024 &&
        (b.facts.reads.has(node) || b.facts.loads.has(node as never)),
    );
    return shared.length > 0;
  }

  #worthInlining(node: Node): boolean {
    const readers = [...this.groups.readers(node)];
    // A number that is known from the start is computed beside the first kernel: for nothing, and not again by others.
    if (this.#hasKernels && elementCount(node.shape) === 1 && isPreamble(node)) return false;
    const cost = this.#cost(node, new Set());
    const size = elementCount(node.shape);
    return readers.every((group) => {
      const elements = Math.max(
        ...[...group.roots, ...group.outputs].map((each) => elementCount(each.shape)),
      );
      const fromResult = !group.facts.readsOnTheWay.has(node);
      // Reductions that wait for each other go over their rows several times.
      const isOnce = readers.length === 1 && group.roots.length <= 1;
      if (fromResult) return elements <= size ? isOnce || cost <= cheap.elsewhere : cost <= cheap.repeatedly;
      const [root] = group.roots;
      if (root === undefined || !(isReduction(root) || kernelUse(root).readsOnce))
        return cost <= cheap.inKernel;
      const operand = Math.max(...root.inputs.map((input) => elementCount(input.shape)));
      return operand <= size ? isOnce || cost <= cheap.elsewhere : cost <= cheap.repeatedly;
    });
  }

  /** What an element of the value costs from what lies in memory, in additions. */
  #cost(node: Node, seen: Set<Node>): number {
    const lowering = lowerings[node.kind];
    if (seen.has(node) || lowering.role === "kernel" || lowering.role === "effect") return 0;
    seen.add(node);
    const inputs = node.inputs.map((input) =>
      this.groups.owner(input) === undefined ? this.#cost(input, seen) : 1,
    );
    return inputs.reduce((sum, cost) => sum + cost, lowering.cost);
  }

  /** These readers compute the value for themselves; when they are all, its own group is gone. */
  #inline(node: Node, group: Group, readers: readonly Group[]): void {
    const { groups } = this;
    const changed: { old: Group; next: Group }[] = [];
    for (const old of readers) {
      const next = this.#computing(new Set([node]), old);
      if (next === null) return;
      changed.push({ old, next });
    }
    const needed = readers.length < groups.readers(node).size || this.#options.kept.has(node);
    if (!needed) groups.remove(group);
    for (const { old } of changed) groups.remove(old);
    for (const { next } of changed) groups.add(next);
  }

  /** The reader as it is when it computes these values for itself; null where that cannot be. */
  #computing(values: ReadonlySet<Node>, reader: Group): Group | null {
    const { groups } = this;
    const elsewhere = groups.inMemoryFor([reader]);
    const facts = this.#facts(reader, (each) => !values.has(each) && elsewhere(each));
    if (facts === null) return null;
    // It loads for itself, so that it must run before a store that changes what it loads.
    const late = [...facts.loads].some((load) =>
      groups.storesAfter(load).some((store) => {
        const owner = groups.owner(store);
        return owner !== undefined && owner !== reader && groups.mustFollow(owner, reader, true);
      }),
    );
    return late ? null : { roots: reader.roots, outputs: reader.outputs, facts };
  }

  /** Null when no kernel can compute the group, or none that the device can bind. */
  #facts(content: GroupContent, inMemory: (node: Node) => boolean): Facts | null {
    const written = writeGroup(content, inMemory, (source) => ({
      name: source.kind === "slot" ? source.slot.memory : `value_${source.node.id}`,
      shift: source.kind === "slot" ? source.slot.offset : 0,
      dtype: "float32",
    }));
    if (written === null || written.computed.size > mostNodes) return null;
    const sources = [...written.reads, ...written.writes].map(({ source }) => source);
    if (bufferCount(sources) > this.#options.maxBindings) return null;
    const values = (accesses: readonly Access[]) =>
      new Set(accesses.flatMap(({ source }) => (source.kind === "value" ? [source.node] : [])));
    return {
      reads: values(written.reads),
      readsOnTheWay: values(written.reads.filter(({ hook }) => !written.resultHooks.includes(hook))),
      loads: new Set([...written.computed].filter((node) => node.kind === "load")),
      computed: written.computed,
    };
  }
}

/** Whether a value follows from loads and constants alone, by arithmetic. */
function isPreamble(node: Node): boolean {
  const { role } = lowerings[node.kind];
  return role !== "kernel" && role !== "effect" && node.inputs.every(isPreamble);
}

/** Equal for groups that go over the same elements, or the same rows; null for those of another kernel. */
function domainOf({ roots: [root], outputs }: Group): string | null {
  if (root === undefined) return String(elementCount(outputs[0].shape));
  return isReduction(root) ? rowsOf(root).key : null;
}

/** Few long rows are too few threads to go on with work on their elements, which may be spread over any number. */
function keepsDeviceBusy({ roots: [root], outputs }: GroupContent, enoughRows: number): boolean {
  if (root === undefined || !isReduction(root)) return true;
  const { count, length } = rowsOf(root);
  const elementwise = length > 1 && outputs.some((node) => elementCount(node.shape) === count * length);
  return !elementwise || count >= enoughRows || count * length <= 65536;
}

/** The loads that a value consists of by movement alone. */
function movedLoads(node: Node): NodeOf<"load">[] {
  return node.inputs.flatMap((input) => {
    if (input.kind === "load") return [input];
    return lowerings[input.kind].role === "movement" ? movedLoads(input) : [];
  });
}
