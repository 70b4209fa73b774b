/** What every node of the canvas asks of the graph, made once a graph: asked one by one it would grow with its square. */
import type { Graph, GraphEdge, GraphNode } from "../../engine";

type PortNames = ReadonlySet<string>;

export interface WiredPorts {
  readonly inputs: PortNames;
  readonly outputs: PortNames;
}

const nodesById = new WeakMap<Graph["nodes"], ReadonlyMap<string, GraphNode>>();
const portsByNode = new WeakMap<Graph["edges"], ReadonlyMap<string, WiredPorts>>();
const unwired: WiredPorts = { inputs: new Set(), outputs: new Set() };

export function nodeById({ nodes }: Graph, id: string): GraphNode | undefined {
  const known = nodesById.get(nodes) ?? new Map(nodes.map((node) => [node.id, node]));
  nodesById.set(nodes, known);
  return known.get(id);
}

/** The ports of a node that have a wire; the same object as long as no wire of the graph changes. */
export function wiredPorts({ edges }: Graph, node: string): WiredPorts {
  const known = portsByNode.get(edges) ?? groupByNode(edges);
  portsByNode.set(edges, known);
  return known.get(node) ?? unwired;
}

function groupByNode(edges: readonly GraphEdge[]): ReadonlyMap<string, WiredPorts> {
  const groups = new Map<string, { inputs: Set<string>; outputs: Set<string> }>();
  const of = (node: string) => {
    const group = groups.get(node) ?? { inputs: new Set(), outputs: new Set() };
    groups.set(node, group);
    return group;
  };
  for (const { from, to } of edges) {
    of(from.node).outputs.add(from.port);
    of(to.node).inputs.add(to.port);
  }
  return groups;
}
