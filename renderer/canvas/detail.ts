/** How much of a node is shown: far away only its type can be read, and further still only its colour be seen. */
import { useStoreApi } from "@xyflow/react";
import { useLayoutEffect } from "react";
import { create } from "zustand";

export type Detail = "full" | "type" | "block";

/** Below these zooms a node shows less. */
const typeOnlyZoom = 0.5;
const blockZoom = 0.25;

/** Of the whole canvas. It changes when a zoom is passed, so that nodes need not listen to every move of the view. */
export const useDetail = create<{ readonly detail: Detail }>(() => ({ detail: "full" }));

/** Follows the zoom for as long as the canvas is shown. */
export function useDetailOfZoom(): void {
  const store = useStoreApi();
  useLayoutEffect(() => {
    const follow = () => {
      const detail = detailAt(store.getState().transform[2]);
      if (detail !== useDetail.getState().detail) useDetail.setState({ detail });
    };
    follow();
    return store.subscribe(follow);
  }, [store]);
}

function detailAt(zoom: number): Detail {
  if (zoom < blockZoom) return "block";
  return zoom < typeOnlyZoom ? "type" : "full";
}
