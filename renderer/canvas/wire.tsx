import { EdgeLabelRenderer, type EdgeProps, useStore } from "@xyflow/react";
import { memo, useState } from "react";
import { useChecked } from "../document/checked";
import { shapeText } from "./shape-text";
import type { CanvasEdge } from "./view";
import { wirePath } from "./wire-path";

/** Width of a character of a chip, and its padding, in canvas units. */
const characterWidth = 6.3;
const chipPadding = 18;
/** Below this zoom there is no room for chips. */
const chipZoom = 0.5;

export const Wire = memo(function Wire({
  id,
  source,
  sourceHandleId,
  selected,
  data,
  ...ends
}: EdgeProps<CanvasEdge>) {
  const [hovered, setHovered] = useState(false);
  const far = useStore(({ transform }) => transform[2] < chipZoom);
  const output = useChecked().nodes[source]?.outputs[sourceHandleId ?? ""];
  const { path, chip, room } = wirePath(ends);
  const shape = output ? shapeText(output.symbolicShape) : null;
  const fits = shape !== null && !far && room >= shape.length * characterWidth + chipPadding;
  const looks = [data?.live && "live", data?.bad && "bad", selected && "selected", hovered && "hovered"]
    .filter(Boolean)
    .join(" ");
  return (
    <>
      <path className={`wire ${looks}`} d={path} />
      {/* Wider than it is drawn, so that it can be hit. */}
      <path
        className="react-flow__edge-interaction wire-hit"
        d={path}
        data-wire={id}
        onMouseEnter={() => setHovered(true)}
        onMouseLeave={() => setHovered(false)}
      />
      {shape !== null && (fits || hovered || selected) && (
        <EdgeLabelRenderer>
          <span
            className={`chip ${looks}`}
            style={{ transform: `translate(-50%, -50%) translate(${chip.x}px, ${chip.y}px)` }}
          >
            {shape}
          </span>
        </EdgeLabelRenderer>
      )}
    </>
  );
});
