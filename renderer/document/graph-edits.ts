/** The moves that every change of a graph is made of. They keep it sound: unique ids, no dangling wire, one wire an input. */
import { castDraft, current, type Draft, isDraft, original } from "immer";
import {
  blockIdOf,
  blocksWithin,
  type Graph,
  type GraphNode,
  layerIn,
  type ParamValue,
  type PortRef,
} from "../../engine";

export type GraphDraft = Draft<Graph>;
export type Position = GraphNode["position"];

/** @returns the id of the new node; none for a block that would stand inside itself */
export function insertNode(
  graph: GraphDraft,
  drawing: GraphDraft,
  type: string,
  params: GraphNode["params"],
  position: Position,
): readonly string[] {
  if (!mayHold(drawing, graph, type)) return [];
  const id = freshId(graph, type);
  graph.nodes.push({ id, type, name: "", params: copied(params), position: { ...position } });
  return [id];
}

/** Removes nodes with all their wires. */
export function deleteNodes(graph: GraphDraft, ids: ReadonlySet<string>): void {
  if (!graph.nodes.some((node) => ids.has(node.id))) return;
  graph.nodes = graph.nodes.filter((node) => !ids.has(node.id));
  const kept = graph.edges.filter((edge) => !ids.has(edge.from.node) && !ids.has(edge.to.node));
  if (kept.length < graph.edges.length) graph.edges = kept;
}

export function deleteFrames(graph: GraphDraft, ids: ReadonlySet<string>): void {
  if (graph.frames?.some(({ id }) => ids.has(id)))
    graph.frames = graph.frames.filter(({ id }) => !ids.has(id));
}

/** An occupied input lets its old wire go. A wire onto its own node, or to a port that does not exist, is not made. */
export function joinPorts(graph: GraphDraft, drawing: GraphDraft, from: PortRef, to: PortRef): void {
  if (from.node === to.node) return;
  if (!hasPort(graph, drawing, from, "outputs") || !hasPort(graph, drawing, to, "inputs")) return;
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
  drawing: GraphDraft,
  id: string,
  param: string,
  value: ParamValue | undefined,
): void {
  const node = graph.nodes.find((candidate) => candidate.id === id);
  if (!node) return;
  const isDefault =
    value === undefined || sameValue(value, layerIn(drawing, node.type)?.params[param]?.default);
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
  return freshIds(graph)(prefix);
}

/** For many ids: each is taken once it was given. */
export function freshIds(graph: Graph): (prefix: string) => string {
  // Read from the plain graph: a draft of every node and wire would cost more than all else.
  const plain: Graph = isDraft(graph) ? current<GraphDraft>(castDraft(graph)) : graph;
  const { nodes, edges, frames = [], blocks = [] } = plain;
  const taken = new Set([nodes, edges, frames, blocks].flatMap((things) => things.map(({ id }) => id)));
  return (prefix) => {
    for (;;) {
      const stem = prefix.toLowerCase().replace(/[^a-z0-9]+/g, "-");
      const id = `${stem}-${Math.random().toString(36).slice(2, 8)}`;
      if (taken.has(id)) continue;
      taken.add(id);
      return id;
    }
  };
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
function hasPort(graph: Graph, drawing: Graph, ref: PortRef, side: "inputs" | "outputs"): boolean {
  const node = graph.nodes.find((candidate) => candidate.id === ref.node);
  if (!node) return false;
  const layer = layerIn(drawing, node.type);
  return !layer || Object.hasOwn(layer[side], ref.port);
}

/** Whether a node of this type may stand in the graph: a block never inside itself. */
export function mayHold(drawing: Graph, graph: Graph, type: string): boolean {
  const id = blockIdOf(type);
  const here = drawing.blocks?.find((block) => block.graph === graph);
  return id === null || !here || !blocksWithin(drawing, id).has(here.id);
}

/** Takes away wires to ports that a block no longer has, at every level. */
export function dropLostWires(drawing: GraphDraft): void {
  // Read from the plain graph: a draft of each wire would cost more than the sweep.
  const plain = original(drawing) ?? drawing;
  const levels = [plain, ...(plain.blocks ?? []).map((block) => block.graph)];
  levels.forEach((level, index) => {
    const blocks = new Set(level.nodes.filter(({ type }) => blockIdOf(type) !== null).map(({ id }) => id));
    const lost = level.edges.filter(
      ({ from, to }) =>
        (blocks.has(from.node) && !hasPort(level, plain, from, "outputs")) ||
        (blocks.has(to.node) && !hasPort(level, plain, to, "inputs")),
    );
    const draft = index === 0 ? drawing : drawing.blocks?.[index - 1].graph;
    if (draft) deleteEdges(draft, new Set(lost.map(({ id }) => id)));
  });
}

function copiedValue(value: ParamValue): Draft<ParamValue> {
  return isList(value) ? [...value] : value;
}

function isList(value: unknown): value is readonly number[] {
  return Array.isArray(value);
}
