/**
 * Splits the body of a kernel's function in two: what follows from one half of its parameters (an element's column, say) is
 * worked out once for many elements, as is what follows from the other half (the step of a sum). What is left for each
 * element is an addition and the access. Drivers do not do that by themselves.
 *
 * It works on the bodies that `writer.ts` writes: lines `let name = expression;`, then a statement or `return`. Whole
 * numbers wrap around at 2^32, so that sums of products may be taken apart and put together again in any order.
 */

export interface SplitBody {
  /** Bodies of the functions of either half: each returns an array of `slots` numbers. */
  readonly outer: string;
  readonly inner: string;
  /** The body in terms of `outer` and `inner`. */
  readonly body: string;
  /** Whether the body still works out whole numbers that are no sums of what it is given. */
  readonly mixed: boolean;
}

/** Numbers that a half may hand on; see the kernels' `Place`. */
const slots = 8;

/** A sum of products of names and whole numbers; the name "" stands for 1. */
type Linear = ReadonlyMap<string, number>;
type Half = "outer" | "inner";
type Dependence = Half | "both" | "none";

/**
 * Null when more has to be handed on than there is room for.
 * @param free whole numbers among the parameters that the body keeps
 * @param others parameters that the body keeps
 */
export function splitBody(
  body: string,
  outer: readonly string[],
  inner: readonly string[],
  free: readonly string[] = [],
  others: readonly string[] = [],
): SplitBody | null {
  const splitter = new Splitter(outer, inner, free, others);
  for (const line of body.split("\n")) if (line !== "") splitter.add(line);
  return splitter.result();
}

class Splitter {
  readonly #dependence = new Map<string, Dependence>();
  /** Names of whole numbers, as sums of parameters and of names that are no such sum. */
  readonly #sums = new Map<string, Linear>();
  readonly #hoisted: Record<Half, string[]> = { outer: [], inner: [] };
  readonly #handedOn: Record<Half, string[]> = { outer: [], inner: [] };
  readonly #body: string[] = [];
  #mixed = false;

  constructor(...[outer, inner, free, others]: readonly (readonly string[])[]) {
    for (const name of outer) this.#declare(name, "outer");
    for (const name of inner) this.#declare(name, "inner");
    for (const name of free) this.#declare(name, "both");
    for (const name of others) this.#dependence.set(name, "both");
  }

  add(line: string): void {
    const [, name, expression] = namedLine.exec(line) ?? [];
    if (name === undefined) {
      this.#body.push(line);
      return;
    }
    const depends = this.#dependenceOf(expression);
    for (const half of ["outer", "inner"] as const)
      if (depends === half || depends === "none") this.#hoisted[half].push(line);
    const sum = this.#sumOf(expression);
    const whole = sum === null && isWhole(expression);
    this.#dependence.set(name, depends);
    if (sum !== null) this.#sums.set(name, sum);
    if (whole) this.#sums.set(name, new Map([[name, 1]]));
    if (sum !== null || (whole && (depends === "outer" || depends === "inner"))) return;
    this.#mixed ||= whole && depends === "both";
    this.#body.push(line);
  }

