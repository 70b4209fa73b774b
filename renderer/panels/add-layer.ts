/** Adds a layer without being told where: beside the selected node, else in the middle of what is seen. */
import { canvasControl } from "../canvas/control";
import { keptFor } from "../document/block-library";
import { addNode } from "../document/commands";
import type { Position } from "../document/graph-edits";
import { run, useDocument } from "../document/store";
import { usePaletteKept } from "./palette-kept";

/** A node and the gap after it; half a node. Canvas units. */
const column = 268;
const half = { x: 82, y: 40 };
const apart = 22;

export function addLayer(type: string): void {
  const { graph, selectedNodes, select } = useDocument.getState();
  const beside = selectedNodes.length === 1 && graph.nodes.find(({ id }) => id === selectedNodes[0]);
  const middle = canvasControl()?.middle() ?? { x: 0, y: 0 };
  const wanted = beside
    ? { x: beside.position.x + column, y: beside.position.y }
    : { x: Math.round(middle.x - half.x), y: Math.round(middle.y - half.y) };
  select(run(addNode(type, free(wanted), {}, keptFor(type))));
  usePaletteKept.getState().used(type);
}

/** Never exactly over another node. */
function free(wanted: Position): Position {
  const { nodes } = useDocument.getState().graph;
  const taken = ({ x, y }: Position) =>
    nodes.some(({ position }) => Math.abs(position.x - x) < apart && Math.abs(position.y - y) < apart);
  let { x, y } = wanted;
  while (taken({ x, y })) {
    x += apart;
    y += apart;
  }
  return { x, y };
}
