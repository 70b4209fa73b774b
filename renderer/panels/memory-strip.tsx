import { useMemo } from "react";
import type { CheckedNode, CheckedTensor } from "../../engine";
import { shapeText } from "../canvas/shape-text";
import { useText } from "../ui/text";
import { editor } from "../ui/texts/editor";
import { type MemoryCell, memoryCorner } from "./memory-corner";

/** A corner of one sample's memory, as it lies and as the layer reads it: for layers that move nothing but strides. */
export function MemoryStrip({ node }: { readonly node: CheckedNode }) {
  const t = useText();
  const input: CheckedTensor | undefined = Object.values(node.inputs)[0];
  const output: CheckedTensor | undefined = Object.values(node.outputs)[0];
  const corner = useMemo(() => (input && output?.view ? memoryCorner(input, output) : null), [input, output]);
  if (!corner) return null;
  return (
    <section className="inspector-section">
      <h3>{t(editor.memoryCorner, { rows: corner.rows, columns: corner.columns })}</h3>
      <Cells cells={corner.lies} />
      <span className="memory-caption">
        {t(editor.memoryReadAs, { shape: shapeText(output.symbolicShape) })}
      </span>
      <Cells cells={corner.read} />
    </section>
  );
}

function Cells({ cells }: { readonly cells: readonly MemoryCell[] }) {
  return (
    <div className="memory" aria-hidden>
      {cells.map(({ label, row }) => (
        <i key={label} className={row % 2 === 0 ? "even" : "odd"}>
          {label}
        </i>
      ))}
    </div>
  );
}
