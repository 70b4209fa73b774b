/** What a person does to nodes beside their parameters: bypass, disable, fold, note, frame, reroute, join. */
import { current } from "immer";
import { type Frame, type FrameColour, type GraphNode, layerIn, type PortRef } from "../../engine";
import { drawing as texts } from "../ui/texts/drawing";
import {
  deleteEdges,
  deleteFrames,
  deleteNodes,
  freshId,
  type GraphDraft,
  insertNode,
  joinPorts,
  type Position,
} from "./graph-edits";
import type { Command } from "./history";

/** Takes the mode away again where all of the nodes have it. */
export function toggleMode(ids: readonly string[], mode: NonNullable<GraphNode["mode"]>): Command {
  return {
    name: mode === "bypass" ? texts.stepBypass : texts.stepDisable,
    recipe: (graph) => {
      const nodes = graph.nodes.filter(({ id }) => ids.includes(id));
      const all = nodes.every((node) => node.mode === mode);
      for (const node of nodes) {
        if (all) delete node.mode;
        else node.mode = mode;
      }
    },
  };
}

export function toggleCollapsed(ids: readonly string[]): Command {
  return {
    name: texts.stepCollapse,
    recipe: (graph) => {
      const nodes = graph.nodes.filter(({ id }) => ids.includes(id));
      const all = nodes.every(({ collapsed }) => collapsed);
      for (const node of nodes) {
        if (all) delete node.collapsed;
        else node.collapsed = true;
      }
    },
  };
}

/** Empty takes it away. */
export function setNote(id: string, note: string): Command {
  return {
    name: texts.stepNote,
    burst: `note ${id}`,
    recipe: (graph) => {
      const node = graph.nodes.find((each) => each.id === id);
      if (!node) return;
      if (note === "") delete node.note;
      else node.note = note;
    },
  };
}

export type Area = Pick<Frame, "position" | "size">;

export interface FrameWords {
  readonly title: string;
  readonly text: string;
  readonly colour: FrameColour;
}

/** Hands back the new frame's id. */
export function addFrame(area: Area, words: FrameWords): Command<readonly string[]> {
  return {
    name: texts.stepFrame,
    recipe: (graph) => {
      const id = freshId(graph, "frame");
      graph.frames ??= [];
      graph.frames.push({ id, ...words, position: { ...area.position }, size: { ...area.size } });
      return [id];
    },
  };
}

export function changeFrame(id: string, change: Partial<FrameWords & Area>): Command {
  return {
    name: texts.stepFrame,
    burst: `frame ${id} ${Object.keys(change).join(" ")}`,
    recipe: (graph) => {
      const frame = graph.frames?.find((each) => each.id === id);
      if (frame) Object.assign(frame, structuredClone(change));
    },
  };
}

/** A node put into a wire, through its first ports. Hands back its id. */
export function insertIntoWire(edge: string, type: string, position: Position): Command<readonly string[]> {
  return {
    name: texts.stepReroute,
    recipe: (graph, project) => {
      const [id] = insertNode(graph, project.graph, type, {}, position);
      if (id !== undefined) leadThrough(graph, project.graph, edge, id);
      return id === undefined ? [] : [id];
    },
  };
}

/** A node that is already there and has no wires is put into a wire, after it was dropped on it. */
export function dropIntoWire(edge: string, node: string, position: Position): Command {
  return {
    name: texts.stepInsert,
    recipe: (graph, project) => {
      const found = graph.nodes.find(({ id }) => id === node);
      if (!found) return;
      found.position = { ...position };
      leadThrough(graph, project.graph, edge, node);
    },
  };
}

/** The wire ends at the node's first input, and goes on from its first output. */
function leadThrough(graph: GraphDraft, drawing: GraphDraft, edgeId: string, node: string): void {
  const edge = current(graph).edges.find(({ id }) => id === edgeId);
  const layer = layerIn(drawing, graph.nodes.find(({ id }) => id === node)?.type ?? "");
  const [input] = Object.keys(layer?.inputs ?? {});
  const [output] = Object.keys(layer?.outputs ?? {});
  if (!edge || input === undefined || output === undefined) return;
  deleteEdges(graph, new Set([edgeId]));
  joinPorts(graph, drawing, edge.from, { node, port: input });
  joinPorts(graph, drawing, { node, port: output }, edge.to);
}

/** Removes nodes, and wires what fed the first wired input of each to what it fed. */
export function removeAndJoin(ids: readonly string[]): Command {
  return {
    name: texts.stepHeal,
    recipe: (graph, project) => {
      const plain = current(graph);
      const gone = new Set(ids);
      const feed = (node: string, seen: ReadonlySet<string>): PortRef | null => {
        const type = plain.nodes.find(({ id }) => id === node)?.type ?? "";
        const ports = Object.keys(layerIn(project.graph, type)?.inputs ?? {});
        const edge = ports
          .map((port) => plain.edges.find(({ to }) => to.node === node && to.port === port))
          .find((each) => each !== undefined);
        if (!edge || seen.has(edge.from.node)) return null;
        return gone.has(edge.from.node)
          ? feed(edge.from.node, new Set([...seen, edge.from.node]))
          : edge.from;
      };
      const onward = plain.edges.filter(({ from, to }) => gone.has(from.node) && !gone.has(to.node));
      deleteNodes(graph, gone);
      for (const { from, to } of onward) {
        const source = feed(from.node, new Set([from.node]));
        if (source) joinPorts(graph, project.graph, source, to);
      }
      deleteFrames(graph, gone);
    },
  };
}
