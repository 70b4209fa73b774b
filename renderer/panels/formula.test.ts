import { expect, test } from "vitest";
import { layers } from "../../engine";
import { type Formula, formulaLetters, readFormula } from "./formula";

/** With what was understood in brackets: `y = {x|2}` for a fraction. */
function shown(formula: Formula): string {
  switch (formula.kind) {
    case "row":
      return formula.parts.map(shown).join(" ");
    case "root":
      return `√{${formula.parts.map(shown).join(" ")}}`;
    case "above":
      return `${shown(formula.base)}^{${shown(formula.small)}}`;
    case "below":
      return `${shown(formula.base)}_{${shown(formula.small)}}`;
    case "fraction":
      return `{${shown(formula.top)}|${shown(formula.bottom)}}`;
    default:
      return formula.text;
  }
}

test.each([
  ["y = x Wᵀ + b", "y = x W^{T} + b"],
  ["y = (x - mean) / √(var + eps) · weight + bias", "y = {x − mean|√{var + eps}} · weight + bias"],
  ["y = x · mask / (1 - p)", "y = {x · mask|1 − p}"],
  ["yᵢ = eˣⁱ / Σⱼ eˣʲ", "y_{i} = {e^{x_{i}}|Σ_{j} e^{x_{j}}}"],
  ["y = x / (1 + e⁻ˣ)", "y = {x|1 + e^{− x}}"],
  ["y = x · Φ(x) = x/2 · (1 + erf(x / √2))", "y = x · Φ ( x ) = {x|2} · ( 1 + erf ( {x|√{2}} ) )"],
  ["sin(p / 10000^(2i/d))", "sin ( {p|10000^{{2 i|d}}} )"],
  ["h[t] = tanh(x[t] W_ihᵀ + b_ih)", "h_{t} = tanh ( x_{t} W_{ih}^{T} + b_{ih} )"],
  ["y = x1ᵀ W x2 + b", "y = x_{1}^{T} W x_{2} + b"],
  ["y = x if x > 0, else negative_slope · x", "y = x if x > 0 , else negative_slope · x"],
  ["y = softmax(q kᵀ / √d + mask) v", "y = softmax ( {q k^{T}|√{d}} + mask ) v"],
])("%s", (text, expected) => {
  expect(readFormula(text).map(shown).join(" ")).toBe(expected);
});

test("no letter of any layer's formula is lost", () => {
  const plainOf: Readonly<Record<string, string>> = {
    ᵀ: "T",
    ˣ: "x",
    ⁱ: "i",
    ʲ: "j",
    "²": "2",
    "³": "3",
    ᵢ: "i",
    ⱼ: "j",
    "⁻": "",
  };
  const letters = (text: string) =>
    Array.from(text, (letter) => plainOf[letter] ?? letter)
      .filter((letter) => /[\p{L}\d]/u.test(letter))
      .join("");
  for (const { type, formula } of layers)
    expect(letters(readFormula(formula).map(formulaLetters).join("")), type).toBe(letters(formula));
});

test("a formula that is not closed is read to its end", () => {
  expect(readFormula("y = (x + [1").map(shown).join(" ")).toBe("y = ( x + [ 1");
});
