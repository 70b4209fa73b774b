import { Menu } from "@base-ui/react/menu";
import { ChevronRight, Search, X } from "lucide-react";
import { type DragEvent, type KeyboardEvent, memo, useMemo, useRef, useState } from "react";
import { type AnyLayer, type Category, categories } from "../../engine";
import { layerDragType } from "../canvas/drag-layer";
import { layers } from "../document/layers";
import { IconButton } from "../ui/button";
import { Hint } from "../ui/hint";
import { useText } from "../ui/text";
import { editor } from "../ui/texts/editor";
import { addLayer } from "./add-layer";
import { categoryNames, categoryStyle } from "./category";
import { searchLayers } from "./layer-search";
import { focusLayerSearch, layerSearchId } from "./palette-focus";
import { usePaletteFolds } from "./palette-folds";
import "./palette.css";

/** All layers, by category or by search. Folded, a column of categories that open as menus. */
export function Palette({ folded }: { readonly folded: boolean }) {
  return folded ? <FoldedPalette /> : <FullPalette />;
}

function FullPalette() {
  const t = useText();
  const [query, setQuery] = useState("");
  const [hinted, hint] = useState<AnyLayer | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const found = useMemo(() => searchLayers(layers, query), [query]);
  const searching = query.trim() !== "";

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter" && searching && found.length > 0) addLayer(found[0].type);
    else if (event.key === "ArrowDown") seenItems(list.current).at(0)?.focus();
    else if (event.key === "Escape") {
      setQuery("");
      event.currentTarget.blur();
    } else return;
    event.preventDefault();
  };

  return (
    <div className="layer-palette">
      <div className="search">
        <Search aria-hidden />
        <input
          id={layerSearchId}
          type="text"
          value={query}
          placeholder={t(editor.findLayer)}
          aria-label={t(editor.findLayer)}
          spellCheck={false}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={onKeyDown}
        />
        {searching ? (
          <IconButton look="ghost" label={t(editor.clearSearch)} onClick={() => setQuery("")}>
            <X aria-hidden />
          </IconButton>
        ) : (
          <kbd>/</kbd>
        )}
      </div>
      <div ref={list} className="layer-list">
        {searching ? (
          found.map((layer, index) => (
            <LayerItem key={layer.type} layer={layer} marked={index === 0} hint={hint} />
          ))
        ) : (
          <ByCategory hint={hint} />
        )}
        {found.length === 0 && <p className="dim">{t(editor.noLayer, { query: query.trim() })}</p>}
      </div>
      <p className="layer-hint" aria-hidden>
        {t(hinted ? hinted.summary : editor.paletteHint)}
      </p>
    </div>
  );
}

type HintOf = (layer: AnyLayer | null) => void;

/** Drawn once, and not again for each hint. */
const ByCategory = memo(function ByCategory({ hint }: { readonly hint: HintOf }) {
  const t = useText();
  const { folded, fold } = usePaletteFolds();
  return shownCategories.map((category) => (
    <section key={category} aria-label={t(categoryNames[category])}>
      <details
        open={!folded.includes(category)}
        onToggle={(event) => fold(category, !event.currentTarget.open)}
      >
        <summary>
          {t(categoryNames[category])}
          <ChevronRight aria-hidden />
        </summary>
        {inCategory(category).map((layer) => (
          <LayerItem key={layer.type} layer={layer} hint={hint} />
        ))}
      </details>
    </section>
  ));
});

interface LayerItemProps {
  readonly layer: AnyLayer;
  readonly marked?: boolean;
  /** Called with the layer that the line below the list should tell of. */
  readonly hint: HintOf;
}

function LayerItem({ layer, marked = false, hint }: LayerItemProps) {
  const t = useText();
  const formula = layer.formula.replace(/^y = /, "");
  return (
    <button
      type="button"
      className={`layer-item ${marked ? "marked" : ""}`}
      style={categoryStyle(layer.category)}
      title={`${t(layer.summary)}\n${layer.formula}`}
      draggable
      onDragStart={(event) => startDrag(event, layer)}
      onKeyDown={moveFocus}
      onMouseEnter={() => hint(layer)}
      onMouseLeave={() => hint(null)}
      onFocus={() => hint(layer)}
      onBlur={() => hint(null)}
      onDoubleClick={() => addLayer(layer.type)}
      // A click without a pointer: Enter, space, or a screen reader.
      onClick={(event) => event.detail === 0 && addLayer(layer.type)}
    >
      <i className="category-square" />
      {layer.type}
      {/* A long formula that is cut off says nothing. */}
      {formula.length <= formulaRoom && (
        <em className="mono dim ellipsis" aria-hidden>
          {formula}
        </em>
      )}
    </button>
  );
}

/** Characters that fit beside most names. */
const formulaRoom = 17;

function FoldedPalette() {
  const t = useText();
  return (
    <div className="layer-rail">
      <IconButton look="ghost" label={t(editor.findLayer)} shortcut="/" onClick={focusLayerSearch}>
        <Search aria-hidden />
      </IconButton>
      {shownCategories.map((category) => (
        <Menu.Root key={category} modal={false}>
          <Hint text={t(categoryNames[category])} side="right">
            <Menu.Trigger
              className="button icon ghost"
              aria-label={t(categoryNames[category])}
              style={categoryStyle(category)}
            >
              <i className="category-square" />
            </Menu.Trigger>
          </Hint>
          <Menu.Portal>
            <Menu.Positioner className="positioner" side="right" align="start" sideOffset={8}>
              <Menu.Popup className="popup">
                {inCategory(category).map((layer) => (
                  <Menu.Item
                    key={layer.type}
                    className="option"
                    style={categoryStyle(category)}
                    draggable
                    onDragStart={(event) => startDrag(event, layer)}
                    onClick={() => addLayer(layer.type)}
                  >
                    <i className="category-square" />
                    {layer.type}
                  </Menu.Item>
                ))}
              </Menu.Popup>
            </Menu.Positioner>
          </Menu.Portal>
        </Menu.Root>
      ))}
    </div>
  );
}

function startDrag(event: DragEvent, layer: AnyLayer): void {
  event.dataTransfer.setData(layerDragType, layer.type);
  event.dataTransfer.effectAllowed = "copy";
}

/** The arrow keys go from layer to layer that is seen, up from the first to the search. */
function moveFocus(event: KeyboardEvent<HTMLButtonElement>): void {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (step === 0) return;
  event.preventDefault();
  const items = seenItems(event.currentTarget.closest(".layer-list"));
  const next = items.indexOf(event.currentTarget) + step;
  if (next < 0) document.getElementById(layerSearchId)?.focus();
  else items.at(next)?.focus();
}

function seenItems(list: Element | null): HTMLButtonElement[] {
  return [...(list?.querySelectorAll("button") ?? [])].filter((item) => item.checkVisibility());
}

function inCategory(category: Category): readonly AnyLayer[] {
  return layers.filter((layer) => layer.category === category);
}

const shownCategories = categories.filter((category) => inCategory(category).length > 0);
