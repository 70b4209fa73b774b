/** Lays the graph out from left to right with dagre. */
import dagre from "@dagrejs/dagre";
import type { Graph } from "../../engine";
import { tidyNodes } from "../document/commands";
import type { Position } from "../document/graph-edits";
import { run, useDocument } from "../document/store";

/** A node's usual size and the gaps, in canvas units: room for a shape's chip on each wire. */
const nodeSize = { width: 164, height: 110 };
const columnGap = 104;
const rowGap = 44;

export function tidyLayout(): void {
  run(tidyNodes(tidyPositions(useDocument.getState().project.graph)));
}

/** The upper left corner of every node. */
export function tidyPositions(graph: Graph): ReadonlyMap<string, Position> {
  const layout = new dagre.graphlib.Graph();
  layout.setGraph({ rankdir: "LR", ranksep: columnGap, nodesep: rowGap });
  layout.setDefaultEdgeLabel(() => ({}));
  for (const node of graph.nodes) layout.setNode(node.id, { ...nodeSize });
  for (const edge of graph.edges) layout.setEdge(edge.from.node, edge.to.node);
  dagre.layout(layout);
  return new Map(
    graph.nodes.map(({ id }) => {
      const { x, y } = layout.node(id);
      return [id, { x: Math.round(x - nodeSize.width / 2), y: Math.round(y - nodeSize.height / 2) }];
    }),
  );
}
