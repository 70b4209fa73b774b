/** Lays a graph out with dagre, in layers along the wires. */
import dagre from "@dagrejs/dagre";
import type { Graph, GraphNode } from "../../engine";

type Position = GraphNode["position"];

export interface TidyTask {
  readonly nodes: readonly { readonly id: string; readonly width: number; readonly height: number }[];
  readonly edges: readonly { readonly from: string; readonly to: string }[];
  readonly direction: NonNullable<Graph["direction"]>;
}

/** Canvas units: from one layer to the next, with room for a shape's chip on each wire, and within a layer. */
const layerGap = { right: 104, down: 66 };
const rowGap = 44;

/** The upper left corner of every node. */
export function tidyPositions({ nodes, edges, direction }: TidyTask): ReadonlyMap<string, Position> {
  const layout = new dagre.graphlib.Graph();
  layout.setGraph({
    rankdir: direction === "down" ? "TB" : "LR",
    ranksep: layerGap[direction],
    nodesep: rowGap,
  });
  layout.setDefaultEdgeLabel(() => ({}));
  for (const { id, width, height } of nodes) layout.setNode(id, { width, height });
  for (const { from, to } of edges) layout.setEdge(from, to);
  dagre.layout(layout);
  return new Map(
    nodes.map(({ id, width, height }) => {
      const { x, y } = layout.node(id);
      return [id, { x: Math.round(x - width / 2), y: Math.round(y - height / 2) }];
    }),
  );
}
