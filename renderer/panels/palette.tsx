import { Menu } from "@base-ui/react/menu";
import { ChevronRight, Search, Star, X } from "lucide-react";
import { type DragEvent, type KeyboardEvent, memo, useMemo, useRef, useState } from "react";
import { type AnyLayer, type Category, categories, type Text } from "../../engine";
import { layerDragType } from "../canvas/drag-layer";
import { layers } from "../document/layers";
import { IconButton } from "../ui/button";
import { Hint } from "../ui/hint";
import { useText } from "../ui/text";
import { drawing } from "../ui/texts/drawing";
import { editor } from "../ui/texts/editor";
import { panels } from "../ui/texts/panels";
import { addLayer } from "./add-layer";
import { categoryNames, categoryStyle } from "./category";
import { LayerPicture } from "./layer-picture";
import { searchLayers } from "./layer-search";
import { RemoveBlock, usePaletteBlocks } from "./palette-blocks";
import { focusLayerSearch, layerSearchId } from "./palette-focus";
import { usePaletteFolds } from "./palette-folds";
import { usePaletteKept } from "./palette-kept";
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
  const blocks = usePaletteBlocks();
  const found = useMemo(
    () => searchLayers([...layers, ...blocks.own, ...blocks.structural, ...blocks.kept], query),
    [query, blocks],
  );
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
          <>
            <Kept hint={hint} />
            <BlockItems title={drawing.blocks} items={blocks.own} hint={hint} />
            <BlockItems title={drawing.myBlocks} items={blocks.kept} hint={hint} />
            <ByCategory hint={hint} />
            <BlockItems title={drawing.structure} items={blocks.structural} hint={hint} />
          </>
        )}
        {found.length === 0 && <p className="dim">{t(editor.noLayer, { query: query.trim() })}</p>}
      </div>
      <div className="layer-hint" aria-hidden>
        {hinted && <LayerPicture layer={hinted} />}
        <p>{t(hinted ? hinted.summary : editor.paletteHint)}</p>
      </div>
    </div>
  );
}

interface BlockItemsProps {
  readonly title: Text;
  readonly items: readonly AnyLayer[];
  readonly hint: HintOf;
}

function BlockItems({ title, items, hint }: BlockItemsProps) {
  const t = useText();
  if (items.length === 0) return null;
  return (
    <section aria-label={t(title)}>
      <details open>
        <summary>
          {t(title)}
          <ChevronRight aria-hidden />
        </summary>
        {items.map((layer) => (
          <div key={layer.type} className="block-item">
            <LayerItem layer={layer} hint={hint} />
            <RemoveBlock layer={layer} />
          </div>
        ))}
      </details>
    </section>
  );
}

/** The layers that the person marked, and those used last. */
function Kept({ hint }: { readonly hint: HintOf }) {
  const t = useText();
  const { favourites, recent } = usePaletteKept();
  const lists = [
    { title: panels.favourites, each: panels.favouriteLayer, types: favourites },
    { title: panels.recent, each: panels.recentLayer, types: recent },
  ];
  return lists.map(({ title, each, types }) => {
    const items = types.flatMap((type) => layers.find((layer) => layer.type === type) ?? []);
    return items.length === 0 ? null : (
      <section key={title.en} aria-label={t(title)}>
        <h2>{t(title)}</h2>
        {items.map((layer) => (
          <LayerItem key={layer.type} layer={layer} hint={hint} label={t(each, { layer: layer.type })} />
        ))}
      </section>
    );
  });
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
  /** Where the same layer is in the list more than once. */
  readonly label?: string;
  /** Called with the layer that the line below the list should tell of. */
  readonly hint: HintOf;
}

function LayerItem({ layer, marked = false, label, hint }: LayerItemProps) {
  const t = useText();
  const used = usePaletteKept((kept) => kept.used);
  const formula = layer.formula.replace(/^y = /, "");
  return (
    <div
      className="layer-row"
      onMouseEnter={() => hint(layer)}
      onMouseLeave={() => hint(null)}
      onFocus={() => hint(layer)}
      onBlur={() => hint(null)}
    >
      <button
        type="button"
        className={`layer-item ${marked ? "marked" : ""}`}
        style={categoryStyle(layer.category)}
        title={`${t(layer.summary)}\n${layer.formula}`.trim()}
        aria-label={label}
        draggable
        onDragStart={(event) => startDrag(event, layer)}
        onDragEnd={(event) => event.dataTransfer.dropEffect !== "none" && used(layer.type)}
        onKeyDown={moveFocus}
        onDoubleClick={() => addLayer(layer.type)}
        // A click without a pointer: Enter, space, or a screen reader.
        onClick={(event) => event.detail === 0 && addLayer(layer.type)}
      >
        <i className="category-square" />
        <span className="ellipsis">{layer.title ?? layer.type}</span>
        {/* A long formula that is cut off says nothing. */}
        {formula !== "" && formula.length <= formulaRoom && (
          <em className="mono dim ellipsis" aria-hidden>
            {formula}
          </em>
        )}
      </button>
      {layer.category !== "block" && <FavouriteMark layer={layer} />}
    </div>
  );
}

/** The star of a layer. The right arrow key goes to it, the left one back to the layer. */
function FavouriteMark({ layer }: { readonly layer: AnyLayer }) {
  const t = useText();
  const marked = usePaletteKept(({ favourites }) => favourites.includes(layer.type));
  const toggle = usePaletteKept((kept) => kept.toggleFavourite);
  const label = t(marked ? panels.unmarkFavourite : panels.markFavourite, { layer: layer.type });
  return (
    <button
      type="button"
      className="button icon ghost favourite-mark"
      aria-label={label}
      title={label}
      aria-pressed={marked}
      tabIndex={-1}
      onClick={() => toggle(layer.type)}
      onKeyDown={(event) => {
        if (event.key === "ArrowLeft") itemOf(event.currentTarget)?.focus();
      }}
    >
      <Star aria-hidden />
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

/** The arrow keys go from layer to layer that is seen, up from the first to the search, right to the star. */
function moveFocus(event: KeyboardEvent<HTMLButtonElement>): void {
  if (event.key === "ArrowRight")
    event.currentTarget.parentElement?.querySelector<HTMLElement>(".favourite-mark")?.focus();
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (step === 0) return;
  event.preventDefault();
  const items = seenItems(event.currentTarget.closest(".layer-list"));
  const next = items.indexOf(event.currentTarget) + step;
  if (next < 0) document.getElementById(layerSearchId)?.focus();
  else items.at(next)?.focus();
}

function seenItems(list: Element | null): HTMLButtonElement[] {
  const items = list?.querySelectorAll<HTMLButtonElement>("button.layer-item, .remove-block") ?? [];
  return [...items].filter((item) => item.checkVisibility());
}

function itemOf(star: Element): HTMLElement | null {
  return star.parentElement?.querySelector<HTMLElement>(".layer-item") ?? null;
}

function inCategory(category: Category): readonly AnyLayer[] {
  return layers.filter((layer) => layer.category === category);
}

const shownCategories = categories.filter((category) => inCategory(category).length > 0);
