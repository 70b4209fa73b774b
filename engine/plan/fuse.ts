/**
 * Decides which nodes share a dispatch. It begins with a dispatch for every node that needs one, and joins them while
 * a kernel can still be written, binds no more buffers than the device allows, and no two groups wait for each other.
 */
import { elementCount } from "../tensor/tensor";
import { type Access, type GroupContent, kernelUse, writeGroup } from "./group-writer";
import { type Facts, type Group, GroupGraph } from "./groups";
import { lowerings } from "./lowerings";
import { isStore, type Node, type NodeGraph, type NodeOf, overlaps, type StoreNode } from "./nodes";
import { bufferCount } from "./sources";
import { inStages } from "./stages";

export interface FuseOptions {
  readonly maxBindings: number;
  /** Values that must lie in memory at the end. */
  readonly kept: ReadonlySet<Node>;
  readonly fuse: boolean;
}

/** What a value may cost, in additions an element, to be computed again in each of several places. */
const cheap = { elsewhere: 4, repeatedly: 6, inKernel: 1 };

/** More in one kernel would compile slowly. */
const mostNodes = 160;

export function fuseNodes(graph: NodeGraph, options: FuseOptions): GroupGraph {
  const fuser = new Fuser(graph, options);
  fuser.begin();
  if (options.fuse) {
    fuser.growEpilogues();
    fuser.inlineValues();
    fuser.growEpilogues();
    fuser.joinNeighbours();
  }
  return fuser.groups;
}

class Fuser {
  readonly groups: GroupGraph;
  readonly #nodes: readonly Node[];
  readonly #options: FuseOptions;

