import fc from "fast-check";
import { expect, test } from "vitest";
import { wgslTokens } from "./wgsl-tokens";

const code = `// adds
@group(0) @binding(1) var<storage, read_write> y: array<f32, 4>;
fn add(i: u32) -> f32 { return select(0.5e-3, x[i], i < 0x1Fu); }`;

const kindsOf = (text: string) =>
  wgslTokens(code)
    .filter((token) => token.text.trim() === text)
    .map(({ kind }) => kind);

test("words are coloured by what they are", () => {
  expect(kindsOf("// adds")).toEqual(["comment"]);
  expect(kindsOf("@group")).toEqual(["attribute"]);
  expect(kindsOf("var")).toEqual(["keyword"]);
  expect(kindsOf("f32")).toEqual(["type", "type"]);
  expect(kindsOf("0.5e-3")).toEqual(["number"]);
  expect(kindsOf("0x1Fu")).toEqual(["number"]);
});

test("no character is lost", () => {
  const joined = (text: string) =>
    wgslTokens(text)
      .map((token) => token.text)
      .join("");
  expect(joined(code)).toBe(code);
  fc.assert(fc.property(fc.string(), (text) => joined(text) === text));
});
