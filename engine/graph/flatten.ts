/**
 * Takes the drawing apart into layers and wires alone: blocks are opened, each use with nodes of its own; reroute points
 * and bypassed nodes become the wire that leads through them; disabled ones go with their wires.
 *
 * An id in the flat graph is the way to the node: `encoder/conv`, and `encoder#2/conv` in the second of several turns.
 * It depends on nothing but that way, so weights that are kept by node id stay where they are.
 */
import type { Block, Graph, GraphEdge, GraphNode, PortRef } from "./project";
import { blockIdOf, blockOf, blocksWithin, fedBack, layerIn, repeatOf } from "./structure";

export interface Flat {
  /** The very graph that was given when there was nothing to do. */
  readonly graph: Graph;
  /** Flat edge → the bypassed nodes that it leads through, by flat id, nearest to its end first. */
  readonly through: ReadonlyMap<string, readonly string[]>;
  /** Bypassed nodes that have nothing to pass on, and blocks without a wire, which are left out. Flat ids. */
  readonly idle: { readonly bypassed: readonly string[]; readonly blocks: readonly string[] };
  /** What a person calls a node, from the outside in: `encoder/conv1`. For the flat id of any node that is drawn. */
  nameOf(id: string): string | undefined;
  /**
   * Where the tensor at a port comes from: at an output the layer's own, or what a block, a bypassed node or a reroute
   * point passes on. Null when nothing does.
   * @param prefix of the level, as `prefixOf` gives it
   */
  source(prefix: string, ref: PortRef): PortRef | null;
}

/** The way to a level of the drawing: the ids of the block nodes that were entered, outermost first. */
export type LevelPath = readonly string[];

export interface Place {
  readonly path: LevelPath;
  readonly node: string;
}

/** Where the node or wire of a flat id is drawn. All turns of a block are drawn once. */
export function placeOf(id: string): Place {
  const parts = id.split("/");
  return { path: parts.slice(0, -1).map((part) => part.split("#")[0]), node: parts[parts.length - 1] };
}

/** What flat ids begin with at a level; the first turn where there are several. */
export function prefixOf(path: LevelPath): string {
  return path.map((id) => `${id}/`).join("");
}

/** The node on which a flat id is shown at a level: itself, or the block that it is in. Null elsewhere. */
export function shownAt(path: LevelPath, id: string): string | null {
  const place = placeOf(id);
  if (!path.every((part, index) => place.path[index] === part)) return null;
  return place.path[path.length] ?? place.node;
}

/** The graph at a level; undefined when the way leads nowhere. */
export function graphAt(drawing: Graph, path: LevelPath): Graph | undefined {
  return path.reduce<Graph | undefined>((graph, id) => {
    const node = graph?.nodes.find((each) => each.id === id);
    return node && blockOf(drawing, node.type)?.graph;
  }, drawing);
}

export function nodeAt(drawing: Graph, id: string): GraphNode | undefined {
  const { path, node } = placeOf(id);
  return graphAt(drawing, path)?.nodes.find((each) => each.id === node);
}

const flattened = new WeakMap<Graph, Flat>();

/** The same answer for the same graph. */
export function flatten(drawing: Graph): Flat {
  const known =
    flattened.get(drawing) ?? (drawing.nodes.every(isPlain) ? asItIs(drawing) : new Flattening(drawing));
  flattened.set(drawing, known);
  return known;
}

function asItIs(drawing: Graph): Flat {
  return {
    graph: drawing,
    through: new Map(),
    idle: { bypassed: [], blocks: [] },
    nameOf(id) {
      const node = drawing.nodes.find((each) => each.id === id);
      return node && (node.name.trim() || node.type);
    },
    source: (_, ref) => ref,
  };
}

interface Level {
  readonly prefix: string;
  /** `encoder/`; empty at the top. */
  readonly name: string;
  readonly graph: Graph;
  readonly drawn: Drawn;
  /** Null at the top. */
  readonly outer: {
    readonly level: Level;
    readonly node: GraphNode;
    readonly block: Block;
    readonly turn: number;
  } | null;
}

