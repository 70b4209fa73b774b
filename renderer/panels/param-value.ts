/** A parameter's value as it is typed and read in the inspector. */
import type { Param, ParamValue, Text } from "../../engine";
import type { Values } from "../ui/text-values";
import { editor } from "../ui/texts/editor";

export type Parsed =
  | { readonly ok: true; readonly value: ParamValue | undefined }
  | { readonly ok: false; readonly reason: Text; readonly values?: Values };

/** `1, 2`, `3`, `1e-3`; empty for null, whose meaning the placeholder says. */
export function printParam(value: ParamValue): string {
  if (value === null) return "";
  return typeof value === "object" ? value.join(", ") : String(value);
}

/** An empty text means the default, which is undefined here. */
export function parseParam(param: Param, text: string): Parsed {
  const written = text.trim();
  if (param.kind === "text" || param.kind === "choice") return { ok: true, value: text };
  if (written === "") return { ok: true, value: undefined };
  if (param.none && /^(none|null)$/i.test(written)) return { ok: true, value: null };
  switch (param.kind) {
    case "flag":
      return { ok: true, value: written === "true" };
    case "integer":
      return one(written, param, true, editor.mustBeInteger);
    case "number":
      return one(written, param, false, editor.mustBeNumber);
    case "pair": {
      if (param.words?.includes(written)) return { ok: true, value: written };
      const numbers = list(written, !param.fractions);
      if (numbers?.length === 1) return checked(numbers, param) ?? { ok: true, value: numbers[0] };
      if (numbers?.length !== 2) return { ok: false, reason: editor.mustBePair };
      return checked(numbers, param) ?? { ok: true, value: numbers };
    }
    case "integers": {
      const numbers = list(written, !param.fractions);
      if (!numbers) return { ok: false, reason: editor.mustBeIntegers };
      return checked(numbers, param) ?? { ok: true, value: numbers };
    }
  }
}

interface Range {
  readonly min?: number;
  readonly max?: number;
}

function one(text: string, range: Range, whole: boolean, reason: Text): Parsed {
  const value = number(text, whole);
  if (value === null) return { ok: false, reason };
  return checked([value], range) ?? { ok: true, value };
}

/** Why a number is out of range, or null. */
function checked(numbers: readonly number[], { min, max }: Range): Parsed | null {
  if (min !== undefined && numbers.some((value) => value < min)) {
    return { ok: false, reason: editor.tooSmall, values: { min } };
  }
  if (max !== undefined && numbers.some((value) => value > max)) {
    return { ok: false, reason: editor.tooLarge, values: { max } };
  }
  return null;
}

/** Commas, spaces or × between the numbers, with or without brackets: as PyTorch prints it or as we do. */
function list(text: string, whole: boolean): number[] | null {
  const parts = text
    .replace(/^[([]|[)\]]$/g, "")
    .split(/[\s,，×]+/)
    .filter(Boolean);
  const numbers = parts.map((part) => number(part, whole));
  return numbers.every((value) => value !== null) ? numbers : null;
}

function number(text: string, whole: boolean): number | null {
  const value = Number(text);
  return text !== "" && Number.isFinite(value) && (!whole || Number.isSafeInteger(value)) ? value : null;
}
