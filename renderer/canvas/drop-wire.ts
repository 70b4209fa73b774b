/** A wire that is dropped on a node's body, not on one of its ports. */
import type { PortRef } from "../../engine";
import { layerOf } from "../document/layers";
import { useDocument } from "../document/store";
import { firstFreeInput } from "./ports";

/** The node under the pointer; null over the canvas. */
export function nodeUnder(event: MouseEvent | TouchEvent): string | null {
  const { clientX, clientY } = "changedTouches" in event ? event.changedTouches[0] : event;
  const element = document.elementFromPoint(clientX, clientY)?.closest(".react-flow__node");
  return element?.getAttribute("data-id") ?? null;
}

/** The input that a wire dropped on the node takes; null when none is free. */
export function freeInputOf(id: string): PortRef | null {
  const { nodes, edges } = useDocument.getState().project.graph;
  const layer = layerOf(nodes.find((node) => node.id === id)?.type ?? "");
  const wired = new Set(edges.filter(({ to }) => to.node === id).map(({ to }) => to.port));
  const port = layer && firstFreeInput(layer, wired);
  return port === undefined ? null : { node: id, port };
}
