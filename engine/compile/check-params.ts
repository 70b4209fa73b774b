/** A node's parameters: defaults filled in, values judged by their descriptors, `auto` read off the wires. */
import type { AnyLayer, Params } from "../layers/define";
import type { IntegersParam, PairParam, Param, ParamValue } from "../layers/params";
import type { TensorType } from "../tensor/tensor";
import type { Text } from "../tensor/text";

/** Every parameter that the layer declares, and no other. */
export function fillDefaults(
  layer: AnyLayer,
  given: Readonly<Record<string, ParamValue | undefined>>,
): Params {
  const filled: Record<string, ParamValue> = {};
  for (const name of Object.keys(layer.params)) {
    const value = given[name];
    filled[name] = value === undefined ? layer.params[name].default : value;
  }
  return filled;
}

/**
 * Replaces `null` by what arrives where the parameter can be read off the wires. A value that cannot be read (the
 * input has too few dimensions) stays `null`. With nothing to replace it is the same object.
 */
export function resolveAuto(
  layer: AnyLayer,
  params: Params,
  inputs: Readonly<Record<string, TensorType>>,
): Params {
  let resolved: Record<string, ParamValue> | null = null;
  for (const name of Object.keys(params)) {
    const { auto } = layer.params[name];
    if (params[name] !== null || !auto) continue;
    resolved ??= { ...params };
    resolved[name] = auto(inputs) ?? null;
  }
  return resolved ?? params;
}

export interface BadParam {
  readonly name: string;
  readonly value: ParamValue;
  /** What it must be instead: "a whole number of at least 1". */
  readonly expected: Text;
  readonly default: ParamValue;
}

export function badParams(layer: AnyLayer, params: Params): BadParam[] {
  return Object.entries(layer.params).flatMap(([name, param]) =>
    isValid(param, params[name])
      ? []
      : [{ name, value: params[name], expected: expectation(param), default: param.default }],
  );
}

/** Names that the layer does not know: a typing mistake in a file, or a parameter of another layer. */
export function unknownParams(layer: AnyLayer, given: Params): string[] {
  return Object.keys(given).filter((name) => !Object.hasOwn(layer.params, name));
}

function isValid(param: Param, value: ParamValue): boolean {
  if (value === null) return param.default === null || param.none !== undefined || param.auto !== undefined;
  switch (param.kind) {
    case "integer":
      return isInteger(value) && inRange(value, param);
    case "number":
      return typeof value === "number" && Number.isFinite(value) && inRange(value, param);
    case "flag":
      return typeof value === "boolean";
    case "pair": {
      if (typeof value === "string") return param.words?.includes(value) ?? false;
      const numbers: readonly unknown[] = Array.isArray(value) ? value : [value, value];
      return numbers.length === 2 && numbers.every((each) => isListed(each, param));
    }
    case "integers":
      return Array.isArray(value) && value.every((each) => isListed(each, param));
    case "choice":
      return typeof value === "string" && param.options.includes(value);
    case "text":
      return typeof value === "string";
  }
}

function isListed(value: unknown, param: PairParam | IntegersParam): boolean {
  const wanted = param.fractions ? typeof value === "number" && Number.isFinite(value) : isInteger(value);
  return wanted && inRange(Number(value), param);
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function inRange(
  value: number,
  { min = -Infinity, max = Infinity }: { readonly min?: number; readonly max?: number },
): boolean {
  return value >= min && value <= max;
}

function expectation(param: Param): Text {
  const range = rangeOf(param);
  switch (param.kind) {
    case "integer":
      return { en: `a whole number${range.en}`, zh: `整数${range.zh}` };
    case "number":
      return { en: `a number${range.en}`, zh: `数字${range.zh}` };
    case "flag":
      return { en: "true or false", zh: "true 或 false" };
    case "pair": {
      const words = param.words ?? [];
      return {
        en: [
          `a ${param.fractions ? "" : "whole "}number${range.en}`,
          "two of them (height, width)",
          ...words,
        ].join(", or "),
        zh: [`${param.fractions ? "数字" : "整数"}${range.zh}`, "两个这样的数（高、宽）", ...words].join(
          "，或",
        ),
      };
    }
    case "integers":
      return param.fractions
        ? { en: `a list of numbers${range.en}`, zh: `数字列表${range.zh}` }
        : { en: `a list of whole numbers${range.en}`, zh: `整数列表${range.zh}` };
    case "choice":
      return { en: `one of ${param.options.join(", ")}`, zh: `以下之一：${param.options.join("、")}` };
    case "text":
      return { en: "text", zh: "文本" };
  }
}

function rangeOf(param: Param): Text {
  const min = "min" in param ? param.min : undefined;
  const max = "max" in param ? param.max : undefined;
  if (min !== undefined && max !== undefined)
    return { en: ` from ${min} to ${max}`, zh: `（${min} 到 ${max}）` };
  if (min !== undefined) return { en: ` of at least ${min}`, zh: `（至少为 ${min}）` };
  if (max !== undefined) return { en: ` of at most ${max}`, zh: `（至多为 ${max}）` };
  return { en: "", zh: "" };
}

/** As a person writes it: `3`, `3, 3`, `auto`. */
export function formatParam(value: ParamValue): string {
  if (value === null) return "auto";
  return Array.isArray(value) ? `[${value.join(", ")}]` : String(value);
}
