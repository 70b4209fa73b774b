import { useStore, useViewport } from "@xyflow/react";
import { useLayoutEffect, useRef, useState } from "react";
import type { Diagnostic } from "../../engine";
import { useDiagnosticsByNode } from "../document/checked";
import { useDocument } from "../document/store";
import { DiagnosticCard } from "../panels/diagnostic-card";
import { showMemory } from "../panels/inspector-tab";
import { Button } from "../ui/button";
import { useText } from "../ui/text";
import { editor } from "../ui/texts/editor";

interface ErrorCardProps {
  /** The node under the pointer. */
  readonly hovered: string | null;
  /** Called with the node while the pointer is on its card, so that the card stays. */
  readonly keep: (node: string | null) => void;
}

/** What is wrong with the node that is selected or pointed at, beside it. Advice waits for the pointer. */
export function ErrorCard({ hovered, keep }: ErrorCardProps) {
  const problems = useDiagnosticsByNode();
  const selected = useDocument(({ selectedNodes }) => (selectedNodes.length === 1 ? selectedNodes[0] : null));
  const isBroken = selected !== null && problems.get(selected)?.at(0)?.severity === "error";
  const node = hovered !== null && problems.has(hovered) ? hovered : isBroken ? selected : null;
  const diagnostics = node ? problems.get(node) : undefined;
  if (!node || !diagnostics) return null;
  return <PlacedCard key={node} node={node} diagnostics={diagnostics} keep={keep} />;
}

interface PlacedCardProps {
  readonly node: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly keep: (node: string | null) => void;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function PlacedCard({ node, diagnostics, keep }: PlacedCardProps) {
  const t = useText();
  const card = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const { x, y, zoom } = useViewport();
  const pane = useStore(({ width }) => width);
  const paneHeight = useStore(({ height }) => height);
  const internal = useStore(({ nodeLookup }) => nodeLookup.get(node));
  const shown = internal !== undefined;
  useLayoutEffect(() => {
    const element = card.current;
    if (!element || !shown) return;
    const observer = new ResizeObserver(() =>
      setSize({ width: element.offsetWidth, height: element.offsetHeight }),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [shown]);
  if (!internal) return null;

  const { positionAbsolute } = internal.internals;
  const box: Box = {
    x: positionAbsolute.x * zoom + x,
    y: positionAbsolute.y * zoom + y,
    width: (internal.measured.width ?? 0) * zoom,
    height: (internal.measured.height ?? 0) * zoom,
  };
  const seen = box.x + box.width > 0 && box.y + box.height > 0 && box.x < pane && box.y < paneHeight;
  return (
    <div
      ref={card}
      className="error-card nopan nowheel"
      // Nothing is said about a node that has been moved out of sight.
      hidden={!seen}
      style={placed(box, size, { width: pane, height: paneHeight })}
      onMouseEnter={() => keep(node)}
      onMouseLeave={() => keep(null)}
    >
      {diagnostics.map((diagnostic) => (
        <DiagnosticCard
          key={`${diagnostic.code} ${diagnostic.port}`}
          diagnostic={diagnostic}
          more={
            diagnostic.code === "view-not-contiguous" && (
              <Button look="ghost" onClick={() => showMemory(node)}>
                {t(editor.showMemory)}
              </Button>
            )
          }
        />
      ))}
    </div>
  );
}

const gap = 14;
const margin = 12;

type Size = Pick<Box, "width" | "height">;

/** Below the node if there is room, else above it, else at its side; always inside the canvas. */
function placed(node: Box, card: Size, pane: Size): { left: number; top: number } {
  const clamp = (value: number, size: number, room: number) =>
    Math.max(margin, Math.min(value, room - size - margin));
  const left = clamp(node.x + node.width / 2 - card.width / 2, card.width, pane.width);
  const below = node.y + node.height + gap;
  if (below + card.height + margin <= pane.height) return { left, top: below };
  const above = node.y - gap - card.height;
  if (above >= margin) return { left, top: above };
  const top = clamp(node.y, card.height, pane.height);
  const right = node.x + node.width + gap;
  if (right + card.width + margin <= pane.width) return { left: right, top };
  const atLeft = node.x - gap - card.width;
  return atLeft >= margin ? { left: atLeft, top } : { left, top };
}
