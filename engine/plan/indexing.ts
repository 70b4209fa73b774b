/**
 * Index arithmetic as values: sums of `factor × atom`, where an atom is a WGSL variable, a quotient or a remainder.
 * All quantities are whole and never negative, and each knows its largest value, so that `(i / 8) * 8 + i % 8` becomes
 * `i` again and a reshape of a dense tensor costs nothing.
 */
import { contiguousStride, elementCount, type Shape } from "../tensor/tensor";

export interface Index {
  readonly constant: number;
  readonly terms: readonly Term[];
  /** The largest value that it can take. */
  readonly max: number;
  /** Equal for equal indices. */
  readonly key: string;
}

interface Term {
  readonly factor: number;
  readonly atom: Atom;
}

type Atom =
  | { readonly kind: "variable"; readonly name: string; readonly max: number; readonly key: string }
  | {
      readonly kind: "quotient" | "remainder";
      readonly of: Index;
      readonly by: number;
      readonly max: number;
      readonly key: string;
    };

export function constantIndex(value: number): Index {
  return sumOf(value, []);
}

/** A `u32` of the shader that is at most `max`. A variable that can only be 0 is 0. */
export function variableIndex(name: string, max: number): Index {
  return max === 0
    ? constantIndex(0)
    : sumOf(0, [{ factor: 1, atom: { kind: "variable", name, max, key: name } }]);
}

export function addIndex(a: Index, b: Index): Index {
  if (b.terms.length === 0) return b.constant === 0 ? a : inOrder(a.constant + b.constant, a.terms);
  return sumOf(a.constant + b.constant, [...a.terms, ...b.terms]);
}

export function scaleIndex(a: Index, factor: number): Index {
  const terms = a.terms.map((term) => ({ factor: term.factor * factor, atom: term.atom }));
  return sumOf(a.constant * factor, factor === 0 ? [] : terms);
}

export function quotientIndex(a: Index, by: number): Index {
  if (by === 1) return a;
  if (a.max < by) return constantIndex(0);
  const { whole, rest } = splitByDivisor(a, by);
  if (rest.max < by) return whole;
  const common = commonDivisor(rest, by);
  if (common > 1) return addIndex(whole, quotientIndex(splitByDivisor(rest, common).whole, by / common));
  // (c + x / b) / by = (c · b + x) / (b · by)
  const free = onlyAtom(addIndex(rest, constantIndex(-rest.constant)));
  if (free?.kind === "quotient") {
    const inner = addIndex(free.of, constantIndex(rest.constant * free.by));
    return addIndex(whole, quotientIndex(inner, free.by * by));
  }
  const only = onlyAtom(rest);
  // (x % (by · n)) / by = (x / by) % n
  if (only?.kind === "remainder" && only.by % by === 0)
    return addIndex(whole, remainderIndex(quotientIndex(only.of, by), only.by / by));
  return addIndex(whole, atomIndex("quotient", rest, by));
}

export function remainderIndex(a: Index, by: number): Index {
  if (by === 1) return constantIndex(0);
  if (a.max < by) return a;
  const { rest } = splitByDivisor(a, by);
  if (rest.max < by) return rest;
  const common = commonDivisor(rest, by);
  if (common > 1) {
    const { whole, rest: low } = splitByDivisor(rest, common);
    return addIndex(scaleIndex(remainderIndex(whole, by / common), common), low);
  }
  const only = onlyAtom(rest);
  if (only?.kind === "remainder" && only.by % by === 0) return remainderIndex(only.of, by);
  return atomIndex("remainder", rest, by);
}

/** The atom that an index is, if it is nothing else. */
function onlyAtom({ constant, terms }: Index): Atom | null {
  return constant === 0 && terms.length === 1 && terms[0].factor === 1 ? terms[0].atom : null;
}

/** Coordinates of a row-major flat index. */
export function unravelIndex(flat: Index, shape: Shape): Index[] {
  const stride = contiguousStride(shape);
  return shape.map((size, dim) => {
    const above = quotientIndex(flat, stride[dim]);
    return dim === 0 && flat.max < elementCount(shape) ? above : remainderIndex(above, size);
  });
}

/** The row-major flat index of coordinates. */
export function flatIndex(coordinates: readonly Index[], shape: Shape): Index {
  const stride = contiguousStride(shape);
  return coordinates.reduce(
    (sum, each, dim) => addIndex(sum, scaleIndex(each, stride[dim])),
    constantIndex(0),
  );
}

/** index = fixed + varying, where only `varying` has atoms whose key matches; the constant is in it too. */
export function splitIndex(index: Index, variables: RegExp): { fixed: Index; varying: Index } {
  const depends = ({ atom }: Term) => variables.test(atom.key);
  return {
    fixed: sumOf(
      0,
      index.terms.filter((term) => !depends(term)),
    ),
    varying: sumOf(index.constant, index.terms.filter(depends)),
  };
}