  constructor(graph: NodeGraph, options: FuseOptions) {
    this.#nodes = graph.nodes;
    this.#options = options;
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
      for (const { root, outputs } of readers) this.#add({ root, outputs }, (node) => own.has(node));
    }
  }

  /** A kernel goes on with what follows its result: bias, activation, residual, store. */
  growEpilogues(): void {
    for (const node of this.#nodes) {
      if (lowerings[node.kind].role !== "kernel") continue;
      for (let group = this.#groupWithRoot(node); group !== null; group = this.#growOnce(group));
    }
  }

  /** A value is computed where it is needed, if there is one such place or it costs little. */
  inlineValues(): void {
    for (const node of this.#nodes) {
      const group = this.groups.owner(node);
      if (group === undefined || group.root !== null || group.outputs.length > 1 || isStore(node)) continue;
      if (this.#options.kept.has(node) || node.kind === "load" || !this.#worthInlining(node)) continue;
      this.#inline(node, group);
    }
  }

  /** Elementwise groups of one size are one dispatch: first those that feed each other, then any. */
  joinNeighbours(): void {
    for (const node of this.#nodes) {
      const group = this.groups.owner(node);
      if (group === undefined || group.root !== null || isStore(node)) continue;
      for (const reader of this.groups.readers(node)) {
        const current = this.groups.owner(node);
        if (current !== undefined && current !== reader && reader.root === null) this.#join(current, reader);
      }
    }
    const bySize = new Map<number, Group[]>();
    for (const group of inStages(this.groups, { merge: false, maxBindings: 0 }).flat()) {
      if (group.root !== null) continue;
      const size = elementCount(group.outputs[0].shape);
      const others = bySize.get(size) ?? [];
      bySize.set(size, others);
      if (!this.#joinOneOf(others, group)) others.push(group);
    }
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
    const root = lowerings[node.kind].role === "kernel" ? node : null;
    this.#add({ root, outputs: [node] }, (each) => own.has(each));
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
    const written = this.#facts({ root: null, outputs: [store] }, (node) => own.has(node));
    return written === null
      ? movedLoads(store).filter((load) => overlaps(load.attributes.slot, store.attributes.slot))
      : [];
  }

  #groupWithRoot(root: Node): Group | null {
    for (const group of this.groups.groups) if (group.root === root) return group;
    return null;
  }

  #growOnce(group: Group): Group | null {
    for (const output of group.outputs) {
      for (const reader of this.groups.readers(output)) {
        if (reader.root !== null || reader === group) continue;
        const joined = this.#join(group, reader);
        if (joined !== null) return joined;
      }
    }
    return null;
  }

  /** One group for both, or null where that cannot be. */
  #join(first: Group, second: Group): Group | null {
    const groups = this.groups;
    if (groups.mustFollow(first, second, false) || groups.mustFollow(second, first, true)) return null;
    const needed = (node: Node) =>
      isStore(node) ||
      this.#options.kept.has(node) ||
      [...groups.readers(node)].some((reader) => reader !== first && reader !== second);
    const outputs = [...first.outputs, ...second.outputs].filter(
      (node) => needed(node) || !this.#isRead(node, first, second),
    );
    const content = { root: first.root ?? second.root, outputs };
    const inMemory = (node: Node) => {
      const owner = groups.owner(node);
      return owner !== undefined && owner !== first && owner !== second;
    };
    const facts = this.#facts(content, inMemory);
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
    const cost = this.#cost(node, new Set());
    const size = elementCount(node.shape);
    return readers.every((group) => {
      const elements = elementCount(group.root?.shape ?? group.outputs[0].shape);
      const fromResult = !group.facts.readsOnTheWay.has(node);
      if (fromResult)
        return elements <= size ? readers.length === 1 || cost <= cheap.elsewhere : cost <= cheap.repeatedly;
      const use = group.root === null ? null : kernelUse(group.root);
      if (use === null || !use.readsOnce) return cost <= cheap.inKernel;
      const operand = Math.max(...(group.root?.inputs ?? []).map((input) => elementCount(input.shape)));
      return operand <= size ? readers.length === 1 || cost <= cheap.elsewhere : cost <= cheap.repeatedly;
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

  #inline(node: Node, group: Group): void {
    const { groups } = this;
    const inMemory = (each: Node) => each !== node && groups.owner(each) !== undefined;
    const changed: { old: Group; next: Group }[] = [];
    for (const old of groups.readers(node)) {
      const facts = this.#facts(old, inMemory);
      if (facts === null) return;
      // A reader now loads for itself, so that it must run before a store that changes what it loads.
      const late = [...facts.loads].some((load) =>
        groups.storesAfter(load).some((store) => {
          const owner = groups.owner(store);
          return owner !== undefined && owner !== old && groups.mustFollow(owner, old, true);
        }),
      );
      if (late) return;
      changed.push({ old, next: { root: old.root, outputs: old.outputs, facts } });
    }
    groups.remove(group);
    for (const { old } of changed) groups.remove(old);
    for (const { next } of changed) groups.add(next);
  }

  /** Null when no kernel can compute the group, or none that the device can bind. */
  #facts(content: GroupContent, inMemory: (node: Node) => boolean): Facts | null {
    const written = writeGroup(content, inMemory, (source) =>
      source.kind === "slot"
        ? { name: source.slot.memory, shift: source.slot.offset }
        : { name: `value_${source.node.id}`, shift: 0 },
    );
    if (written === null || written.computed.size > mostNodes) return null;
    const sources = [...written.reads, ...written.writes].map(({ source }) => source);
    if (bufferCount(sources) > this.#options.maxBindings) return null;
    const values = (accesses: readonly Access[]) =>
      new Set(accesses.flatMap(({ source }) => (source.kind === "value" ? [source.node] : [])));
    const result = written.use.result.name;
    return {
      reads: values(written.reads),
      readsOnTheWay: values(written.reads.filter(({ hook }) => hook !== result)),
      loads: new Set([...written.computed].filter((node) => node.kind === "load")),
      computed: written.computed,
    };
  }
}

/** The loads that a value consists of by movement alone. */
function movedLoads(node: Node): NodeOf<"load">[] {
  return node.inputs.flatMap((input) => {
    if (input.kind === "load") return [input];
    return lowerings[input.kind].role === "movement" ? movedLoads(input) : [];
  });
}
