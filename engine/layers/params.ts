/** Parameter descriptors: from them both the validation and the inspector's form are derived. */
import type { TensorType } from "../tensor/tensor";
import type { Text } from "../tensor/text";

/** A parameter as it stands in a project file; `null` is none, or `auto`. */
export type ParamValue = number | boolean | string | null | readonly number[];

type Inputs = Readonly<Record<string, TensorType>>;

interface Described<Kind extends string, Value extends ParamValue> {
  readonly kind: Kind;
  readonly default: Value;
  /** What it means. */
  readonly about: Text;
  /** What `null` means ("auto", "same as kernel_size"); absent when `null` is not allowed. */
  readonly none?: Text;
  /** Reads the value off the wires when it is `null`, like PyTorch's Lazy layers; undefined when they do not tell. */
  readonly auto?: (inputs: Inputs) => Exclude<Value, null> | undefined;
}

export interface IntegerParam<V extends number | null = number | null> extends Described<"integer", V> {
  readonly min?: number;
  readonly max?: number;
}
export interface NumberParam<V extends number | null = number | null> extends Described<"number", V> {
  readonly min?: number;
  readonly max?: number;
}
export interface FlagParam extends Described<"flag", boolean> {}
/** One integer for both directions, or [height, width]. */
export interface PairParam<V extends ParamValue = ParamValue> extends Described<"pair", V> {
  readonly min?: number;
  /** Words that may stand instead of numbers: `same`. */
  readonly words?: readonly string[];
  /** True when the numbers need not be whole: scale factors. */
  readonly fractions?: boolean;
}
/** A list of integers: a shape, a permutation. */
export interface IntegersParam<V extends readonly number[] | null = readonly number[] | null>
  extends Described<"integers", V> {
  readonly min?: number;
  /** True when the numbers need not be whole: class weights. */
  readonly fractions?: boolean;
}
export interface ChoiceParam<V extends string = string> extends Described<"choice", V> {
  readonly options: readonly V[];
}
export interface TextParam extends Described<"text", string> {}

export type Param =
  | IntegerParam
  | NumberParam
  | FlagParam
  | PairParam
  | IntegersParam
  | ChoiceParam
  | TextParam;

/** The value that rules see: defaults filled in, `auto` resolved. */
type ValueOf<D> = D extends { readonly auto: (inputs: Inputs) => infer V }
  ? Exclude<V, undefined>
  : D extends Described<string, infer V>
    ? V
    : ParamValue;

export type ParamValues<P extends Record<string, Param>> = { readonly [K in keyof P]: ValueOf<P[K]> };

type Pair = number | readonly number[];
type Range = { readonly min?: number; readonly max?: number };

// One constructor a kind, so that a rule's `p` has exact types. A size that may be read off the wires or be left to
// PyTorch is `null` by default.

export function integer(about: Text, byDefault: number, range: Range = {}): IntegerParam<number> {
  return { kind: "integer", default: byDefault, about, ...range };
}

export function optionalInteger(about: Text, none: Text, range: Range = {}): IntegerParam {
  return { kind: "integer", default: null, about, none, ...range };
}

/** A size that is read off the wires unless it is given. */
export function autoSize(about: Text, read: (inputs: Inputs) => number | undefined) {
  return {
    kind: "integer",
    default: null,
    about,
    none: auto,
    auto: read,
    min: 1,
  } as const satisfies IntegerParam;
}

export function decimal(about: Text, byDefault: number, range: Range = {}): NumberParam<number> {
  return { kind: "number", default: byDefault, about, ...range };
}

export function optionalDecimal(
  about: Text,
  none: Text,
  byDefault: number | null,
  range: Range = {},
): NumberParam {
  return { kind: "number", default: byDefault, about, none, ...range };
}

export function flag(about: Text, byDefault: boolean): FlagParam {
  return { kind: "flag", default: byDefault, about };
}

export function pair(about: Text, byDefault: Pair, min: number): PairParam<Pair> {
  return { kind: "pair", default: byDefault, about, min };
}

export function optionalPair(about: Text, none: Text, min: number): PairParam<Pair | null> {
  return { kind: "pair", default: null, about, none, min };
}

export function optionalDecimalPair(about: Text, none: Text): PairParam<Pair | null> {
  return { kind: "pair", default: null, about, none, fractions: true };
}

export function pairOrWord<const W extends string>(
  about: Text,
  byDefault: Pair,
  min: number,
  words: readonly W[],
): PairParam<Pair | W> {
  return { kind: "pair", default: byDefault, about, min, words };
}

export function integers(
  about: Text,
  byDefault: readonly number[],
  min?: number,
): IntegersParam<readonly number[]> {
  return { kind: "integers", default: byDefault, about, min };
}

export function optionalIntegers(about: Text, none: Text, min?: number): IntegersParam {
  return { kind: "integers", default: null, about, none, min };
}

/** Sizes that are read off the wires unless they are given. */
export function autoSizes(about: Text, read: (inputs: Inputs) => readonly number[] | undefined) {
  return {
    kind: "integers",
    default: null,
    about,
    none: auto,
    auto: read,
    min: 1,
  } as const satisfies IntegersParam;
}

export function optionalDecimals(about: Text, none: Text, min?: number): IntegersParam {
  return { kind: "integers", default: null, about, none, min, fractions: true };
}

export function choice<const V extends string>(
  about: Text,
  options: readonly V[],
  byDefault: NoInfer<V>,
): ChoiceParam<V> {
  return { kind: "choice", default: byDefault, about, options };
}

export function text(about: Text, byDefault: string): TextParam {
  return { kind: "text", default: byDefault, about };
}

const auto: Text = { en: "From the input", zh: "取自输入" };

/** A pair as [height, width]; like PyTorch, one number in a list stands for both. */
export function both(value: Pair): [number, number] {
  if (typeof value === "number") return [value, value];
  return value.length === 1 ? [value[0], value[0]] : [value[0], value[1]];
}
