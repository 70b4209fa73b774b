/** A layer's formula, as it is written in its record, taken apart for setting: `y[n, c] = (x - mean) / √(var + eps)`. */

export type Formula =
  | { readonly kind: "name" | "number" | "operator" | "words"; readonly text: string }
  | { readonly kind: "row" | "root"; readonly parts: readonly Formula[] }
  | { readonly kind: "above" | "below"; readonly base: Formula; readonly small: Formula }
  | { readonly kind: "fraction"; readonly top: Formula; readonly bottom: Formula };

interface Token {
  readonly text: string;
  readonly spaced: boolean;
}

const raised: Readonly<Record<string, string>> = {
  ᵀ: "T",
  ˣ: "x",
  ⁱ: "i",
  ʲ: "j",
  "⁻": "−",
  "²": "2",
  "³": "3",
};
const lowered: Readonly<Record<string, string>> = { ᵢ: "i", ⱼ: "j" };
const opening: Readonly<Record<string, string>> = { "(": ")", "[": "]" };
/** Words of the sentences in which some formulas speak. */
const plain = new Set(
  "if else where plus over the window of likewise in are parts head row by memory nearest or blended from its neighbours at number tensors and".split(
    " ",
  ),
);

/** The parts of the top level: lines may be broken between them. */
export function readFormula(text: string): readonly Formula[] {
  return new Reader(tokensOf(text)).row(null);
}

