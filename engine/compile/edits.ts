/** Carries out graph edits: what a fix changes, as a new graph. */

import { type LevelPath, placeOf } from "../graph/flatten";
import type { Graph, GraphEdge, GraphNode } from "../graph/project";
import { blockOf, layerIn } from "../graph/structure";
import { layerOf } from "../layers/catalogue";
import type { Params } from "../layers/define";
import type { ParamValue } from "../layers/params";
import type { GraphEdit } from "./checked";

/**
 * Applies the edits one after the other. The graph given stays as it is; nodes and edges that an edit does not touch
 * are the same objects in the result. An edit of a node or edge that is no longer there changes nothing. What lies
 * inside a block is changed there, and so in every use of it.
 * @param newId gives an id that is not in the graph
 */
export function applyEdits(graph: Graph, edits: readonly GraphEdit[], newId: () => string): Graph {
  return edits.reduce((now, edit) => {
    const { path, node: id } = placeOf(
      edit.kind === "insert-on-edge" || edit.kind === "remove-edge" ? edit.edge : edit.node,
    );
    const here = "node" in edit ? { ...edit, node: id } : { ...edit, edge: id };
    return changeLevel(now, path, (level) => applyEdit(level, here, now, newId));
  }, graph);
}

/** The drawing with the graph at a level changed. A way that leads nowhere changes nothing. */
function changeLevel(drawing: Graph, path: LevelPath, change: (level: Graph) => Graph): Graph {
  let block: ReturnType<typeof blockOf>;
  for (const id of path) {
    const node = (block?.graph ?? drawing).nodes.find((each) => each.id === id);
    block = node && blockOf(drawing, node.type);
    if (!block) return drawing;
  }
  if (!block) return change(drawing);
  const { id } = block;
  return {
    ...drawing,
    blocks: drawing.blocks?.map((each) => (each.id === id ? { ...each, graph: change(each.graph) } : each)),
  };
}

/** @param drawing the whole of it, where the blocks are */
function applyEdit(graph: Graph, edit: GraphEdit, drawing: Graph, newId: () => string): Graph {
  switch (edit.kind) {
    case "set-param":
      return changeNode(graph, edit.node, (node) => ({
        ...node,
        params: withParam(node, edit.param, edit.value),
      }));
    case "set-type":
      return setType(graph, edit.node, edit.type, edit.params);
    case "insert-on-edge":
      return insertOnEdge(graph, edit.edge, edit.type, edit.params, newId);
    case "bypass":
      return bypass(graph, edit.node, drawing);
    case "enable":
      return changeNode(graph, edit.node, ({ mode: _, ...node }) => node);
    case "remove-edge":
      return { ...graph, edges: graph.edges.filter(({ id }) => id !== edit.edge) };
  }
}

/** A value equal to the default is not written down: `params` holds only what differs. */
function withParam({ type, params }: GraphNode, name: string, value: ParamValue): Params {
  const standard = layerOf(type)?.params[name]?.default;
  const { [name]: _, ...others } = params;
  return standard !== undefined && sameValue(value, standard) ? others : { ...params, [name]: value };
}

function sameValue(a: ParamValue, b: ParamValue): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Wires to ports that the new type does not have go away. */
function setType(graph: Graph, id: string, type: string, params: Params): Graph {
  const layer = layerOf(type);
  const changed = changeNode(graph, id, (node) => ({ ...node, type, params }));
  if (!layer) return changed;
  const fits = ({ from, to }: GraphEdge) =>
    (to.node !== id || Object.hasOwn(layer.inputs, to.port)) &&
    (from.node !== id || Object.hasOwn(layer.outputs, from.port));
  return { ...changed, edges: changed.edges.filter(fits) };
}

/** The new node lies midway. The wire keeps its id up to the new node; a new one leads on. */
function insertOnEdge(
  graph: Graph,
  edgeId: string,
  type: string,
  params: Params,
  newId: () => string,
): Graph {
  const edge = graph.edges.find(({ id }) => id === edgeId);
  const layer = layerOf(type);
  const from = graph.nodes.find(({ id }) => id === edge?.from.node);
  const to = graph.nodes.find(({ id }) => id === edge?.to.node);
  if (!edge || !layer || !from || !to) return graph;
  const position = {
    x: (from.position.x + to.position.x) / 2,
    y: (from.position.y + to.position.y) / 2,
  };
  const node: GraphNode = { id: newId(), type, name: "", params, position };
  const into: GraphEdge = { ...edge, to: { node: node.id, port: Object.keys(layer.inputs)[0] } };
  const onward: GraphEdge = {
    id: newId(),
    from: { node: node.id, port: Object.keys(layer.outputs)[0] },
    to: edge.to,
  };
  return {
    ...graph,
    nodes: [...graph.nodes, node],
    edges: graph.edges.flatMap((each) => (each === edge ? [into, onward] : [each])),
  };
}

/** What fed the first input now feeds all that the node fed; with no such wire those wires go away too. */
function bypass(graph: Graph, id: string, drawing: Graph): Graph {
  const node = graph.nodes.find((each) => each.id === id);
  if (!node) return graph;
  const first = Object.keys(layerIn(drawing, node.type)?.inputs ?? {})[0];
  const feed = graph.edges.find(({ to }) => to.node === id && to.port === first && first !== undefined);
  return {
    ...graph,
    nodes: graph.nodes.filter((each) => each !== node),
    edges: graph.edges.flatMap((edge) => {
      if (edge.to.node === id) return [];
      if (edge.from.node !== id) return [edge];
      return feed ? [{ ...edge, from: feed.from }] : [];
    }),
  };
}

function changeNode(graph: Graph, id: string, change: (node: GraphNode) => GraphNode): Graph {
  return { ...graph, nodes: graph.nodes.map((node) => (node.id === id ? change(node) : node)) };
}
