/** What the rest of the window can ask of the canvas. The canvas signs in while it is shown. */
import type { XYPosition } from "@xyflow/react";
import type { Box } from "./align";

export interface CanvasControl {
  /** All nodes in view. */
  fit(): void;
  /** Brings a node to the middle and selects it. Its flat id: a node inside a block is shown there. */
  centre(node: string): void;
  zoomIn(): void;
  zoomOut(): void;
  zoomReset(): void;
  /** Where nodes lie and how large they are, in canvas units. */
  boxes(nodes: readonly string[]): readonly Box[];
  /** The middle of what is seen, in canvas units. */
  middle(): XYPosition;
  /** From pixels of the window to canvas units. */
  toCanvas(point: XYPosition): XYPosition;
}

let current: CanvasControl | null = null;

/** Returns the function that signs out. */
export function signInCanvas(control: CanvasControl): () => void {
  current = control;
  return () => {
    if (current === control) current = null;
  };
}

export function canvasControl(): CanvasControl | null {
  return current;
}
