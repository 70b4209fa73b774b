import { Handle, type NodeProps, Position } from "@xyflow/react";
import { memo } from "react";
import { useDocument } from "../document/store";
import { useText } from "../ui/text";
import { editor } from "../ui/texts/editor";
import type { CanvasNode } from "./view";

/** A point that a wire is led through: a dot to hold, with an input on its left and an output on its right. */
export const RerouteNode = memo(function RerouteNode({ selected }: NodeProps<CanvasNode>) {
  const t = useText();
  const down = useDocument(({ graph }) => graph.direction === "down");
  const node = "Reroute";
  return (
    <div className={`reroute ${selected ? "selected" : ""}`}>
      <Handle
        id="x"
        type="target"
        position={down ? Position.Top : Position.Left}
        className="port in"
        aria-label={t(editor.inputPort, { port: "x", node })}
      />
      <Handle
        id="y"
        type="source"
        position={down ? Position.Bottom : Position.Right}
        className="port out"
        aria-label={t(editor.outputPort, { port: "y", node })}
      />
    </div>
  );
});
