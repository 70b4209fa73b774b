/** Nodes as a block, a block as nodes, and what a block is called. */
import { castDraft, current } from "immer";
import {
  type Block,
  blockOf,
  blockType,
  fedBack,
  type Graph,
  type GraphEdge,
  type GraphNode,
  type PortRef,
  repeatOf,
  turnId,
} from "../../engine";
import { drawing as texts } from "../ui/texts/drawing";
import { deleteNodes, freshId, type GraphDraft, joinPorts, type Position } from "./graph-edits";
import type { Command } from "./history";
import { blocksOf } from "./piece";

/** Between a block's ports and what they are wired to, and from one turn to the next. Canvas units. */
const portGap = 242;
const gridStep = 11;

/**
 * The nodes become a block, which stands in their place: a port for every wire that is cut, but one only for wires from
 * the same output. The ports of the block that they stand in stay outside. Hands back the new node.
 */
export function groupNodes(ids: readonly string[], name: string): Command<readonly string[]> {
  return {
    name: texts.stepGroup,
    recipe: (graph, project, moved) => {
      const plain = current(graph);
      const wanted = new Set(ids);
      const isPort = ({ type }: GraphNode) => type === "BlockInput" || type === "BlockOutput";
      const inside = plain.nodes.filter((node) => wanted.has(node.id) && !isPort(node));
      if (inside.length === 0) return [];
      const frames = (plain.frames ?? []).filter(({ id }) => wanted.has(id));
      const id = freshId(graph, "block");
      const blockId = freshId(project.graph, "block");
      const cut = cutOut(plain, inside, id);
      const inner: Graph = { ...cut.inner, ...(frames.length > 0 && { frames }) };
      project.graph.blocks = [
        ...(project.graph.blocks ?? []),
        castDraft({ id: blockId, name, graph: inner }),
      ];
      const kept = new Set(inside.map((node) => node.id));
      graph.nodes = castDraft([
        ...plain.nodes.filter((node) => !kept.has(node.id)),
        { id, type: blockType(blockId), name: "", params: {}, position: middleOf(inside) },
      ]);
      graph.edges = castDraft(cut.edges);
      for (const node of kept) moved(node, `${id}/${node}`);
      if (frames.length > 0) graph.frames = plain.frames?.filter((frame) => !wanted.has(frame.id));
      return [id];
    },
  };
}

interface Cut {
  readonly inner: Graph;
  /** The wires that are left outside, with the block's node at their ends. */
  readonly edges: readonly GraphEdge[];
}

function cutOut(graph: Graph, inside: readonly GraphNode[], use: string): Cut {
  const ids = new Set(inside.map(({ id }) => id));
  const ports = new Ports(inside);
  const innerEdges: GraphEdge[] = [];
  const edges: GraphEdge[] = [];
  for (const edge of graph.edges) {
    const from = ids.has(edge.from.node);
    const to = ids.has(edge.to.node);
    if (from && to) innerEdges.push(edge);
    else if (to) {
      const { port, isNew } = ports.input(edge);
      innerEdges.push({ ...edge, from: { node: port, port: "y" } });
      // A second wire from the same output goes through the port that is there.
      if (isNew) edges.push({ ...edge, to: { node: use, port } });
    } else if (from) {
      const { port, isNew } = ports.output(edge);
      if (isNew) innerEdges.push({ id: `${port}-in`, from: edge.from, to: { node: port, port: "x" } });
      edges.push({ ...edge, from: { node: use, port } });
    } else edges.push(edge);
  }
  return { inner: { nodes: [...inside, ...ports.nodes], edges: uniqueIds(innerEdges) }, edges };
}

/** The port nodes of a block that is being made, one for each output that wires lead from. */
class Ports {
  readonly nodes: GraphNode[] = [];
  readonly #taken: Set<string>;
  readonly #known = new Map<string, string>();
  readonly #inside: readonly GraphNode[];
  readonly #left: number;
  readonly #right: number;

  constructor(inside: readonly GraphNode[]) {
    const columns = inside.map(({ position }) => position.x);
    this.#inside = inside;
    this.#taken = new Set(inside.map(({ id }) => id));
    this.#left = Math.min(...columns) - portGap;
    this.#right = Math.max(...columns) + portGap;
  }

  input({ from, to }: GraphEdge) {
    return this.#port("BlockInput", `in ${from.node} ${from.port}`, to, this.#left);
  }

  output({ from }: GraphEdge) {
    return this.#port("BlockOutput", `out ${from.node} ${from.port}`, from, this.#right);
  }

  /** @param beside the port inside that it is called after and lies on a row with */
  #port(type: string, key: string, beside: PortRef, x: number) {
    const before = this.#known.get(key);
    if (before !== undefined) return { port: before, isNew: false };
    let id = beside.port;
    for (let count = 2; this.#taken.has(id); count++) id = `${beside.port}_${count}`;
    this.#taken.add(id);
    this.#known.set(key, id);
    const row = this.#inside.find((node) => node.id === beside.node)?.position.y ?? 0;
    const sameSide = this.nodes.filter((node) => node.type === type);
    const y = Math.max(row, ...sameSide.map(({ position }) => position.y + rowGap));
    this.nodes.push({ id, type, name: "", params: {}, position: { x, y } });
    return { port: id, isNew: true };
  }
}

/** Between two ports on one side. */
const rowGap = 88;

/** Wires that were several outside, and have the same id inside. */
function uniqueIds(edges: readonly GraphEdge[]): readonly GraphEdge[] {
  const taken = new Set<string>();
  return edges.map((edge) => {
    let { id } = edge;
    for (let count = 2; taken.has(id); count++) id = `${edge.id}-${count}`;
    taken.add(id);
    return id === edge.id ? edge : { ...edge, id };
  });
}

