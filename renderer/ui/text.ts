/** Texts and numbers in the person's language. */
import type { Language, Text } from "../../engine";
import { usePreferences } from "./preferences";
import { fill, type Values } from "./text-values";

export type Translate = (text: Text, values?: Values) => string;

/** `t(editor.undo)`, `t(editor.parameters, { count: "52,138" })`. */
export function useText(): Translate {
  const language = usePreferences((state) => state.language);
  return translator(language);
}

const translators: Readonly<Record<Language, Translate>> = {
  en: (text, values) => fill(text.en, values),
  zh: (text, values) => fill(text.zh, values),
};

export function translator(language: Language): Translate {
  return translators[language];
}

/** Outside of components: the words in the language of this moment. */
export function say(text: Text, values?: Values): string {
  return fill(text[usePreferences.getState().language], values);
}

export interface Numbers {
  /** 52,138 */
  count(value: number): string;
  /** At most `digits` after the point. */
  decimal(value: number, digits: number): string;
  /** 95.8 % */
  percent(share: number, digits?: number): string;
  /** 2.4 MiB */
  bytes(value: number): string;
  /** 1.23 ms, 45.6 µs: three figures. */
  milliseconds(value: number): string;
  /** 1.2 M: four figures at most. */
  short(value: number): string;
}

export function useNumbers(): Numbers {
  const language = usePreferences((state) => state.language);
  return numbers(language);
}

const madeNumbers = new Map<Language, Numbers>();

/** The same for all: a formatter takes longer to make than to use. */
export function numbers(language: Language): Numbers {
  const known = madeNumbers.get(language) ?? makeNumbers(language);
  madeNumbers.set(language, known);
  return known;
}

function makeNumbers(language: Language): Numbers {
  const locale = language === "zh" ? "zh-CN" : "en-US";
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const tenths = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const scaled = (value: number, base: number, units: readonly string[]) => {
    const power = Math.min(units.length - 1, value < base ? 0 : Math.floor(Math.log(value) / Math.log(base)));
    const number = value / base ** power;
    return `${(power === 0 || number >= 100 ? whole : tenths).format(number)} ${units[power]}`.trimEnd();
  };
  return {
    count: (value) => whole.format(value),
    decimal: (value, digits) => value.toLocaleString(locale, { maximumFractionDigits: digits }),
    percent: (share, digits = 1) =>
      `${new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(share * 100)} %`,
    bytes: (value) => scaled(value, 1024, ["B", "KiB", "MiB", "GiB", "TiB"]),
    milliseconds: (value) => {
      const [amount, unit] = value > 0 && value < 0.1 ? [value * 1000, "µs"] : [value, "ms"];
      return `${amount.toLocaleString(locale, { maximumSignificantDigits: 3 })} ${unit}`;
    },
    short: (value) => scaled(value, 1000, ["", "K", "M", "G", "T", "P"]),
  };
}
