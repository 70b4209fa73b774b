import { expect, test } from "vitest";
import { parseList } from "./list-field";

const parsed = (text: string) => parseList(text, 1, Number.POSITIVE_INFINITY, true);

test("numbers with commas of either kind or spaces between them", () => {
  expect(parsed("500, 1000")).toEqual([500, 1000]);
  expect(parsed(" 3 7，9 ")).toEqual([3, 7, 9]);
  expect(parsed("")).toEqual([]);
});

test("none when one of them is not a number in the range", () => {
  expect(parsed("500, x")).toBeNull();
  expect(parsed("0, 5")).toBeNull();
  expect(parsed("2.5")).toBeNull();
});
