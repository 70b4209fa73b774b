import { Background } from "@xyflow/react";
import { memo } from "react";
import { gridStep } from "../commands";
import { Breadcrumbs } from "./breadcrumbs";
import { CanvasControls } from "./canvas-controls";
import { EmptyCanvas } from "./empty-canvas";
import { ErrorCard } from "./error-card";
import { Guides } from "./guides";
import { QuickAdd } from "./quick-add";
import { WireHint } from "./wire-hint";
import { useWireDrag } from "./wire-verdicts";

interface FurnitureProps {
  readonly empty: boolean;
  readonly dragging: boolean;
  readonly hovered: string | null;
  readonly hover: (id: string | null) => void;
}

/** What stands on the canvas beside nodes and wires. */
export const Furniture = memo(function Furniture({ empty, dragging, hovered, hover }: FurnitureProps) {
  const drawing = useWireDrag((state) => state.drag !== null);
  return (
    <>
      <Breadcrumbs />
      <Background gap={gridStep} size={2} color="var(--dots)" />
      {empty ? (
        <EmptyCanvas />
      ) : (
        <>
          <CanvasControls />
          {!dragging && !drawing && <ErrorCard hovered={hovered} keep={hover} />}
          <Guides />
          <WireHint />
        </>
      )}
      <QuickAdd />
    </>
  );
});
