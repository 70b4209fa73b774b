import { ViewportPortal } from "@xyflow/react";
import { create } from "zustand";
import type { Guide } from "./align";

/** Lines that show with what the dragged nodes are aligned. */
export const useGuides = create<{ readonly guides: readonly Guide[] }>(() => ({ guides: [] }));

export function Guides() {
  const guides = useGuides((state) => state.guides);
  return (
    <ViewportPortal>
      {guides.map(({ axis, at, from, to }) => (
        <div
          key={axis}
          className={`guide ${axis}`}
          style={
            axis === "x"
              ? { transform: `translate(${at}px, ${from}px)`, height: to - from }
              : { transform: `translate(${from}px, ${at}px)`, width: to - from }
          }
        />
      ))}
    </ViewportPortal>
  );
}
