/** WGSL cut into coloured pieces. It only has to look right: a shader that compiles needs no parser here. */
export type TokenKind = "comment" | "keyword" | "type" | "attribute" | "number" | "call" | "plain";

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

/** The tokens' texts together are the code. */
export function wgslTokens(code: string): readonly Token[] {
  const tokens: Token[] = [];
  let plain = 0;
  const flush = (end: number) => {
    if (end > plain) tokens.push({ kind: "plain", text: code.slice(plain, end) });
  };
  for (const match of code.matchAll(pattern)) {
    const kind = kindOf(match);
    if (kind === "plain") continue;
    flush(match.index);
    tokens.push({ kind, text: match[0] });
    plain = match.index + match[0].length;
  }
  flush(code.length);
  return tokens;
}

// A word that is followed by a bracket is called; a number may be hexadecimal and may carry its type.
const pattern =
  /(?<comment>\/\/[^\n]*|\/\*[^]*?\*\/)|(?<attribute>@\w+)|(?<number>\b0[xX][\da-fA-F]+[iu]?|\b\d+(?:\.\d*)?(?:[eE][+-]?\d+)?[iufh]?)|(?<word>[A-Za-z_]\w*)(?<bracket>\s*\()?/g;

function kindOf({ groups }: RegExpMatchArray): TokenKind {
  if (!groups) return "plain";
  if (groups.comment) return "comment";
  if (groups.attribute) return "attribute";
  if (groups.number) return "number";
  if (keywords.has(groups.word)) return "keyword";
  if (types.test(groups.word)) return "type";
  return groups.bracket ? "call" : "plain";
}

const keywords = new Set(
  "fn let var const override struct alias if else for while loop return break continue continuing switch case default enable requires diagnostic true false".split(
    " ",
  ),
);
const types =
  /^(f32|f16|i32|u32|bool|vec[234][fhiu]?|mat[234]x[234][fh]?|array|atomic|ptr|storage|uniform|workgroup|private|function|read|write|read_write)$/;
