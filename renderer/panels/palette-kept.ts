/** The layers that this person used last, and those that they marked. Remembered between starts. */
import { create } from "zustand";
import { readStored, writeStored } from "../ui/stored";

interface PaletteKept {
  /** Types, the last one first. */
  readonly recent: readonly string[];
  /** Types, in the order in which they were marked. */
  readonly favourites: readonly string[];
  used(type: string): void;
  toggleFavourite(type: string): void;
}

const mostRecent = 5;
const keys = { recent: "recent-layers", favourites: "favourite-layers" } as const;

export const usePaletteKept = create<PaletteKept>((set, get) => {
  const keep = (change: Partial<Record<keyof typeof keys, readonly string[]>>) => {
    set(change);
    for (const list of Object.keys(change) as (keyof typeof keys)[]) writeStored(keys[list], get()[list]);
  };
  return {
    recent: readStored(keys.recent, types) ?? [],
    favourites: readStored(keys.favourites, types) ?? [],
    used: (type) => keep({ recent: [type, ...without(get().recent, type)].slice(0, mostRecent) }),
    toggleFavourite(type) {
      const { favourites } = get();
      keep({ favourites: favourites.includes(type) ? without(favourites, type) : [...favourites, type] });
    },
  };
});

function without(list: readonly string[], type: string): readonly string[] {
  return list.filter((other) => other !== type);
}

function types(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.filter((type) => typeof type === "string") : undefined;
}
