/** Five sentences beside the rooms that they are about. The window goes on working under them. */
import { type CSSProperties, useEffect, useRef, useState } from "react";
import type { Text } from "../../engine";
import { useAutosave } from "../autosave";
import { Button } from "../ui/button";
import { useText } from "../ui/text";
import { panels } from "../ui/texts/panels";
import { endTour, nextStep, useTour } from "./tour-state";
import "./tour.css";

type Side = "right" | "left" | "above" | "below" | "inside";

const steps: readonly { readonly room: string; readonly side: Side; readonly text: Text }[] = [
  { room: ".room.palette", side: "right", text: panels.tourPalette },
  { room: ".room.canvas", side: "inside", text: panels.tourCanvas },
  { room: ".room.inspector", side: "left", text: panels.tourInspector },
  { room: ".room.dock", side: "above", text: panels.tourDock },
  { room: ".commands-button", side: "below", text: panels.tourCommands },
];

export function Tour() {
  const { step } = useTour();
  // Work that was left comes first.
  const settled = useAutosave((autosave) => autosave.settled);
  return step === null || !settled ? null : <Step key={step} step={step} />;
}

function Step({ step }: { readonly step: number }) {
  const t = useText();
  const { room, side, text } = steps[step];
  const box = useBoxOf(room);
  const primary = useRef<HTMLButtonElement>(null);
  const isLast = step === steps.length - 1;
  // Whoever opened it by the keyboard goes on by the keyboard.
  const isShown = box !== null;
  useEffect(() => {
    if (isShown) primary.current?.focus({ preventScroll: true });
  }, [isShown]);
  // A room that is folded away has nothing to show.
  if (!box) return null;
  return (
    <>
      <div className="tour-frame" style={{ ...box }} />
      {/* Escape belongs to the dialog, wherever in it the focus is. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div
        // A dialog element is the browser's to show and to hide.
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
        role="dialog"
        aria-label={t(panels.tourOf, { step: step + 1, steps: steps.length })}
        className={`tour-card ${side}`}
        style={placeBeside(box, side)}
        onKeyDown={(event) => event.key === "Escape" && endTour()}
      >
        <p>{t(text)}</p>
        <div className="tour-steps">
          <span className="dim">{t(panels.tourOf, { step: step + 1, steps: steps.length })}</span>
          {!isLast && (
            <Button look="ghost" onClick={endTour}>
              {t(panels.tourSkip)}
            </Button>
          )}
          <Button ref={primary} look="primary" onClick={() => (isLast ? endTour() : nextStep(step + 1))}>
            {t(isLast ? panels.tourDone : panels.tourNext)}
          </Button>
        </div>
      </div>
    </>
  );
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

function useBoxOf(selector: string): Box | null {
  const [box, setBox] = useState<Box | null>(null);
  useEffect(() => {
    const measure = () => {
      const { left, top, width, height } =
        document.querySelector(selector)?.getBoundingClientRect() ?? new DOMRect();
      // Of a folded room the window stands for it.
      setBox(
        width > 0
          ? { left, top, width, height }
          : { left: 0, top: 0, width: window.innerWidth, height: window.innerHeight },
      );
    };
    measure();
    window.addEventListener("resize", measure);
    return () => window.removeEventListener("resize", measure);
  }, [selector]);
  return box;
}

const gap = 14;
const cardWidth = 320;

function placeBeside({ left, top, width, height }: Box, side: Side): CSSProperties {
  switch (side) {
    case "right":
      return { left: left + width + gap, top: top + 80 };
    case "left":
      return { left: left - cardWidth - gap, top: top + 80 };
    case "above":
      return { left: left + 24, bottom: window.innerHeight - top + gap };
    case "below":
      return { left: Math.min(left, window.innerWidth - cardWidth - gap), top: top + height + gap };
    case "inside":
      return { left: left + (width - cardWidth) / 2, top: top + height * 0.6 };
  }
}
