import { EdgeLabelRenderer, type EdgeProps } from "@xyflow/react";
import { memo, useState } from "react";
import { useCheckedNode } from "../document/checked";
import { useDocument } from "../document/store";
import type { CanvasEdge } from "./canvas-edges";
import { useDetail } from "./detail";
import { useMovedWires } from "./port-gestures";
import { shapeText } from "./shape-text";
import { type Ends, wirePath } from "./wire-path";
import { useTargetWire } from "./wiring";

/** Width of a character of a chip, and its padding, in canvas units. */
const characterWidth = 6.3;
const chipPadding = 18;

export const Wire = memo(function Wire({
  id,
  source,
  sourceHandleId,
  selected,
  data,
  ...ends
}: EdgeProps<CanvasEdge>) {
  const [hovered, setHovered] = useState(false);
  // Far away there is no room for chips.
  const far = useDetail(({ detail }) => detail !== "full");
  const output = useCheckedNode(source)?.outputs[sourceHandleId ?? ""];
  // An end that is held lies under the pointer.
  const held = useMovedWires(({ ids, side, at }) => (ids.has(id) ? `${side} ${at.x} ${at.y}` : null));
  const down = useDocument(({ graph }) => graph.direction === "down");
  const { path, chip, room } = wirePath(held === null ? ends : withEnd(ends, held), down);
  const shape = output ? shapeText(output.symbolicShape) : null;
  const fits = shape !== null && !far && room >= shape.length * characterWidth + chipPadding;
  const target = useTargetWire((state) => state.id === id);
  const looks = [
    target && "target",
    data?.live && "live",
    data?.bad && "bad",
    selected && "selected",
    hovered && "hovered",
  ]
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
        // What is dragged across it does not point at it.
        onMouseEnter={({ buttons }) => setHovered(buttons === 0)}
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

function withEnd(ends: Ends, held: string): Ends {
  const [side, x, y] = held.split(" ");
  return side === "output"
    ? { ...ends, sourceX: Number(x), sourceY: Number(y) }
    : { ...ends, targetX: Number(x), targetY: Number(y) };
}
