import { type KeyboardEvent, type PointerEvent, useRef } from "react";

interface DividerProps {
  readonly label: string;
  /** Which side of the room the divider is on. */
  readonly edge: "left" | "right" | "top";
  readonly size: number;
  readonly min: number;
  readonly max: number;
  readonly onResize: (size: number) => void;
}

const keyStep = 16;

/** The line between two rooms: dragged, or moved with the arrow keys. */
export function Divider({ label, edge, size, min, max, onResize }: DividerProps) {
  const start = useRef<{ readonly at: number; readonly size: number } | null>(null);
  const along = (event: PointerEvent) => (edge === "top" ? event.clientY : event.clientX);
  const grows = edge === "right" ? 1 : -1;

  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowUp: -1, ArrowDown: 1 }[event.key];
    const vertical = event.key === "ArrowUp" || event.key === "ArrowDown";
    if (step === undefined || vertical !== (edge === "top")) return;
    event.preventDefault();
    onResize(size + step * grows * keyStep);
  };

  return (
    <div
      // A separator that can be moved is a control (WAI-ARIA's window splitter); an hr is not.
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={edge === "top" ? "horizontal" : "vertical"}
      aria-valuenow={size}
      aria-valuemin={min}
      aria-valuemax={max}
      className={`divider ${edge}`}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        start.current = { at: along(event), size };
      }}
      onPointerMove={(event) => {
        if (start.current) onResize(start.current.size + (along(event) - start.current.at) * grows);
      }}
      onPointerUp={() => {
        start.current = null;
      }}
      onPointerCancel={() => {
        start.current = null;
      }}
    />
  );
}
