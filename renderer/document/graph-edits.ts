/** The moves that every change of a graph is made of. They keep it sound: unique ids, no dangling wire, one wire an input. */
import type { Draft } from "immer";
import type { Graph, GraphNode, ParamValue, PortRef } from "../../engine";
import { layerOf } from "./layers";

type GraphDraft = Draft<Graph>;
export type Position = GraphNode["position"];

export function insertNode(
  graph: GraphDraft,
  type: string,
  params: GraphNode["params"],
  position: Position,
): string {
  const id = freshId(graph, type);
  graph.nodes.push({ id, type, name: "", params: copied(params), position: { ...position } });
  return id;
}

/** Removes nodes with all their wires. */
export function deleteNodes(graph: GraphDraft, ids: ReadonlySet<string>): void {
  if (!graph.nodes.some((node) => ids.has(node.id))) return;
  graph.nodes = graph.nodes.filter((node) => !ids.has(node.id));
  const kept = graph.edges.filter((edge) => !ids.has(edge.from.node) && !ids.has(edge.to.node));
  if (kept.length < graph.edges.length) graph.edges = kept;
}

/** An occupied input lets its old wire go. A wire onto its own node, or to a port that does not exist, is not made. */
export function joinPorts(graph: GraphDraft, from: PortRef, to: PortRef): void {
  if (from.node === to.node || !hasPort(graph, from, "outputs") || !hasPort(graph, to, "inputs")) return;
  const occupying = graph.edges.find((edge) => edge.to.node === to.node && edge.to.port === to.port);
  if (occupying && occupying.from.node === from.node && occupying.from.port === from.port) return;
  if (occupying) graph.edges = graph.edges.filter((edge) => edge !== occupying);
  graph.edges.push({ id: freshId(graph, "wire"), from: { ...from }, to: { ...to } });
}

export function deleteEdges(graph: GraphDraft, ids: ReadonlySet<string>): void {
  if (!graph.edges.some((edge) => ids.has(edge.id))) return;
  graph.edges = graph.edges.filter((edge) => !ids.has(edge.id));
}

/** Undefined puts the parameter back to its default. */
export function writeParam(
  graph: GraphDraft,
  id: string,
  param: string,
  value: ParamValue | undefined,
): void {
  const node = graph.nodes.find((candidate) => candidate.id === id);
  if (!node) return;
  const isDefault = value === undefined || sameValue(value, layerOf(node.type)?.params[param]?.default);
  if (!isDefault) {
    if (!sameValue(value, node.params[param])) node.params[param] = copiedValue(value);
  } else if (param in node.params) delete node.params[param];
}

export function sameValue(a: ParamValue | undefined, b: ParamValue | undefined): boolean {
  if (!isList(a) || !isList(b)) return a === b;
  return a.length === b.length && a.every((entry, index) => entry === b[index]);
}

export function copied(params: GraphNode["params"]): Draft<GraphNode["params"]> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, copiedValue(value)]));
}

/**
 * An id that no node and no wire has. Random, because trained weights are kept by node id: a new Linear must never
 * inherit those of one that was deleted.
 */
export function freshId(graph: Graph, prefix: string): string {
  for (;;) {
    const id = `${prefix.toLowerCase()}-${Math.random().toString(36).slice(2, 8)}`;
    const taken = (thing: { readonly id: string }) => thing.id === id;
    if (!graph.nodes.some(taken) && !graph.edges.some(taken)) return id;
  }
}

/** The graph with room for a node that was put into a wire: what follows it on its row moves to the right. */
export function withRoom(graph: Graph, id: string): Graph {
  const added = graph.nodes.find((node) => node.id === id);
  if (!added) return graph;
  const onRow = ({ position }: GraphNode) => Math.abs(position.y - added.position.y) < rowHeight;
  const row = graph.nodes.filter((node) => node !== added && onRow(node)).map(({ position }) => position.x);
  const last = Math.max(...row.filter((x) => x < added.position.x));
  const next = Math.min(...row.filter((x) => x >= added.position.x));
  const x = Math.max(added.position.x, last + columnWidth);
  const missing = Math.max(0, x + columnWidth - next);
  return {
    ...graph,
    nodes: graph.nodes.map((node) => {
      const { position } = node;
      if (node === added) return { ...node, position: { x, y: position.y } };
      const moves = missing > 0 && position.x >= next && onRow(node);
      return moves ? { ...node, position: { x: position.x + missing, y: position.y } } : node;
    }),
  };
}

/** A node and the gap after it, in canvas units. */
const columnWidth = 268;
const rowHeight = 96;

/** A layer that this version does not know has whatever ports its wires name. */
function hasPort(graph: GraphDraft, ref: PortRef, side: "inputs" | "outputs"): boolean {
  const node = graph.nodes.find((candidate) => candidate.id === ref.node);
  if (!node) return false;
  const layer = layerOf(node.type);
  return !layer || ref.port in layer[side];
}

function copiedValue(value: ParamValue): Draft<ParamValue> {
  return isList(value) ? [...value] : value;
}

function isList(value: unknown): value is readonly number[] {
  return Array.isArray(value);
}
