/** A part of a graph on its way elsewhere: copied, duplicated, or kept as a block. */
import { castDraft } from "immer";
import {
  type Block,
  blockIdOf,
  blockOf,
  blockType,
  type Frame,
  type Graph,
  type GraphEdge,
  type GraphNode,
  layerIn,
} from "../../engine";
import { copied, freshId, freshIds, type GraphDraft, joinPorts, mayHold, type Position } from "./graph-edits";

/** Nodes with the wires among them, and all blocks that they stand for, at any depth. */
export interface Piece {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly frames: readonly Frame[];
  readonly blocks: readonly Block[];
  /** Wires into the piece from nodes that stayed where they were. */
  readonly incoming: readonly GraphEdge[];
}

/** How far a copy lies from what it was copied from, so that both are seen. */
export const copyOffset: Position = { x: 22, y: 22 };

/** The nodes and frames of these ids. */
export function pieceOf(drawing: Graph, graph: Graph, ids: readonly string[]): Piece {
  const wanted = new Set(ids);
  const nodes = graph.nodes.filter((node) => wanted.has(node.id));
  const entering = graph.edges.filter((edge) => wanted.has(edge.to.node));
  return {
    nodes,
    edges: entering.filter((edge) => wanted.has(edge.from.node)),
    frames: (graph.frames ?? []).filter((frame) => wanted.has(frame.id)),
    blocks: blocksOf(drawing, nodes),
    incoming: entering.filter((edge) => !wanted.has(edge.from.node)),
  };
}

/** All blocks that the nodes stand for, and those inside them. */
export function blocksOf(drawing: Graph, nodes: readonly GraphNode[]): readonly Block[] {
  const found = new Set<Block>();
  const add = (node: GraphNode) => {
    const block = blockOf(drawing, node.type);
    if (block) found.add(block);
  };
  nodes.forEach(add);
  // A set's iteration visits what is added on the way.
  for (const block of found) block.graph.nodes.forEach(add);
  return [...found];
}

interface Keep {
  /** Whether wires from nodes outside the piece are drawn again, where those nodes are still there. */
  readonly incoming: boolean;
}

/** Hands back the ids of what was put in. A block that would stand inside itself is left out. */
export function insertPiece(
  graph: GraphDraft,
  drawing: GraphDraft,
  piece: Piece,
  offset: Position,
  { incoming }: Keep = { incoming: false },
): readonly string[] {
  const blockIds = insertBlocks(drawing, piece.blocks);
  const fresh = freshIds(graph);
  const newIds = new Map<string, string>();
  const moved = ({ x, y }: Position) => ({ x: x + offset.x, y: y + offset.y });
  const nodes = piece.nodes.flatMap((node) => {
    const type = renamedBlock(node.type, blockIds);
    if (!mayHold(drawing, graph, type)) return [];
    const id = fresh(type);
    newIds.set(node.id, id);
    return [{ ...node, id, type, params: copied(node.params), position: moved(node.position) }];
  });
  graph.nodes.push(...nodes.map((node) => castDraft(node)));

  const types = new Map(nodes.map(({ id, type }) => [id, type]));
  const layer = (id: string) => layerIn(drawing, types.get(id) ?? "");
  const taken = new Set<string>();
  for (const { from, to } of piece.edges) {
    const source = newIds.get(from.node);
    const target = newIds.get(to.node);
    const end = `${target} ${to.port}`;
    if (!source || !target || source === target || taken.has(end)) continue;
    if (!hasPort(layer(source)?.outputs, from.port) || !hasPort(layer(target)?.inputs, to.port)) continue;
    taken.add(end);
    graph.edges.push({
      id: fresh("wire"),
      from: { node: source, port: from.port },
      to: { node: target, port: to.port },
    });
  }
  for (const { from, to } of incoming ? piece.incoming : []) {
    const target = newIds.get(to.node);
    if (target) joinPorts(graph, drawing, from, { node: target, port: to.port });
  }
  return [...newIds.values(), ...insertFrames(graph, piece.frames, moved)];
}

/** A layer that this version does not know has whatever ports its wires name. */
function hasPort(ports: Readonly<Record<string, string>> | undefined, port: string): boolean {
  return !ports || Object.hasOwn(ports, port);
}

function insertFrames(
  graph: GraphDraft,
  frames: readonly Frame[],
  moved: (position: Position) => Position,
): readonly string[] {
  return frames.map((frame) => {
    const id = freshId(graph, "frame");
    graph.frames ??= [];
    graph.frames.push({ ...frame, id, position: moved(frame.position), size: { ...frame.size } });
    return id;
  });
}

/**
 * Blocks that the drawing lacks. One that is there with the same id and another content comes in under a new id.
 * @returns the ids that had to change
 */
export function insertBlocks(drawing: GraphDraft, blocks: readonly Block[]): ReadonlyMap<string, string> {
  const changed = new Map<string, string>();
  const added: Block[] = [];
  for (const block of blocks) {
    const there = drawing.blocks?.find(({ id }) => id === block.id);
    if (there && ordered(there) === ordered(block)) continue;
    if (there) changed.set(block.id, freshId(drawing, "block"));
    added.push(block);
  }
  if (added.length === 0) return changed;
  drawing.blocks ??= [];
  for (const block of added) drawing.blocks.push(castDraft(withBlockIds(block, changed)));
  return changed;
}

/** The same text for the same content, whatever order its fields were set in. */
function ordered(block: Block): string {
  return JSON.stringify(block, (_, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

/** A copy whose own id and those of the blocks inside it are changed. */
function withBlockIds(block: Block, changed: ReadonlyMap<string, string>): Block {
  const { id, graph, ...rest } = structuredClone(block);
  return {
    ...rest,
    id: changed.get(id) ?? id,
    graph: {
      ...graph,
      nodes: graph.nodes.map((node) => ({ ...node, type: renamedBlock(node.type, changed) })),
    },
  };
}

export function renamedBlock(type: string, changed: ReadonlyMap<string, string>): string {
  const id = blockIdOf(type);
  return id !== null && changed.has(id) ? blockType(changed.get(id) ?? id) : type;
}