class Flattening implements Flat {
  readonly graph: Graph;
  readonly through = new Map<string, readonly string[]>();
  readonly idle = { bypassed: [] as string[], blocks: [] as string[] };
  readonly #drawing: Graph;
  readonly #levels = new Map<string, Level>();
  readonly #nodes: GraphNode[] = [];
  readonly #edges: GraphEdge[] = [];
  readonly #opened: Level[] = [];

  constructor(drawing: Graph) {
    this.#drawing = drawing;
    const top: Level = {
      prefix: "",
      name: "",
      graph: drawing,
      drawn: drawnOf(drawing, drawing),
      outer: null,
    };
    this.#open(top);
    for (const level of this.#opened) this.#wire(level);
    this.graph = { nodes: this.#nodes, edges: this.#edges };
  }

  nameOf(id: string): string | undefined {
    const { node } = placeOf(id);
    const level = this.#levels.get(id.slice(0, id.length - node.length));
    const found = level?.drawn.nodes.get(node);
    return level && found && nameIn(level, found);
  }

  source(prefix: string, ref: PortRef): PortRef | null {
    const level = this.#levels.get(prefix);
    return level ? this.#trace(level, ref, [], new Set()) : null;
  }

  /** Collects the nodes of a level and of all blocks in it, in the order in which they are drawn. */
  #open(level: Level): void {
    this.#levels.set(level.prefix, level);
    this.#opened.push(level);
    for (const node of level.graph.nodes) {
      const id = level.prefix + node.id;
      if (node.mode === "bypass" && level.drawn.wired.has(node.id) && !passedOn(this.#drawing, level, node))
        this.idle.bypassed.push(id);
      if (node.mode !== undefined || vanishes(node)) continue;
      const block = this.#innerOf(level, node);
      if (!block) this.#nodes.push(level.outer ? { ...node, id, name: nameIn(level, node) } : node);
      else if (level.drawn.wired.has(node.id)) this.#openBlock(level, node, block);
      else this.idle.blocks.push(id);
    }
  }

  #openBlock(level: Level, node: GraphNode, block: Block): void {
    for (let turn = 1; turn <= repeatOf(node); turn++) {
      this.#open({
        prefix: `${level.prefix + turnId(node.id, turn)}/`,
        name: `${turnId(nameIn(level, node), turn)}/`,
        graph: block.graph,
        drawn: drawnOf(block.graph, this.#drawing),
        outer: { level, node, block, turn },
      });
    }
  }

  /** A wire in the flat graph for each that ends at a layer. */
  #wire(level: Level): void {
    for (const edge of level.graph.edges) {
      const node = level.drawn.nodes.get(edge.to.node);
      if (!node || node.mode !== undefined || vanishes(node) || this.#innerOf(level, node)) continue;
      const passed: string[] = [];
      const from = this.#trace(level, edge.from, passed, new Set());
      if (!from) continue;
      const id = level.prefix + edge.id;
      this.#edges.push({ ...edge, id, from, to: { node: level.prefix + node.id, port: edge.to.port } });
      if (passed.length > 0) this.through.set(id, passed);
    }
  }

  /** From an output port back to the layer that fills it. */
  #trace(level: Level, ref: PortRef, passed: string[], seen: Set<string>): PortRef | null {
    const node = level.drawn.nodes.get(ref.node);
    const here = level.prefix + ref.node;
    const visit = `${here} ${ref.port}`;
    // Reroute points may be wired in a ring.
    if (!node || node.mode === "disable" || seen.has(visit)) return null;
    seen.add(visit);
    if (node.mode === "bypass") {
      passed.push(here);
      const into = passedOn(this.#drawing, level, node);
      return into && this.#trace(level, into.from, passed, seen);
    }
    if (node.type === "Reroute") return this.#entering(level, node.id, "x", passed, seen);
    if (node.type === "BlockInput") return this.#enteringBlock(level, node.id, passed, seen);
    if (!this.#innerOf(level, node)) return { node: here, port: ref.port };
    const last = this.#levels.get(`${level.prefix + turnId(node.id, repeatOf(node))}/`);
    return last ? this.#entering(last, ref.port, "x", passed, seen) : null;
  }

  #entering(level: Level, node: string, port: string, passed: string[], seen: Set<string>): PortRef | null {
    const edge = level.drawn.into.get(`${node} ${port}`);
    return edge ? this.#trace(level, edge.from, passed, seen) : null;
  }

  #enteringBlock({ outer }: Level, port: string, passed: string[], seen: Set<string>): PortRef | null {
    // A port on the canvas itself, where it has no meaning.
    if (!outer) return null;
    const { level, node, block, turn } = outer;
    const back = turn > 1 ? fedBack(block, port) : null;
    const before = this.#levels.get(`${level.prefix + turnId(node.id, turn - 1)}/`);
    return back !== null && before
      ? this.#entering(before, back, "x", passed, seen)
      : this.#entering(level, node.id, port, passed, seen);
  }