/** A WGSL expression of type u32. `name` may give a shorter word for a quotient or remainder that was written before. */
export function printIndex(index: Index, name: (text: string) => string): string {
  const parts = index.terms.map(({ factor, atom }) => {
    const text = printAtom(atom, name);
    return factor === 1 ? text : `${text} * ${factor}u`;
  });
  if (index.constant > 0 || parts.length === 0) parts.push(`${index.constant}u`);
  return parts.join(" + ");
}

function printAtom(atom: Atom, name: (text: string) => string): string {
  if (atom.kind === "variable") return atom.name;
  const { kind, of, by } = atom;
  const text = printIndex(of, name);
  const operand = text.includes(" ") ? name(text) : text;
  const shift = Math.log2(by);
  if (Number.isInteger(shift))
    return name(kind === "quotient" ? `${operand} >> ${shift}u` : `${operand} & ${by - 1}u`);
  if (of.max >= exactInFloat) return name(`${operand} ${kind === "quotient" ? "/" : "%"} ${by}u`);
  const quotient = name(printQuotient(operand, by));
  return kind === "quotient" ? quotient : name(`${operand} - ${quotient} * ${by}u`);
}

/**
 * Whole division is slow, most of all on a software adapter, which divides lane by lane, and so is a float's conversion to
 * a whole number, which has to be clamped. A product with the reciprocal that is rounded to the nearest whole number is
 * exact below 2^22: (x - (by - 1) / 2) / by is at least 1 / (2 · by) away from where the next number begins, and the two
 * roundings to float32 move it by less than x / by · 2^-23. Rounded it is by being added to 1.5 · 2^23, where the distance
 * between neighbours is 1; the result is in the lowest bits of the sum.
 */
function printQuotient(operand: string, by: number): string {
  return `bitcast<u32>((f32(i32(${operand})) - ${(by - 1) / 2}f) * ${Math.fround(1 / by)}f + 12582912f) & 4194303u`;
}

const exactInFloat = 2 ** 21;

function atomIndex(kind: "quotient" | "remainder", of: Index, by: number): Index {
  const max = kind === "quotient" ? Math.floor(of.max / by) : Math.min(of.max, by - 1);
  const key = `(${of.key}${kind === "quotient" ? "/" : "%"}${by})`;
  return sumOf(0, [{ factor: 1, atom: { kind, of, by, max, key } }]);
}

/** a = whole · by + rest, as far as the factors show it. */
function splitByDivisor(a: Index, by: number): { whole: Index; rest: Index } {
  const low = a.constant % by;
  const divisible = a.terms.filter((term) => term.factor % by === 0);
  return {
    whole: sumOf(
      (a.constant - low) / by,
      divisible.map(({ factor, atom }) => ({ factor: factor / by, atom })),
    ),
    rest: sumOf(
      low,
      a.terms.filter((term) => term.factor % by !== 0),
    ),
  };
}

/** A divisor of `by` such that what it leaves of `a` is always smaller than it, so that it cancels in `a / by`; else 1. */
function commonDivisor(a: Index, by: number): number {
  const candidates = a.terms.map((term) => greatestCommonDivisor(term.factor, by)).sort((x, y) => y - x);
  return candidates.find((each) => each > 1 && each < by && splitByDivisor(a, each).rest.max < each) ?? 1;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** Collects equal atoms, joins quotients with their remainders, and orders the terms. */
function sumOf(constant: number, terms: readonly Term[]): Index {
  if (terms.length < 2) return inOrder(constant, terms);
  const byKey = new Map<string, Term>();
  for (const { factor, atom } of terms) {
    byKey.set(atom.key, { factor: factor + (byKey.get(atom.key)?.factor ?? 0), atom });
  }
  for (const { factor, atom } of byKey.values()) {
    if (atom.kind !== "remainder") continue;
    const { of, by } = atom;
    const above = quotientIndex(of, by);
    const without = (whole: Term) =>
      sumOf(
        constant,
        [...byKey.values()].filter((term) => term.atom !== atom && term !== whole),
      );
    const whole = byKey.get(onlyAtom(above)?.key ?? "");
    // factor · by · (x / by) + factor · (x % by) = factor · x
    if (whole?.factor === factor * by) return addIndex(without(whole), scaleIndex(of, factor));
    // factor · by · ((x / by) % n) + factor · (x % by) = factor · (x % (by · n))
    for (const high of byKey.values()) {
      if (high.atom.kind !== "remainder" || high.factor !== factor * by || high.atom.of.key !== above.key)
        continue;
      const joined = remainderIndex(of, by * high.atom.by);
      return addIndex(without(high), scaleIndex(joined, factor));
    }
  }
  return inOrder(
    constant,
    [...byKey.values()].sort((a, b) => (a.atom.key < b.atom.key ? -1 : 1)),
  );
}

function inOrder(constant: number, terms: readonly Term[]): Index {
  let max = constant;
  let key = String(constant);
  for (const { factor, atom } of terms) {
    max += factor * atom.max;
    key += `+${factor}*${atom.key}`;
  }
  return { constant, terms, max, key };
}
