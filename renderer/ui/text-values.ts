/** `{name}` in a text, replaced by values. */
import type { Text } from "../../engine";

export type Values = Readonly<Record<string, string | number>>;

export function fill(words: string, values: Values | undefined): string {
  if (!values) return words;
  return words.replace(/\{(\w+)\}/g, (whole, name: string) =>
    name in values ? String(values[name]) : whole,
  );
}

/** A text with its values filled in, in every language. */
export function filled(text: Text, values: Values): Text {
  return { en: fill(text.en, values), zh: fill(text.zh, values) };
}
