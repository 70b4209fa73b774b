/** The wheel of a mouse zooms to the pointer. Two fingers on a trackpad move the view, which React Flow does itself. */
import { useReactFlow } from "@xyflow/react";
import { type RefObject, useEffect } from "react";

export const zoomRange = { min: 0.05, max: 4 };
/** One notch of a wheel, in pixels, zooms by this factor. */
const notch = { pixels: 100, factor: 1.2 };

export function useWheel(pane: RefObject<HTMLElement | null>): void {
  const flow = useReactFlow();
  useEffect(() => {
    const element = pane.current;
    if (!element) return;
    const onWheel = (event: WheelEvent) => {
      if (event.ctrlKey || event.metaKey || !isMouseWheel(event)) return;
      if (event.target instanceof Element && event.target.closest(".nowheel")) return;
      event.preventDefault();
      event.stopPropagation();
      const { x, y, zoom } = flow.getViewport();
      const box = element.getBoundingClientRect();
      const wanted = zoom * notch.factor ** (-event.deltaY / notch.pixels);
      const next = Math.min(zoomRange.max, Math.max(zoomRange.min, wanted));
      const at = { x: event.clientX - box.x, y: event.clientY - box.y };
      void flow.setViewport({
        x: at.x - ((at.x - x) * next) / zoom,
        y: at.y - ((at.y - y) * next) / zoom,
        zoom: next,
      });
    };
    element.addEventListener("wheel", onWheel, { capture: true, passive: false });
    return () => element.removeEventListener("wheel", onWheel, { capture: true });
  }, [flow, pane]);
}

/** A mouse wheel turns in large steps along one axis; fingers glide. */
function isMouseWheel({ deltaMode, deltaX, deltaY }: WheelEvent): boolean {
  return deltaMode !== WheelEvent.DOM_DELTA_PIXEL || (deltaX === 0 && Math.abs(deltaY) >= 50);
}
