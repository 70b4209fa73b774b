/** Who feeds whom: order, cycles, what lies upstream and downstream. Wires from or to missing nodes are ignored. */
import type { Graph } from "./project";

export interface Topology {
  /** Nodes that lie on no cycle and behind none: each after all that feed it, else in the graph's own order. */
  readonly order: readonly string[];
  /** Each group of nodes that feed one another, in the direction of the wires. */
  readonly cycles: readonly (readonly string[])[];
}

export function topology(graph: Graph): Topology {
  const targets = neighbours(graph, "from", "to");
  const waiting = new Map(graph.nodes.map(({ id }) => [id, 0]));
  for (const [, next] of targets) for (const id of next) waiting.set(id, (waiting.get(id) ?? 0) + 1);

  const order = graph.nodes.filter(({ id }) => waiting.get(id) === 0).map(({ id }) => id);
  // The list grows while it is walked.
  for (const id of order) {
    for (const next of targets.get(id) ?? []) {
      const left = (waiting.get(next) ?? 0) - 1;
      waiting.set(next, left);
      if (left === 0) order.push(next);
    }
  }
  const done = new Set(order);
  const rest = graph.nodes.map(({ id }) => id).filter((id) => !done.has(id));
  return { order, cycles: rest.length === 0 ? [] : findCycles(rest, targets) };
}

/** The nodes that lead to `id`, nearest first, without itself unless it is on a cycle. */
export function upstream(graph: Graph, id: string): string[] {
  return reachable(id, neighbours(graph, "to", "from"));
}

/** The nodes that `id` leads to, nearest first, without itself unless it is on a cycle. */
export function downstream(graph: Graph, id: string): string[] {
  return reachable(id, neighbours(graph, "from", "to"));
}

type Neighbours = ReadonlyMap<string, readonly string[]>;

/** Each node's neighbours, as often as there are wires. */
function neighbours(graph: Graph, near: "from" | "to", far: "from" | "to"): Neighbours {
  const lists = new Map<string, string[]>(graph.nodes.map(({ id }) => [id, []]));
  for (const edge of graph.edges) {
    if (lists.has(edge[far].node)) lists.get(edge[near].node)?.push(edge[far].node);
  }
  return lists;
}

function reachable(id: string, next: Neighbours): string[] {
  const found = new Set(next.get(id));
  // A set's iteration visits what is added on the way.
  for (const each of found) for (const further of next.get(each) ?? []) found.add(further);
  return [...found];
}

/** Walks back and forth on the nodes that are left: those that reach themselves are on a cycle. */
function findCycles(nodes: readonly string[], targets: Neighbours): string[][] {
  const cycles: string[][] = [];
  const seen = new Set<string>();
  for (const start of nodes) {
    if (seen.has(start)) continue;
    const cycle = shortestCycle(start, targets);
    if (cycle.length === 0) continue;
    const after = new Set(reachable(start, targets));
    for (const id of nodes) if (after.has(id) && reachable(id, targets).includes(start)) seen.add(id);
    cycles.push(cycle);
  }
  return cycles;
}

/** The nodes from `start` round to itself by the shortest way; empty when there is none. */
function shortestCycle(start: string, targets: Neighbours): string[] {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const id of queue) {
    for (const next of targets.get(id) ?? []) {
      if (next === start) return path(start, id, cameFrom);
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, id);
      queue.push(next);
    }
  }
  return [];
}

function path(start: string, end: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const ids = [end];
  for (let id = end; id !== start; ) {
    id = cameFrom.get(id) ?? start;
    ids.unshift(id);
  }
  return ids;
}