function tokensOf(text: string): readonly Token[] {
  const pattern = /(\s*)([ᵀˣⁱʲ⁻²³]+|[ᵢⱼ]+|[A-Za-zα-ωΑ-ΠΡΤ-Ωσ][A-Za-z0-9_]*'?|\d+(?:\.\d+)?|\+=|.)/gsu;
  return [...text.matchAll(pattern)]
    .map(([, space, token]) => ({ text: token, spaced: space !== "" }))
    .filter(({ text: token }) => token.trim() !== "");
}

class Reader {
  #at = 0;
  constructor(readonly tokens: readonly Token[]) {}

  /** Up to the closing token, which is left where it is. */
  row(end: string | null): readonly Formula[] {
    const done: Formula[] = [];
    /** The factors of the product that is being read. */
    let product: (Formula & { spaced?: boolean })[] = [];
    for (let token = this.#peek(); token && token.text !== end; token = this.#peek()) {
      if (token.text === "/" && product.length > 0) {
        this.#at++;
        product = fraction(product, token.spaced, this.#denominator(token.spaced, end));
      } else if (isOperator(token.text) && token.text !== "·") {
        this.#at++;
        done.push(...product, sign(token.text));
        product = [];
      } else if (token.text === "·") {
        this.#at++;
        product.push(sign("·"));
      } else if (plain.has(token.text)) {
        this.#at++;
        done.push(...product, { kind: "words", text: token.text });
        product = [];
      } else {
        product.push({ ...this.#factor(), spaced: token.spaced });
      }
    }
    return [...done, ...product.map(bare)];
  }

  /** One factor behind a slash that stands close; behind a spaced one, all that follow one another. */
  #denominator(spaced: boolean, end: string | null): Formula {
    const factors = [this.#factor()];
    if (!spaced) return factors[0];
    for (let next = this.#peek(); next && next.text !== end; next = this.#peek()) {
      if (isOperator(next.text) || next.text === "/" || plain.has(next.text)) break;
      factors.push(this.#factor());
    }
    return oneOf(factors);
  }

  /** A name, a number or brackets, with what is written above and below it. */
  #factor(): Formula {
    let base = this.#atom();
    for (let next = this.#peek(); next && !next.spaced; next = this.#peek()) {
      if (raised[next.text[0]] !== undefined) {
        this.#at++;
        base = { kind: "above", base, small: raisedText(next.text) };
      } else if (lowered[next.text[0]] !== undefined) {
        this.#at++;
        base = {
          kind: "below",
          base,
          small: oneOf(Array.from(next.text, (letter) => named(lowered[letter]))),
        };
      } else if (next.text === "^") {
        this.#at++;
        base = { kind: "above", base, small: withoutBrackets(this.#atom()) };
      } else if (next.text === "[") {
        base = { kind: "below", base, small: withoutBrackets(this.#atom()) };
      } else if (next.text === "(" && base.kind !== "number") {
        base = oneOf([base, this.#atom()]);
      } else break;
    }
    return base;
  }

  #atom(): Formula {
    const token = this.#peek();
    if (!token) return { kind: "row", parts: [] };
    this.#at++;
    const { text } = token;
    if (text === "√") {
      const inside = withoutBrackets(this.#factor());
      return { kind: "root", parts: inside.kind === "row" ? inside.parts : [inside] };
    }
    if (opening[text] !== undefined) {
      const parts = this.row(opening[text]);
      const closed = this.#peek()?.text === opening[text];
      if (closed) this.#at++;
      return { kind: "row", parts: [sign(text), ...parts, ...(closed ? [sign(opening[text])] : [])] };
    }
    if (/^\d/.test(text)) return { kind: "number", text };
    // `x1` and `b_ih` have an index; `negative_slope` is one name.
    const indexed = /^([A-Za-z])(?:_(\w+)|(\d+))$/.exec(text);
    if (indexed) {
      const index = indexed[2] ?? indexed[3];
      return {
        kind: "below",
        base: named(indexed[1]),
        small: /\d/.test(index) ? number(index) : named(index),
      };
    }
    return /^[\p{L}_]/u.test(text) ? named(text) : sign(text);
  }

  #peek(): Token | undefined {
    return this.tokens[this.#at];
  }
}

type Factor = Formula & { spaced?: boolean };

/** `a · b / c` divides all of the product, `a · b/2` the last factor only. */
function fraction(product: readonly Factor[], spaced: boolean, bottom: Formula): Factor[] {
  let from = 0;
  if (!spaced) {
    from = product.length - 1;
    while (from > 0 && !product[from].spaced && product[from - 1].kind !== "operator") from--;
  }
  const top = oneOf(product.slice(from).map(bare));
  return [
    ...product.slice(0, from),
    { kind: "fraction", top: withoutBrackets(top), bottom: withoutBrackets(bottom), spaced: true },
  ];
}

function bare({ spaced: _spaced, ...formula }: Factor): Formula {
  return formula;
}

function isOperator(text: string): boolean {
  return ["+", "-", "=", ",", "+=", "·", ">", "<", ":", "→", "…", "⌊", "⌉", "|"].includes(text);
}

/** `ˣʲ` is an x with an index. */
function raisedText(text: string): Formula {
  const letters = Array.from(text, (letter) => raised[letter]);
  if (letters.length === 2 && letters[0] === "x")
    return { kind: "below", base: named("x"), small: named(letters[1]) };
  return oneOf(
    letters.map((letter) =>
      letter === "−" ? sign("-") : /\d/.test(letter) ? number(letter) : named(letter),
    ),
  );
}

function withoutBrackets(formula: Formula): Formula {
  if (formula.kind !== "row") return formula;
  const [first, last] = [formula.parts.at(0), formula.parts.at(-1)];
  const isBracketed =
    first?.kind === "operator" && last?.kind === "operator" && opening[first.text] === last.text;
  return isBracketed ? oneOf(formula.parts.slice(1, -1)) : formula;
}

function oneOf(parts: readonly Formula[]): Formula {
  return parts.length === 1 ? parts[0] : { kind: "row", parts };
}

const named = (text: string): Formula => ({ kind: "name", text });
const number = (text: string): Formula => ({ kind: "number", text });
const sign = (text: string): Formula => ({ kind: "operator", text: text === "-" ? "−" : text });

/** All that is read in it, in its order. */
export function formulaLetters(formula: Formula): string {
  switch (formula.kind) {
    case "row":
    case "root":
      return formula.parts.map(formulaLetters).join("");
    case "above":
    case "below":
      return formulaLetters(formula.base) + formulaLetters(formula.small);
    case "fraction":
      return formulaLetters(formula.top) + formulaLetters(formula.bottom);
    default:
      return formula.text;
  }
}