  /** The block that a node opens into; undefined for a layer, and for a block that is not there or holds itself. */
  #innerOf(level: Level, node: GraphNode): Block | undefined {
    const block = blockOf(this.#drawing, node.type);
    for (let at: Level | null = block ? level : null; at; at = at.outer?.level ?? null)
      if (at.outer?.block === block) return undefined;
    return block;
  }
}

/** The wire into a bypassed node that its outputs pass on: the one at its first wired input. */
function passedOn(drawing: Graph, { drawn }: Level, node: GraphNode): GraphEdge | null {
  const ports = Object.keys(layerIn(drawing, node.type)?.inputs ?? {});
  for (const port of ports) {
    const edge = drawn.into.get(`${node.id} ${port}`);
    if (edge) return edge;
  }
  return null;
}

/** Of a block in one of its turns, counted from 1. */
export function turnId(id: string, turn: number): string {
  return turn === 1 ? id : `${id}#${turn}`;
}

/** Stands on the canvas only. */
function vanishes({ type }: GraphNode): boolean {
  return type === "Reroute" || type === "BlockInput" || type === "BlockOutput";
}

function isPlain(node: GraphNode): boolean {
  return node.mode === undefined && !vanishes(node) && blockIdOf(node.type) === null;
}

function nameIn(level: Level, node: GraphNode): string {
  return level.name + (node.name.trim() || (level.drawn.names.get(node.id) ?? node.type));
}

/** What is looked up in a graph as it is drawn. */
interface Drawn {
  readonly nodes: ReadonlyMap<string, GraphNode>;
  /** `<node> <port>` → the wire into it. */
  readonly into: ReadonlyMap<string, GraphEdge>;
  readonly wired: ReadonlySet<string>;
  /** Unnamed nodes by their type, or their block's name, numbered where there are several. */
  readonly names: ReadonlyMap<string, string>;
}

const drawnGraphs = new WeakMap<Graph, { readonly blocks: Graph["blocks"]; readonly drawn: Drawn }>();

function drawnOf(graph: Graph, drawing: Graph): Drawn {
  const known = drawnGraphs.get(graph);
  if (known && known.blocks === drawing.blocks) return known.drawn;
  const into = new Map<string, GraphEdge>();
  for (const edge of graph.edges) {
    const end = `${edge.to.node} ${edge.to.port}`;
    if (!into.has(end)) into.set(end, edge);
  }
  const drawn: Drawn = {
    nodes: new Map(graph.nodes.map((node) => [node.id, node])),
    into,
    wired: new Set(graph.edges.flatMap(({ from, to }) => [from.node, to.node])),
    names: numbered(graph, drawing),
  };
  drawnGraphs.set(graph, { blocks: drawing.blocks, drawn });
  return drawn;
}

function numbered(graph: Graph, drawing: Graph): ReadonlyMap<string, string> {
  const counts = new Map<string, number>();
  const names = new Map<string, string>();
  for (const { id, name, type } of graph.nodes) {
    if (name.trim() !== "") continue;
    const kind = blockOf(drawing, type)?.name.trim() || type;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    names.set(id, count === 1 ? kind : `${kind} ${count}`);
  }
  return names;
}

/** Blocks that hold themselves, which can never be opened. */
export function endlessBlocks(drawing: Graph): readonly Block[] {
  const holds = (block: Block, id: string) =>
    block.graph.nodes.some(({ type }) => {
      const inner = blockIdOf(type);
      return inner !== null && blocksWithin(drawing, inner).has(id);
    });
  return (drawing.blocks ?? []).filter((block) => holds(block, block.id));
}
