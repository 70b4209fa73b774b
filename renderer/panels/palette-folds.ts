/** Which categories of layers are folded. Remembered between starts. */
import { create } from "zustand";
import { type Category, categories } from "../../engine";
import { readStored, writeStored } from "../ui/stored";

interface PaletteFolds {
  readonly folded: readonly Category[];
  fold(category: Category, folded: boolean): void;
}

const key = "folded-categories";

export const usePaletteFolds = create<PaletteFolds>((set, get) => ({
  folded: readStored(key, known) ?? [],
  fold(category, folded) {
    const others = get().folded.filter((other) => other !== category);
    set({ folded: folded ? [...others, category] : others });
    writeStored(key, get().folded);
  },
}));

function known(value: unknown): readonly Category[] | undefined {
  return Array.isArray(value) ? categories.filter((category) => value.includes(category)) : undefined;
}
