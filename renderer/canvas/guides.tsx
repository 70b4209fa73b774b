import { ViewportPortal } from "@xyflow/react";
import type { Guide } from "./align";

/** Lines through what the dragged nodes are aligned with. */
export function Guides({ guides }: { readonly guides: readonly Guide[] }) {
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