function middleOf(nodes: readonly GraphNode[]): Position {
  const snapped = (values: readonly number[]) =>
    Math.round((Math.min(...values) + Math.max(...values)) / 2 / gridStep) * gridStep;
  return {
    x: snapped(nodes.map(({ position }) => position.x)),
    y: snapped(nodes.map(({ position }) => position.y)),
  };
}

/** Each block's node among these gives way to copies of what is in it, once for each of its turns. Hands back the copies. */
export function ungroupNodes(ids: readonly string[]): Command<readonly string[]> {
  return {
    name: texts.stepUngroup,
    recipe: (graph, project, moved) =>
      ids.flatMap((id) => {
        const node = current(graph).nodes.find((each) => each.id === id);
        const block = node && blockOf(current(project.graph), node.type);
        return node && block ? unfold(graph, project.graph, node, block, moved) : [];
      }),
  };
}

function unfold(
  graph: GraphDraft,
  drawing: GraphDraft,
  use: GraphNode,
  block: Block,
  moved: (from: string, to: string) => void,
): readonly string[] {
  const plain = current(graph);
  const turns = repeatOf(use);
  const layers = block.graph.nodes.filter(({ type }) => type !== "BlockInput" && type !== "BlockOutput");
  const middle = middleOf(layers.length > 0 ? layers : [use]);
  const columns = layers.map(({ position }) => position.x);
  const width = Math.max(...columns, 0) - Math.min(...columns, 0) + portGap;
  const copies = Array.from({ length: turns }, () => new Map<string, string>());
  copies.forEach((copy, turn) => {
    const shift = (turn - (turns - 1) / 2) * width;
    for (const node of layers) {
      const id = freshId(graph, node.type);
      copy.set(node.id, id);
      moved(`${turnId(use.id, turn + 1)}/${node.id}`, id);
      const x = node.position.x - middle.x + use.position.x + shift;
      const y = node.position.y - middle.y + use.position.y;
      graph.nodes.push(castDraft({ ...structuredClone(node), id, position: { x, y } }));
    }
  });

  /** What comes in at a port in a turn, and what goes out at one. */
  const comingIn = (turn: number, port: string): PortRef | null => {
    const back = turn > 0 ? fedBack(block, port) : null;
    if (back !== null) return goingOut(turn - 1, back);
    return plain.edges.find(({ to }) => to.node === use.id && to.port === port)?.from ?? null;
  };
  const goingOut = (turn: number, port: string): PortRef | null => {
    const edge = block.graph.edges.find(({ to }) => to.node === port);
    return edge ? sourceOf(turn, edge.from) : null;
  };
  const sourceOf = (turn: number, { node, port }: PortRef): PortRef | null => {
    const copy = copies[turn].get(node);
    return copy ? { node: copy, port } : comingIn(turn, node);
  };

  const wires: [PortRef | null, PortRef][] = copies.flatMap((copy, turn) =>
    block.graph.edges.flatMap(({ from, to }): [PortRef | null, PortRef][] => {
      const target = copy.get(to.node);
      return target ? [[sourceOf(turn, from), { node: target, port: to.port }]] : [];
    }),
  );
  for (const { from, to } of plain.edges)
    if (from.node === use.id) wires.push([goingOut(turns - 1, from.port), to]);
  deleteNodes(graph, new Set([use.id]));
  for (const [from, to] of wires) if (from) joinPorts(graph, drawing, from, to);
  return copies.flatMap((copy) => [...copy.values()]);
}

export function renameBlock(id: string, name: string): Command {
  return {
    name: texts.stepRename,
    burst: `rename block ${id}`,
    recipe: (_, { graph }) => {
      const block = graph.blocks?.find((each) => each.id === id);
      if (block && block.name !== name) block.name = name;
    },
  };
}

/** A port is called what its node inside the block is called. */
export function renamePort(id: string, port: string, name: string): Command {
  return {
    name: texts.stepRename,
    burst: `rename port ${id} ${port}`,
    recipe: (_, { graph }) => {
      const node = graph.blocks
        ?.find((each) => each.id === id)
        ?.graph.nodes.find((candidate) => candidate.id === port);
      if (node && node.name !== name) node.name = name;
    },
  };
}

/** The node gets a block of its own, so that changes inside no longer change the other uses. */
export function makeOwnBlock(node: string, name: string): Command {
  return {
    name: texts.stepOwnBlock,
    recipe: (graph, { graph: drawing }) => {
      const use = graph.nodes.find(({ id }) => id === node);
      const block = use && blockOf(current(drawing), use.type);
      if (!use || !block) return;
      const id = freshId(drawing, "block");
      drawing.blocks?.push(castDraft({ ...structuredClone(block), id, name }));
      use.type = blockType(id);
    },
  };
}

/** Takes a block that is used nowhere out of the palette. */
export function deleteBlock(id: string): Command {
  return {
    name: texts.stepRemove,
    recipe: (_, { graph }) => {
      if (usesOf(graph, id) > 0) return;
      graph.blocks = graph.blocks?.filter((block) => block.id !== id);
    },
  };
}

/** How many nodes, at all levels, stand for the block. */
export function usesOf(drawing: Graph, id: string): number {
  const levels = [drawing, ...(drawing.blocks ?? []).map(({ graph }) => graph)];
  return levels.flatMap(({ nodes }) => nodes).filter(({ type }) => type === blockType(id)).length;
}

/** A block and all that are inside it, to be kept elsewhere. */
export function withInner(drawing: Graph, block: Block): readonly [Block, ...Block[]] {
  return [block, ...blocksOf(drawing, block.graph.nodes)];
}
