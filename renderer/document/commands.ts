/** Every way to change a document, as a named, undoable command. */
import { castDraft, current } from "immer";
import {
  applyEdits,
  type Block,
  type Fix,
  type Graph,
  type GraphNode,
  type NodeTraining,
  type ParamValue,
  type PortRef,
  type Project,
} from "../../engine";
import { filled } from "../ui/text-values";
import { editor } from "../ui/texts/editor";
import {
  deleteEdges,
  deleteFrames,
  deleteNodes,
  freshId,
  type GraphDraft,
  insertNode,
  joinPorts,
  type Position,
  withRoom,
  writeParam,
} from "./graph-edits";
import type { Command } from "./history";
import { copyOffset, insertBlocks, insertPiece, type Piece, pieceOf, renamedBlock } from "./piece";

/**
 * Hands back the id; none for a block that would stand inside itself.
 * @param blocks what the type stands for, where the drawing may not have it yet
 */
export function addNode(
  type: string,
  position: Position,
  params: GraphNode["params"] = {},
  blocks: readonly Block[] = [],
): Command<readonly string[]> {
  return {
    name: filled(editor.stepAdd, { what: blocks[0]?.name ?? type }),
    recipe: (graph, project) => {
      const changed = insertBlocks(project.graph, blocks);
      return insertNode(graph, project.graph, renamedBlock(type, changed), params, position);
    },
  };
}

interface WireTo {
  readonly end: PortRef;
  /** Which kind of port `end` is. */
  readonly side: "output" | "input";
  /** The new node's port. */
  readonly port: string;
}

/** A new node at the end of a wire that was drawn for it, in one step. */
export function addWired(
  type: string,
  position: Position,
  blocks: readonly Block[],
  { end, side, port }: WireTo,
): Command<readonly string[]> {
  const add = addNode(type, position, {}, blocks);
  return {
    name: add.name,
    recipe: (graph, project, moved) => {
      const added = add.recipe(graph, project, moved);
      for (const node of added) {
        if (side === "output") joinPorts(graph, project.graph, end, { node, port });
        else joinPorts(graph, project.graph, { node, port }, end);
      }
      return added;
    },
  };
}

/** Nodes and frames. */
export function moveNodes(positions: ReadonlyMap<string, Position>): Command {
  return {
    name: editor.stepMove,
    recipe: (graph) => placeAt(graph, (id) => positions.get(id)),
  };
}

/** The arrow keys: presses in a row are one step. */
export function nudgeNodes(ids: readonly string[], by: Position): Command {
  const moved = new Set(ids);
  return {
    name: editor.stepMove,
    burst: `nudge ${ids.join(" ")}`,
    recipe: (graph) =>
      placeAt(graph, (id, { x, y }) => (moved.has(id) ? { x: x + by.x, y: y + by.y } : undefined)),
  };
}

/** Only what moves is touched: a draft of every node of a large graph would take longer than a frame. */
function placeAt(graph: GraphDraft, placed: (id: string, now: Position) => Position | undefined): void {
  const plain = current(graph);
  for (const list of ["nodes", "frames"] as const) {
    plain[list]?.forEach(({ id, position }, index) => {
      const wanted = placed(id, position);
      const draft = graph[list]?.[index];
      if (!draft || !wanted || (wanted.x === position.x && wanted.y === position.y)) return;
      draft.position = { x: wanted.x, y: wanted.y };
    });
  }
}

/** Everything at new places, after tidying. */
export function tidyNodes(
  positions: ReadonlyMap<string, Position>,
  direction: NonNullable<Graph["direction"]> = "right",
): Command {
  return {
    name: editor.stepTidy,
    recipe: (graph) => {
      placeAt(graph, (id) => positions.get(id));
      if (direction === "down") graph.direction = "down";
      else if (graph.direction) delete graph.direction;
    },
  };
}

/** Removes nodes with their wires, frames, and further wires. */
export function remove(nodes: readonly string[], edges: readonly string[] = []): Command {
  return {
    name: editor.stepRemove,
    recipe: (graph) => {
      deleteEdges(graph, new Set(edges));
      deleteNodes(graph, new Set(nodes));
      deleteFrames(graph, new Set(nodes));
    },
  };
}

/** A wire; one that was at the input before goes. */
export function connect(from: PortRef, to: PortRef): Command {
  return { name: editor.stepConnect, recipe: (graph, project) => joinPorts(graph, project.graph, from, to) };
}

