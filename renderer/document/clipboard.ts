/** Layers that were copied, with the wires among them. Kept while the window is open. */
import type { Graph } from "../../engine";
import { copyOffset, paste, pieceOf, remove } from "./commands";
import { run, useDocument } from "./store";

let piece: Graph | null = null;
/** Each paste of the same piece lies a little further off. */
let pastes = 0;

export function copySelection(): void {
  const { project, selectedNodes } = useDocument.getState();
  if (selectedNodes.length === 0) return;
  piece = pieceOf(project.graph, selectedNodes);
  pastes = 0;
}

export function cutSelection(): void {
  copySelection();
  const { selectedNodes, selectedEdges } = useDocument.getState();
  run(remove(selectedNodes, selectedEdges));
  // What was cut is pasted where it was.
  pastes = -1;
}

export function pasteClipboard(): void {
  if (!piece) return;
  pastes += 1;
  const offset = { x: copyOffset.x * pastes, y: copyOffset.y * pastes };
  useDocument.getState().select(run(paste(piece, offset)));
}
