import { useReactFlow } from "@xyflow/react";
import { Command } from "cmdk";
import { Search } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { type AnyLayer, type PortRef, takes } from "../../engine";
import { keptFor } from "../document/block-library";
import { checkedNow } from "../document/checked";
import { addNode, addWired } from "../document/commands";
import { useDataTensors } from "../document/data-tensors";
import { layers } from "../document/layers";
import { run, useDocument } from "../document/store";
import { categoryStyle } from "../panels/category";
import { searchLayers } from "../panels/layer-search";
import { usePaletteBlocks } from "../panels/palette-blocks";
import { usePaletteKept } from "../panels/palette-kept";
import { useFocusBack } from "../ui/focus-back";
import { useText } from "../ui/text";
import { drawing } from "../ui/texts/drawing";
import { editor } from "../ui/texts/editor";
import { firstFreeInput, shownOutputs } from "./ports";
import { closeQuickAdd, useQuickAdd } from "./quick-add-state";
import type { WireEnd } from "./wire-verdicts";

/** Layers to add where the pointer is. At the end of a wire only those that can take it. */
export function QuickAdd() {
  const { at, wire } = useQuickAdd();
  // A new list for each place, so that nothing is left of the last one.
  return at && <List key={`${at.x} ${at.y}`} at={at} wire={wire} />;
}

/** Canvas units: where the pointer holds the new node. */
const holdAt = { output: { x: 0, y: 26 }, input: { x: 164, y: 26 }, none: { x: 82, y: 20 } };
const listSize = { width: 260, height: 320 };
const margin = 12;

type Shown = ReturnType<typeof useQuickAdd.getState>;

function List({ at, wire }: { readonly at: NonNullable<Shown["at"]>; readonly wire: Shown["wire"] }) {
  const t = useText();
  useFocusBack();
  const flow = useReactFlow();
  const [query, setQuery] = useState("");
  const box = useRef<HTMLDialogElement>(null);
  const blocks = usePaletteBlocks();
  const fitting = useMemo(() => {
    const all = [...layers, ...blocks.own, ...blocks.structural, ...blocks.kept];
    return wire ? all.filter((layer) => fits(layer, wire.from, wire.side)) : all;
  }, [blocks, wire]);
  const found = searchLayers(fitting, query);

  // Anywhere else means no.
  useEffect(() => {
    const outside = ({ target }: PointerEvent) => {
      if (target instanceof Node && !box.current?.contains(target)) closeQuickAdd();
    };
    window.addEventListener("pointerdown", outside, true);
    return () => window.removeEventListener("pointerdown", outside, true);
  }, []);

  const add = (layer: AnyLayer) => {
    const hold = holdAt[wire?.side ?? "none"];
    const point = flow.screenToFlowPosition(at, { snapToGrid: false });
    const position = { x: Math.round(point.x - hold.x), y: Math.round(point.y - hold.y) };
    const blocks = keptFor(layer.type);
    const port = wire && portFor(layer, wire.side);
    const command =
      wire && port
        ? addWired(layer.type, position, blocks, { end: wire.from, side: wire.side, port })
        : addNode(layer.type, position, {}, blocks);
    useDocument.getState().select(run(command));
    usePaletteKept.getState().used(layer.type);
    closeQuickAdd();
  };
  return (
    <dialog
      ref={box}
      open
      className="quick-add popup nopan nowheel nodrag"
      aria-label={t(wire ? drawing.addToWire : drawing.addHere)}
      style={{
        left: Math.max(margin, Math.min(at.x, window.innerWidth - listSize.width - margin)),
        top: Math.max(margin, Math.min(at.y, window.innerHeight - listSize.height - margin)),
      }}
    >
      <Command label={t(drawing.fitting)} shouldFilter={false} loop>
        <div className="search">
          <Search aria-hidden />
          <Command.Input
            autoFocus
            value={query}
            placeholder={t(editor.findLayer)}
            onValueChange={setQuery}
            onKeyDown={(event) => {
              if (event.key === "Escape") closeQuickAdd();
            }}
          />
        </div>
        <Command.List className="quick-list">
          {found.map((layer) => (
            <Command.Item
              key={layer.type}
              value={layer.type}
              className="option"
              style={categoryStyle(layer.category)}
              onSelect={() => add(layer)}
            >
              <i className="category-square" />
              {layer.title ?? layer.type}
            </Command.Item>
          ))}
          {found.length === 0 && <p className="dim">{t(drawing.nothingFits)}</p>}
        </Command.List>
      </Command>
    </dialog>
  );
}

/** The port of a new node that the wire would end at. */
function portFor(layer: AnyLayer, side: WireEnd): string | undefined {
  return side === "output"
    ? firstFreeInput(layer, new Set())
    : shownOutputs(layer, new Set(), undefined).at(0);
}

function fits(layer: AnyLayer, from: PortRef, side: WireEnd): boolean {
  const port = portFor(layer, side);
  if (port === undefined) return false;
  const tensor = checkedNow().nodes[from.node]?.outputs[from.port];
  if (side === "input" || !tensor) return true;
  const batchSize = useDocument.getState().project.training.batch_size;
  return takes(layer, { [port]: tensor }, { batchSize, data: useDataTensors.getState().tensors });
}
