/** Every way to change a document, as a named, undoable command. */
import { castDraft, current, type Draft } from "immer";
import {
  applyEdits,
  type Fix,
  type Graph,
  type GraphNode,
  type ParamValue,
  type PortRef,
  type Project,
} from "../../engine";
import { filled } from "../ui/text-values";
import { editor } from "../ui/texts/editor";
import {
  copied,
  deleteEdges,
  deleteNodes,
  freshId,
  insertNode,
  joinPorts,
  type Position,
  withRoom,
  writeParam,
} from "./graph-edits";
import type { Command } from "./history";

export function addNode(type: string, position: Position, params: GraphNode["params"] = {}): Command<string> {
  return {
    name: filled(editor.stepAdd, { what: type }),
    recipe: ({ graph }) => insertNode(graph, type, params, position),
  };
}

export function moveNodes(positions: ReadonlyMap<string, Position>): Command {
  return {
    name: editor.stepMove,
    recipe: ({ graph }) => {
      for (const node of graph.nodes) {
        const position = positions.get(node.id);
        if (!position || (position.x === node.position.x && position.y === node.position.y)) continue;
        node.position = { x: position.x, y: position.y };
      }
    },
  };
}

/** The arrow keys: presses in a row are one step. */
export function nudgeNodes(ids: readonly string[], by: Position): Command {
  return {
    name: editor.stepMove,
    burst: `nudge ${ids.join(" ")}`,
    recipe: ({ graph }) => {
      for (const node of graph.nodes) {
        if (ids.includes(node.id)) node.position = { x: node.position.x + by.x, y: node.position.y + by.y };
      }
    },
  };
}

/** Everything at new places, after tidying. */
export function tidyNodes(positions: ReadonlyMap<string, Position>): Command {
  return { ...moveNodes(positions), name: editor.stepTidy };
}

/** Removes nodes with their wires, and further wires. */
export function remove(nodes: readonly string[], edges: readonly string[] = []): Command {
  return {
    name: editor.stepRemove,
    recipe: ({ graph }) => {
      deleteEdges(graph, new Set(edges));
      deleteNodes(graph, new Set(nodes));
    },
  };
}

/** A wire; one that was at the input before goes. */
export function connect(from: PortRef, to: PortRef): Command {
  return { name: editor.stepConnect, recipe: ({ graph }) => joinPorts(graph, from, to) };
}

/** One wire's other end, after its end was dragged elsewhere. */
export function reconnect(edge: string, from: PortRef, to: PortRef): Command {
  return {
    name: editor.stepConnect,
    recipe: ({ graph }) => {
      deleteEdges(graph, new Set([edge]));
      joinPorts(graph, from, to);
    },
  };
}

export function disconnect(edges: readonly string[]): Command {
  return { name: editor.stepDisconnect, recipe: ({ graph }) => deleteEdges(graph, new Set(edges)) };
}

/** Undefined puts it back to the default. */
export function setParam(node: string, param: string, value: ParamValue | undefined): Command {
  return {
    name: filled(editor.stepParam, { what: param }),
    burst: `param ${node} ${param}`,
    recipe: ({ graph }) => writeParam(graph, node, param, value),
  };
}

export function rename(node: string, name: string): Command {
  return {
    name: editor.stepRename,
    burst: `rename ${node}`,
    recipe: ({ graph }) => {
      const found = graph.nodes.find((candidate) => candidate.id === node);
      if (found && found.name !== name) found.name = name;
    },
  };
}

export function applyFix(fix: Fix): Command {
  return {
    name: fix.label,
    recipe: (project) => {
      const before = current(project.graph);
      const known = new Set(before.nodes.map(({ id }) => id));
      const after = applyEdits(before, fix.edits, () => freshId(before, "fix"));
      const added = after.nodes.filter(({ id }) => !known.has(id));
      project.graph = castDraft(added.reduce((graph, { id }) => withRoom(graph, id), after));
    },
  };
}

export function setTraining(change: Partial<Project["training"]>): Command {
  return {
    name: editor.stepTraining,
    burst: `training ${Object.keys(change).join(" ")}`,
    recipe: (project) => {
      Object.assign(project.training, structuredClone(change));
    },
  };
}

export function setData(change: Partial<Project["data"]>): Command {
  return {
    name: editor.stepData,
    burst: `data ${Object.keys(change).join(" ")}`,
    recipe: (project) => {
      Object.assign(project.data, structuredClone(change));
    },
  };
}

/** How far a copy lies from what it was copied from, so that both are seen. */
export const copyOffset: Position = { x: 22, y: 22 };

/** Copies with the wires among them. Hands back the ids of the copies. */
export function duplicate(ids: readonly string[]): Command<readonly string[]> {
  return {
    name: editor.stepDuplicate,
    recipe: ({ graph }) => insertPiece(graph, pieceOf(graph, ids), copyOffset),
  };
}

/** A part of a graph, as the clipboard holds it. */
export function paste(piece: Graph, offset: Position): Command<readonly string[]> {
  return { name: editor.stepPaste, recipe: ({ graph }) => insertPiece(graph, piece, offset) };
}

/** These nodes and the wires among them. */
export function pieceOf(graph: Graph, ids: readonly string[]): Graph {
  const wanted = new Set(ids);
  return {
    nodes: graph.nodes.filter((node) => wanted.has(node.id)),
    edges: graph.edges.filter((edge) => wanted.has(edge.from.node) && wanted.has(edge.to.node)),
  };
}

function insertPiece(graph: Draft<Graph>, piece: Graph, offset: Position): readonly string[] {
  const newIds = new Map<string, string>();
  for (const node of piece.nodes) {
    const id = freshId(graph, node.type);
    newIds.set(node.id, id);
    graph.nodes.push({
      id,
      type: node.type,
      name: node.name,
      params: copied(node.params),
      position: { x: node.position.x + offset.x, y: node.position.y + offset.y },
    });
  }
  for (const edge of piece.edges) {
    const from = newIds.get(edge.from.node);
    const to = newIds.get(edge.to.node);
    if (from && to) joinPorts(graph, { node: from, port: edge.from.port }, { node: to, port: edge.to.port });
  }
  return [...newIds.values()];
}
