/** How this person likes the app: language, theme, what the nodes show. Remembered between starts. */
import { create } from "zustand";
import { type Language, languages } from "../../engine";
import { readStored, writeStored } from "./stored";

export const themes = ["system", "dark", "light"] as const;
export type Theme = (typeof themes)[number];

interface Preferences {
  readonly language: Language;
  readonly theme: Theme;
  /** What `theme` comes to now: `system` follows the system's wish. */
  readonly shownTheme: "dark" | "light";
  /** FLOPs on every node, below its parameters and bytes. */
  readonly costsOnNodes: boolean;
  setLanguage(language: Language): void;
  setTheme(theme: Theme): void;
  toggleCosts(): void;
}

const systemDark = window.matchMedia("(prefers-color-scheme: dark)");

export const usePreferences = create<Preferences>((set, get) => {
  const theme = readStored("theme", (value) => themes.find((known) => known === value)) ?? "system";
  systemDark.addEventListener("change", () => set({ shownTheme: shown(get().theme) }));
  return {
    language:
      readStored("language", (value) => languages.find((known) => known === value)) ?? systemLanguage(),
    theme,
    shownTheme: shown(theme),
    costsOnNodes: readStored("costsOnNodes", (value) => value === true) ?? false,
    setLanguage(language) {
      writeStored("language", language);
      set({ language });
    },
    setTheme(theme) {
      writeStored("theme", theme);
      set({ theme, shownTheme: shown(theme) });
    },
    toggleCosts() {
      const costsOnNodes = !get().costsOnNodes;
      writeStored("costsOnNodes", costsOnNodes);
      set({ costsOnNodes });
    },
  };
});

/** Keeps `data-theme` and `lang` of the page in step with the preferences. */
export function applyPreferences(): void {
  const apply = ({ shownTheme, language }: Preferences) => {
    document.documentElement.dataset.theme = shownTheme;
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  };
  apply(usePreferences.getState());
  usePreferences.subscribe(apply);
}

function shown(theme: Theme): "dark" | "light" {
  return theme === "system" ? (systemDark.matches ? "dark" : "light") : theme;
}

function systemLanguage(): Language {
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}