/** One wire's other end, after its end was dragged elsewhere. */
export function reconnect(edge: string, from: PortRef, to: PortRef): Command {
  return {
    name: editor.stepConnect,
    recipe: (graph, project) => {
      deleteEdges(graph, new Set([edge]));
      joinPorts(graph, project.graph, from, to);
    },
  };
}

/** The ends of several wires go to another port. Wires that would end at the same input are not made. */
export function moveWires(edges: readonly string[], side: "output" | "input", port: PortRef): Command {
  return {
    name: editor.stepConnect,
    recipe: (graph, project) => {
      const moved = current(graph).edges.filter(({ id }) => edges.includes(id));
      deleteEdges(graph, new Set(edges));
      for (const { from, to } of moved) {
        if (side === "output") joinPorts(graph, project.graph, port, to);
        else joinPorts(graph, project.graph, from, port);
      }
    },
  };
}

export function disconnect(edges: readonly string[]): Command {
  return { name: editor.stepDisconnect, recipe: (graph) => deleteEdges(graph, new Set(edges)) };
}

/** Undefined puts it back to the default. */
export function setParam(node: string, param: string, value: ParamValue | undefined): Command {
  return setParams([node], param, value);
}

/** The same for several nodes, in one step. */
export function setParams(nodes: readonly string[], param: string, value: ParamValue | undefined): Command {
  return {
    name: filled(editor.stepParam, { what: param }),
    burst: `param ${nodes.join(" ")} ${param}`,
    recipe: (graph, project) => {
      for (const id of nodes) writeParam(graph, project.graph, id, param, value);
    },
  };
}

/** How a node's weights begin and learn, and what its loss counts. Undefined puts a setting back to its default. */
export function setNodeTraining(node: string, change: NodeTraining): Command {
  return {
    name: filled(editor.stepParam, { what: Object.keys(change).join(", ") }),
    burst: `training ${node} ${Object.keys(change).join(" ")}`,
    recipe: (graph) => {
      const found = graph.nodes.find(({ id }) => id === node);
      if (!found) return;
      const kept = Object.entries({ ...found.training, ...structuredClone(change) }).filter(
        ([, value]) => value !== undefined,
      );
      if (kept.length === 0) delete found.training;
      else found.training = Object.fromEntries(kept);
    },
  };
}

export function rename(node: string, name: string): Command {
  return {
    name: editor.stepRename,
    burst: `rename ${node}`,
    recipe: (graph) => {
      const found = graph.nodes.find((candidate) => candidate.id === node);
      if (found && found.name !== name) found.name = name;
    },
  };
}

/** A fix may change several levels; each new node gets room. */
export function applyFix(fix: Fix): Command {
  return {
    name: fix.label,
    recipe: (_, project) => {
      const before = current(project.graph);
      const after = applyEdits(before, fix.edits, () => freshId(before, "fix"));
      const blocks = after.blocks?.map((block, index) => {
        const old = before.blocks?.[index];
        return old && block.graph !== old.graph
          ? { ...block, graph: roomForNew(old.graph, block.graph) }
          : block;
      });
      project.graph = castDraft({ ...roomForNew(before, after), ...(blocks && { blocks }) });
    },
  };
}

function roomForNew(before: Graph, after: Graph): Graph {
  const known = new Set(before.nodes.map(({ id }) => id));
  const added = after.nodes.filter(({ id }) => !known.has(id));
  return added.reduce((graph, { id }) => withRoom(graph, id), after);
}

export function setTraining(change: Partial<Project["training"]>): Command {
  return {
    name: editor.stepTraining,
    burst: `training ${Object.keys(change).join(" ")}`,
    recipe: (_, project) => {
      Object.assign(project.training, structuredClone(change));
    },
  };
}

export function setData(change: Partial<Project["data"]>): Command {
  return {
    name: editor.stepData,
    burst: `data ${Object.keys(change).join(" ")}`,
    recipe: (_, project) => {
      Object.assign(project.data, structuredClone(change));
    },
  };
}

/** Copies with the wires among them. Hands back the ids of the copies. */
export function duplicate(ids: readonly string[]): Command<readonly string[]> {
  return {
    name: editor.stepDuplicate,
    recipe: (graph, project) =>
      insertPiece(graph, project.graph, pieceOf(current(project.graph), current(graph), ids), copyOffset),
  };
}

/** @param keep whether wires from nodes outside the piece are drawn again */
export function paste(
  piece: Piece,
  offset: Position,
  keep = { incoming: false },
): Command<readonly string[]> {
  return {
    name: editor.stepPaste,
    recipe: (graph, project) => insertPiece(graph, project.graph, piece, offset, keep),
  };
}
