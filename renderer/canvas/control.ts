/** What the rest of the window can ask of the canvas. The canvas signs in while it is shown. */

export interface CanvasControl {
  /** All nodes in view. */
  fit(): void;
  /** Brings a node to the middle and selects it. */
  centre(node: string): void;
  zoomIn(): void;
  zoomOut(): void;
  zoomReset(): void;
  /** The middle of what is seen, in canvas units. */
  middle(): { x: number; y: number };
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
