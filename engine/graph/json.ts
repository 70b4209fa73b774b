/** JSON for people: where a text stops being JSON, and a layout that reads and diffs well. */

export interface TextPosition {
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
  /** The text ended before the JSON did. */
  readonly cutOff: boolean;
}

/**
 * Where the first mistake is, for a text that `JSON.parse` has refused: its messages name the place differently in each
 * engine, and sometimes not at all.
 */
export function findMistake(text: string): TextPosition {
  const wrong = scanDocument(text);
  const cutOff = unfinished.test(text.slice(wrong).trimEnd());
  const before = text.slice(0, cutOff ? text.length : wrong).split("\n");
  return { line: before.length, column: before[before.length - 1].length + 1, cutOff };
}

/** Nothing, or the beginning of a text, word or number with nothing behind it. */
const unfinished =
  /^(?:|"(?:[ !#-[\]-\u{10ffff}]|\\.)*\\?|t(?:ru?)?|f(?:a(?:ls?)?)?|n(?:ul?)?|-|\.|[eE][+-]?)$/u;

const blank = /[ \t\r\n]*/y;
const scalar =
  /"(?:[ !#-[\]-\u{10ffff}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/uy;

/** Follows the grammar of RFC 8259 with a stack of open brackets. @returns the offset of the first character that breaks it */
function scanDocument(text: string): number {
  const open: ("{" | "[")[] = [];
  let at = 0;
  /** What may come next. `first`: a value or key, or the bracket's end. */
  let expected: "value" | "first" | "key" | "colon" | "comma" = "value";
  const match = (pattern: RegExp): number => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0].length ?? 0;
  };
  for (;;) {
    at += match(blank);
    const char = text[at];
    const inObject = open.at(-1) === "{";
    if (expected === "comma" && open.length === 0) return at;
    if ((expected === "comma" || expected === "first") && char === (inObject ? "}" : "]")) {
      open.pop();
      at++;
      expected = "comma";
    } else if (expected === "comma" && char === ",") {
      at++;
      expected = inObject ? "key" : "value";
    } else if (expected === "colon" && char === ":") {
      at++;
      expected = "value";
    } else if (expected === "key" || (expected === "first" && inObject)) {
      const length = char === '"' ? match(scalar) : 0;
      if (length === 0) return at;
      at += length;
      expected = "colon";
    } else if ((expected === "value" || expected === "first") && (char === "{" || char === "[")) {
      open.push(char);
      at++;
      expected = "first";
    } else if (expected === "value" || expected === "first") {
      const length = match(scalar);
      if (length === 0) return at;
      at += length;
      expected = "comma";
    } else {
      return at;
    }
  }
}

/** Short lists and objects stay on one line: a node or a wire is one line where it fits. */
export function printJson(value: unknown, width = 120, indent = 0): string {
  const inline = printInline(value);
  if (typeof value !== "object" || value === null || (indent > 0 && inline.length + indent <= width))
    return inline;
  const inner = " ".repeat(indent + 2);
  const parts = Array.isArray(value)
    ? value.map((each) => printJson(each, width, indent + 2))
    : entries(value).map(([key, each]) => `${JSON.stringify(key)}: ${printJson(each, width, indent + 2)}`);
  if (parts.length === 0) return inline;
  const [left, right] = Array.isArray(value) ? "[]" : "{}";
  return `${left}\n${parts.map((part) => inner + part).join(",\n")}\n${" ".repeat(indent)}${right}`;
}

function printInline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printInline).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const parts = entries(value).map(([key, each]) => `${JSON.stringify(key)}: ${printInline(each)}`);
  return parts.length === 0 ? "{}" : `{ ${parts.join(", ")} }`;
}

function entries(value: object): [string, unknown][] {
  return Object.entries(value).filter(([, each]) => each !== undefined);
}
