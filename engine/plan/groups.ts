/**
 * Which nodes are computed together: every group becomes one dispatch. The graph of groups answers whether a change
 * would make two groups wait for each other, through a value or through the order of loads and stores.
 */
import { isStore, type Node, type NodeGraph, type NodeOf, overlaps, type StoreNode } from "./nodes";

export interface Group {
  /** The operations that have a kernel: none in an elementwise group, several if they reduce the same rows. */
  readonly roots: readonly Node[];
  /** The values that it leaves in memory, and stores. */
  readonly outputs: readonly Node[];
  readonly facts: Facts;
}

/** What follows from a group's outputs and from which other values lie in memory. */
export interface Facts {
  /** Values of other groups that it reads. */
  readonly reads: ReadonlySet<Node>;
  /** Those that it reads to compute a kernel's operand, perhaps more than once. */
  readonly readsOnTheWay: ReadonlySet<Node>;
  readonly loads: ReadonlySet<NodeOf<"load">>;
  /** What it computes, root and stores included. */
  readonly computed: ReadonlySet<Node>;
}

export class GroupGraph {
  readonly #groups = new Set<Group>();
  readonly #owner = new Map<Node, Group>();
  readonly #readers = new Map<Node, Set<Group>>();
  readonly #storesAfter = new Map<NodeOf<"load">, StoreNode[]>();
  readonly #after = new Map<StoreNode, { loads: NodeOf<"load">[]; stores: StoreNode[] }>();

  constructor({ nodes }: NodeGraph) {
    const loads = nodes.filter((node) => node.kind === "load");
    const stores = nodes.filter(isStore);
    for (const load of loads) {
      const { slot } = load.attributes;
      this.#storesAfter.set(
        load,
        stores.filter((store) => store.order > load.order && overlaps(store.attributes.slot, slot)),
      );
    }
    for (const store of stores) {
      const { slot } = store.attributes;
      const later = <T extends NodeOf<"load"> | StoreNode>(list: readonly T[]) =>
        list.filter((node) => node.order > store.order && overlaps(node.attributes.slot, slot));
      this.#after.set(store, { loads: later(loads), stores: later(stores) });
    }
  }

  get groups(): ReadonlySet<Group> {
    return this.#groups;
  }

  /** The group that leaves the value in memory, if one does. */
  owner(node: Node): Group | undefined {
    return this.#owner.get(node);
  }

  /** What these groups, if they were one, would find in memory: what others leave there and none of them computes. */
  inMemoryFor(groups: readonly Group[]): (node: Node) => boolean {
    return (node) => {
      const owner = this.owner(node);
      return (
        owner !== undefined && groups.every((group) => group !== owner && !group.facts.computed.has(node))
      );
    };
  }

  readers(node: Node): ReadonlySet<Group> {
    return this.#readers.get(node) ?? new Set();
  }

  storesAfter(load: NodeOf<"load">): readonly StoreNode[] {
    return this.#storesAfter.get(load) ?? [];
  }

  add(group: Group): void {
    this.#groups.add(group);
    for (const node of group.outputs) this.#owner.set(node, group);
    for (const node of [...group.facts.reads, ...group.facts.loads]) {
      const readers = this.#readers.get(node) ?? new Set();
      this.#readers.set(node, readers.add(group));
    }
  }

  remove(group: Group): void {
    this.#groups.delete(group);
    for (const node of group.outputs) this.#owner.delete(node);
    for (const node of [...group.facts.reads, ...group.facts.loads]) this.#readers.get(node)?.delete(group);
  }

  /** The groups that must run after this one, some perhaps more than once. */
  successors(group: Group): readonly Group[] {
    const next: Group[] = [];
    const addReaders = (node: Node) => {
      const readers = this.#readers.get(node);
      if (readers) next.push(...readers);
    };
    const addOwner = (node: Node) => {
      const owner = this.#owner.get(node);
      if (owner) next.push(owner);
    };
    for (const node of group.outputs) {
      addReaders(node);
      if (!isStore(node)) continue;
      const after = this.#after.get(node);
      after?.loads.forEach(addReaders);
      after?.stores.forEach(addOwner);
    }
    for (const load of group.facts.loads) this.storesAfter(load).forEach(addOwner);
    return next;
  }

  /** Whether `to` has to run after `from`; `direct` says whether a step from one to the other without a third counts. */
  mustFollow(from: Group, to: Group, direct: boolean): boolean {
    const seen = new Set<Group>([from]);
    const open = this.successors(from).filter((next) => next !== to || direct);
    for (let group = open.pop(); group !== undefined; group = open.pop()) {
      if (group === to) return true;
      if (seen.has(group)) continue;
      seen.add(group);
      open.push(...this.successors(group));
    }
    return false;
  }
}