  result(): SplitBody | null {
    const body = neededLines(this.#body, (line) => this.#rewritten(line));
    const { outer, inner } = this.#handedOn;
    if (outer.length > slots || inner.length > slots) return null;
    const half = (name: Half) => {
      const numbers = Array.from({ length: slots }, (_, i) => this.#handedOn[name][i] ?? "0u");
      return neededLines([...this.#hoisted[name], `  return Place(${numbers.join(", ")});`]);
    };
    return { outer: half("outer"), inner: half("inner"), body, mixed: this.#mixed };
  }

  #declare(name: string, depends: Dependence): void {
    this.#dependence.set(name, depends);
    this.#sums.set(name, new Map([[name, 1]]));
  }

  #dependenceOf(expression: string): Dependence {
    const all = new Set(words(expression).map((word) => this.#dependence.get(word) ?? "none"));
    if (all.has("both") || (all.has("outer") && all.has("inner"))) return "both";
    return all.has("outer") ? "outer" : all.has("inner") ? "inner" : "none";
  }

  #sumOf(expression: string): Linear | null {
    return parseSum(expression, (name) => this.#sums.get(name) ?? null);
  }

  /** With every whole number in terms of what the halves hand on. */
  #rewritten(line: string): string {
    const places: string[] = [];
    const accesses = line.replace(/\[([^[\]]*)\]/g, (found, index: string) => {
      const sum = this.#sumOf(index);
      if (sum === null) return found;
      places.push(`[${this.#print(sum)}]`);
      return `§${places.length - 1}§`;
    });
    const rest = accesses.replace(/(?<![\w.])[A-Za-z_]\w*/g, (word) => {
      const sum = this.#sums.get(word);
      return sum === undefined ? word : this.#print(sum);
    });
    return rest.replace(/§(\d+)§/g, (_, index: string) => places[Number(index)]);
  }

  #print(sum: Linear): string {
    const terms: Record<Dependence, [string, number][]> = { outer: [], inner: [], both: [], none: [] };
    for (const [name, factor] of sum) terms[this.#dependence.get(name) ?? "none"].push([name, factor]);
    const parts: string[] = [];
    // A constant goes along with one of the halves.
    const home: Half | null = terms.outer.length > 0 ? "outer" : terms.inner.length > 0 ? "inner" : null;
    for (const half of ["outer", "inner"] as const) {
      const all = home === half ? [...terms[half], ...terms.none] : terms[half];
      if (all.length > 0) parts.push(`${half}[${this.#slot(half, printTerms(all))}]`);
    }
    const others = home === null ? [...terms.both, ...terms.none] : terms.both;
    if (others.length > 0 || parts.length === 0) parts.push(printTerms(others));
    const text = parts.join(" + ");
    return text.includes(" ") ? `(${text})` : text;
  }

  #slot(half: Half, expression: string): number {
    const known = this.#handedOn[half].indexOf(expression);
    return known >= 0 ? known : this.#handedOn[half].push(expression) - 1;
  }
}

function words(expression: string): string[] {
  return expression.match(/(?<![\w.])[A-Za-z_]\w*/g) ?? [];
}

const namedLine = /^ *let (\w+) = (.*);$/;

/** The text without lines that name what no later one needs. */
function neededLines(lines: readonly string[], rewritten = (line: string) => line): string {
  const used = new Set<string>();
  const kept: string[] = [];
  for (const line of lines.toReversed()) {
    const [, name] = namedLine.exec(line) ?? [];
    if (name !== undefined && !used.has(name)) continue;
    const text = rewritten(line);
    for (const word of words(text)) used.add(word);
    kept.unshift(`${text}\n`);
  }
  return kept.join("");
}

/** Whether it is a quotient or remainder as `indexing.ts` prints them, or a row number that was looked up. */
function isWhole(expression: string): boolean {
  return (
    /^bitcast<u32>\(\(f32\(i32\(\w+\)\)/.test(expression) ||
    /^\w+ (?:>>|&|\/|%) \d+u$/.test(expression) ||
    /^min\(u32\(\w+\)(?: \+ [^,]*)?, \d+u\)$/.test(expression)
  );
}

function printTerms(terms: readonly (readonly [string, number])[]): string {
  const texts = terms.map(([name, factor]) => {
    if (name === "") return `${factor}u`;
    return factor === 1 ? name : `${name} * ${factor}u`;
  });
  return texts.length === 0 ? "0u" : texts.join(" + ");
}

/** `a * 3u + b - (c + 1u)`; null for anything else, and where a name is no whole number. */
function parseSum(text: string, sumOf: (name: string) => Linear | null): Linear | null {
  const tokens = text.match(/[A-Za-z_]\w*|\d+u|\S/g) ?? [];
  let at = 0;
  const sum = (): Linear | null => {
    let total = term();
    while (total !== null && (tokens[at] === "+" || tokens[at] === "-")) {
      const sign = tokens[at++] === "+" ? 1 : -1;
      const next = term();
      total = next && added(total, scaled(next, sign));
    }
    return total;
  };
  const term = (): Linear | null => {
    const first = factor();
    if (first === null || tokens[at] !== "*") return first;
    at++;
    const by = factor();
    if (by === null || [...by.keys()].some((name) => name !== "")) return null;
    return scaled(first, by.get("") ?? 0);
  };
  const factor = (): Linear | null => {
    const token = tokens[at++];
    if (token === "(") {
      const inside = sum();
      return tokens[at++] === ")" ? inside : null;
    }
    if (/^\d+u$/.test(token ?? "")) return new Map([["", Number.parseInt(token, 10)]]);
    return sumOf(token ?? "");
  };
  const result = sum();
  return at === tokens.length ? result : null;
}

function added(a: Linear, b: Linear): Linear {
  const total = new Map(a);
  for (const [name, factor] of b) total.set(name, wrapped((total.get(name) ?? 0) + factor));
  return new Map([...total].filter(([, factor]) => factor !== 0));
}

function scaled(a: Linear, by: number): Linear {
  return new Map([...a].map(([name, factor]) => [name, Math.imul(factor, by) >>> 0]));
}

function wrapped(value: number): number {
  return value % 2 ** 32;
}
