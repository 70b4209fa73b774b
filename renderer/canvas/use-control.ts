/** What the rest of the window may ask of the canvas, and what is in view when a document or a block is opened. */
import { type FitViewOptions, useReactFlow, type Viewport, type XYPosition } from "@xyflow/react";
import { useEffect, useRef } from "react";
import { placeOf } from "../../engine";
import { useDocument } from "../document/store";
import type { Box } from "./align";
import type { CanvasEdge } from "./canvas-edges";
import { signInCanvas } from "./control";
import type { CanvasNode } from "./view";

/** Signs in for as long as the canvas is shown. */
export function useControl(): void {
  const flow = useReactFlow<CanvasNode, CanvasEdge>();
  const pane = useRef<HTMLElement | null>(null);
  useEffect(() => {
    pane.current = document.querySelector<HTMLElement>(".react-flow");
    return signInCanvas({
      fit: () => requestAnimationFrame(() => void flow.fitView(fitOptions(120))),
      centre: (flatId) => {
        const { path, node: id } = placeOf(flatId);
        const far = path.join("/") !== useDocument.getState().path.join("/");
        useDocument.getState().go(path);
        useDocument.getState().select([id]);
        // Once the nodes of the other level have been measured and fitted.
        if (far) setTimeout(() => centreOn(id), 2 * fitDelayMilliseconds);
        else centreOn(id);
      },
      zoomIn: () => void flow.zoomIn({ duration: 120 }),
      zoomOut: () => void flow.zoomOut({ duration: 120 }),
      zoomReset: () => void flow.zoomTo(1, { duration: 120 }),
      boxes: (ids) => ids.flatMap((id) => boxOf(id)),
      middle: () => {
        const box = pane.current?.getBoundingClientRect() ?? new DOMRect();
        return toCanvas({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
      },
      toCanvas,
    });
    function toCanvas(point: XYPosition): XYPosition {
      return flow.screenToFlowPosition(point, { snapToGrid: false });
    }
    function boxOf(id: string): readonly Box[] {
      const node = flow.getInternalNode(id);
      const { width, height } = node?.measured ?? {};
      return node && width && height ? [{ ...node.internals.positionAbsolute, width, height }] : [];
    }
    function centreOn(id: string) {
      const node = flow.getInternalNode(id);
      if (!node) return;
      const { x, y } = node.internals.positionAbsolute;
      const { width = 0, height = 0 } = node.measured;
      void flow.setCenter(x + width / 2, y + height / 2, {
        zoom: Math.max(flow.getZoom(), 0.8),
        duration: 120,
      });
    }
  }, [flow]);
}

/** Everything in view, with margins at the sides for wires that go back, where there are any. */
function fitOptions(duration: number): FitViewOptions {
  const { nodes, edges } = useDocument.getState().graph;
  const columns = new Map(nodes.map(({ id, position }) => [id, position.x]));
  const goesBack = edges.some(({ from, to }) => (columns.get(to.node) ?? 0) <= (columns.get(from.node) ?? 0));
  return { padding: { x: goesBack ? "60px" : "28px", y: "40px" }, maxZoom: 1, duration };
}

/** New nodes have been measured after this time. */
const fitDelayMilliseconds = 60;

/** A document that was just opened, and a block that was entered, is shown whole; a level that is come back to, as it was. */
export function useFitOnOpen(empty: boolean): void {
  const flow = useReactFlow();
  const opened = useDocument((state) =>
    state.past.length === 0 && state.future.length === 0 ? state.revision : 0,
  );
  const level = useDocument((state) => state.path.join("/"));
  const left = useRef(new Map<string, Viewport>());
  const shown = useRef(level);
  useEffect(() => {
    if (shown.current === level) return;
    left.current.set(shown.current, flow.getViewport());
    const before = shown.current.startsWith(level) ? left.current.get(level) : undefined;
    shown.current = level;
    if (before) void flow.setViewport(before);
    else setTimeout(() => void flow.fitView(fitOptions(0)), fitDelayMilliseconds);
  }, [flow, level]);
  useEffect(() => {
    if (opened === 0 || empty) return;
    const timer = setTimeout(() => void flow.fitView(fitOptions(0)), fitDelayMilliseconds);
    return () => clearTimeout(timer);
  }, [flow, opened, empty]);
}
