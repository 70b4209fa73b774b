import { type NodeProps, NodeResizer } from "@xyflow/react";
import { memo } from "react";
import { type Frame, frameColours } from "../../engine";
import { changeFrame } from "../document/node-commands";
import { run, useDocument } from "../document/store";
import { useText } from "../ui/text";
import { drawing } from "../ui/texts/drawing";
import type { CanvasNode } from "./view";

const smallest = { minWidth: 88, minHeight: 44 };

/** A coloured area behind the nodes. Selected, its words and its colour can be changed where they stand. */
export const FrameNode = memo(function FrameNode({ id, selected }: NodeProps<CanvasNode>) {
  const frame = useDocument(({ graph }) => graph.frames?.find((each) => each.id === id));
  return frame ? <FrameBox frame={frame} selected={selected} /> : null;
});

function FrameBox({ frame, selected }: { readonly frame: Frame; readonly selected: boolean }) {
  const t = useText();
  const { id, title, text, colour } = frame;
  return (
    <div className={`frame colour-${colour} ${selected ? "selected" : ""}`}>
      <NodeResizer
        isVisible={selected}
        {...smallest}
        onResizeEnd={(_, { x, y, width, height }) =>
          run(
            changeFrame(id, {
              position: { x: Math.round(x), y: Math.round(y) },
              size: { width: Math.round(width), height: Math.round(height) },
            }),
          )
        }
      />
      <header>
        {selected ? (
          <input
            className="nodrag"
            aria-label={t(drawing.frameTitle)}
            value={title}
            maxLength={80}
            onChange={(event) => run(changeFrame(id, { title: event.target.value }))}
          />
        ) : (
          <span className="ellipsis">{title}</span>
        )}
        {selected && <Colours frame={frame} />}
      </header>
      {selected ? (
        <textarea
          className="nodrag nowheel"
          aria-label={t(drawing.frameText)}
          value={text}
          placeholder={t(drawing.frameText)}
          onChange={(event) => run(changeFrame(id, { text: event.target.value }))}
        />
      ) : (
        text !== "" && <p>{text}</p>
      )}
    </div>
  );
}

function Colours({ frame }: { readonly frame: Frame }) {
  const t = useText();
  return (
    <fieldset className="frame-colours nodrag" aria-label={t(drawing.frameColour)}>
      {frameColours.map((colour) => (
        <button
          key={colour}
          type="button"
          className={`colour-${colour}`}
          aria-label={t(drawing[colour])}
          aria-pressed={frame.colour === colour}
          onClick={() => run(changeFrame(frame.id, { colour }))}
        />
      ))}
    </fieldset>
  );
}
