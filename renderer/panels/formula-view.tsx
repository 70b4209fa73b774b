import { createElement, type ReactElement } from "react";
import { Scroller } from "../ui/scroller";
import { useText } from "../ui/text";
import { editor } from "../ui/texts/editor";
import { type Formula, readFormula } from "./formula";

/** Set as mathematics, by the browser's own MathML. Lines break between the parts of the top level; a long part scrolls. */
export function FormulaView({ text }: { readonly text: string }) {
  const t = useText();
  return (
    <Scroller label={t(editor.formula)} className="formula selectable">
      {/* Several math elements make one formula, so that its lines can be broken. */}
      {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role */}
      <div role="math" aria-label={text}>
        {piecesOf(readFormula(text)).map((piece, index) =>
          // The pieces of a formula never change places.
          createElement("math", { key: index, "aria-hidden": true }, ...piece.map(setPart)),
        )}
      </div>
    </Scroller>
  );
}

/** A new piece before each sign at which a line may be broken, and after each comma. */
function piecesOf(parts: readonly Formula[]): readonly (readonly Formula[])[] {
  const pieces: Formula[][] = [[]];
  for (const part of parts) {
    const breaks = part.kind === "words" || (part.kind === "operator" && breakingSigns.includes(part.text));
    if (breaks && pieces[pieces.length - 1].length > 0) pieces.push([]);
    pieces[pieces.length - 1].push(part);
    if (part.kind === "operator" && part.text === ",") pieces.push([]);
  }
  return pieces;
}

const breakingSigns = ["=", "+", "−", "+=", "→", "·"];

const elements = { name: "mi", number: "mn", operator: "mo", words: "mtext" } as const;

function setPart(formula: Formula): ReactElement {
  switch (formula.kind) {
    case "row":
      return createElement("mrow", null, ...formula.parts.map(setPart));
    case "root":
      return createElement("msqrt", null, ...formula.parts.map(setPart));
    case "above":
      return createElement("msup", null, setPart(formula.base), setPart(formula.small));
    case "below":
      return createElement("msub", null, setPart(formula.base), setPart(formula.small));
    case "fraction":
      return createElement("mfrac", null, setPart(formula.top), setPart(formula.bottom));
    case "words":
      // MathML takes no notice of the spaces around words.
      return createElement("mtext", null, `\u00a0${formula.text}\u00a0`);
    default:
      return createElement(elements[formula.kind], null, formula.text);
  }
}
