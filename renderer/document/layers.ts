/** The layers by type: those of the catalogue, the blocks of the open document, and what only stands on the canvas. */
import { type AnyLayer, layerIn, layers } from "../../engine";
import { useDocument } from "./store";

export { layers };

export function layerOf(type: string): AnyLayer | undefined {
  return layerIn(useDocument.getState().project.graph, type);
}

/** What is read on a node: its type, or the name of its block. */
export function titleOf(type: string): string {
  return layerOf(type)?.title ?? type;
}

/** What is read at a port. */
export function portName(layer: AnyLayer | undefined, port: string): string {
  return layer?.portNames?.[port] ?? port;
}
