import { expect, test } from "vitest";
import { parse } from "./number-field";

test("numbers are read as people write them", () => {
  expect(parse("3e-3", 0, 1, false)).toBe(0.003);
  expect(parse(" 0,5 ", 0, 1, false)).toBe(0.5);
  expect(parse("64", 1, 1000, true)).toBe(64);
});

test("what is no number, not whole or out of range is refused", () => {
  for (const text of ["", "abc", "-1", "2", "Infinity", "NaN"]) expect(parse(text, 0, 1, false)).toBeNull();
  expect(parse("1.5", 1, 10, true)).toBeNull();
});
