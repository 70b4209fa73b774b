import { describe, expect, it } from "vitest";
import { texts } from "./index";

const placeholders = (words: string) => [...words.matchAll(/\{\w+\}/g)].map(([name]) => name).toSorted();

describe.each(Object.entries(texts))("texts of %s", (_, catalogue) => {
  const entries = Object.entries<{ readonly en: string; readonly zh: string }>(catalogue);

  it("say something in both languages", () => {
    expect(entries.filter(([, { en, zh }]) => en.trim() === "" || zh.trim() === "")).toEqual([]);
  });

  it("have the same places for values in both languages", () => {
    const differing = entries.filter(([, { en, zh }]) => placeholders(en).join() !== placeholders(zh).join());
    expect(differing).toEqual([]);
  });
});
