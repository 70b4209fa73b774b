/** The sizes of the window's rooms and which of them are folded. Remembered between starts. */
import { create } from "zustand";
import { readStored, writeStored } from "./ui/stored";

export const dockTabs = ["training", "data", "problems", "lowered", "profile"] as const;
export type DockTab = (typeof dockTabs)[number];

interface Sizes {
  /** Pixels. */
  readonly palette: number;
  readonly inspector: number;
  readonly dock: number;
}

interface Remembered extends Sizes {
  /** Null: by the width of the window. */
  readonly paletteFolded: boolean | null;
  readonly inspectorFolded: boolean;
  readonly dockFolded: boolean;
  readonly dockTab: DockTab;
}

interface Layout extends Remembered {
  readonly narrow: boolean;
  resize(room: keyof Sizes, size: number): void;
  togglePalette(): void;
  toggleInspector(): void;
  toggleDock(): void;
  showDockTab(tab: DockTab): void;
}

export const sizeLimits: Readonly<Record<keyof Sizes, { readonly min: number; readonly max: number }>> = {
  palette: { min: 180, max: 380 },
  inspector: { min: 260, max: 520 },
  dock: { min: 140, max: 560 },
};
/** What is left of a folded room. */
export const foldedPalette = 48;
export const foldedDock = 34;
/** Below this width the palette shows icons unless it was opened by hand. */
const narrowWindow = "(max-width: 1279px)";

const initial: Remembered = {
  palette: 228,
  inspector: 316,
  dock: 296,
  paletteFolded: null,
  inspectorFolded: false,
  dockFolded: false,
  dockTab: "training",
};

export const useLayout = create<Layout>((set, get) => {
  const narrow = window.matchMedia(narrowWindow);
  narrow.addEventListener("change", () => set({ narrow: narrow.matches, paletteFolded: null }));

  const remember = (change: Partial<Remembered>) => {
    set(change);
    const { palette, inspector, dock, paletteFolded, inspectorFolded, dockFolded, dockTab } = get();
    writeStored("layout", { palette, inspector, dock, paletteFolded, inspectorFolded, dockFolded, dockTab });
  };
  return {
    ...initial,
    ...readStored("layout", remembered),
    narrow: narrow.matches,
    resize(room, size) {
      const { min, max } = sizeLimits[room];
      remember({ [room]: Math.round(Math.min(max, Math.max(min, size))) });
    },
    togglePalette: () => remember({ paletteFolded: !isPaletteFolded(get()) }),
    toggleInspector: () => remember({ inspectorFolded: !get().inspectorFolded }),
    toggleDock: () => remember({ dockFolded: !get().dockFolded }),
    showDockTab: (dockTab) => remember({ dockTab, dockFolded: false }),
  };
});

export function isPaletteFolded({
  paletteFolded,
  narrow,
}: Pick<Layout, "paletteFolded" | "narrow">): boolean {
  return paletteFolded ?? narrow;
}

/** Takes over what is sound of what was stored, perhaps by another version. */
function remembered(value: unknown): Partial<Remembered> | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const stored = new Map(Object.entries(value));
  const kept: { -readonly [K in keyof Remembered]?: Remembered[K] } = {};
  for (const room of ["palette", "inspector", "dock"] as const) {
    const size: unknown = stored.get(room);
    const { min, max } = sizeLimits[room];
    if (typeof size === "number" && size >= min && size <= max) kept[room] = size;
  }
  for (const fold of ["paletteFolded", "inspectorFolded", "dockFolded"] as const) {
    const folded: unknown = stored.get(fold);
    if (typeof folded === "boolean") kept[fold] = folded;
  }
  const tab = dockTabs.find((known) => known === stored.get("dockTab"));
  if (tab) kept.dockTab = tab;
  return kept;
}
