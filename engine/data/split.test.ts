import fc from "fast-check";
import { expect, test } from "vitest";
import { shuffle, splitRows } from "./split";

const rowsOf = ({ train, validation }: ReturnType<typeof splitRows>) =>
  [...train, ...validation].sort((a, b) => a - b);

test("every row is in exactly one part, and the same seed gives the same parts", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.double({ min: 0, max: 0.99, noNaN: true }),
      fc.nat(),
      (rows, share, seed) => {
        const labels = Int32Array.from({ length: rows }, (_, row) => row % 4);
        const split = splitRows(rows, share, seed, labels);
        expect(rowsOf(split)).toEqual(Array.from({ length: rows }, (_, row) => row));
        expect(split.train.length).toBeGreaterThan(0);
        expect(splitRows(rows, share, seed, labels)).toEqual(split);
      },
    ),
  );
});

test("another seed gives another order", () => {
  expect(shuffle(50, 1)).not.toEqual(shuffle(50, 2));
});

test("a shuffle puts every row everywhere about equally often", () => {
  const counts = new Array<number>(16).fill(0);
  for (let seed = 0; seed < 4000; seed++) shuffle(4, seed).forEach((row, place) => counts[row * 4 + place]++);
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(120);
});

test("classes give equal shares", () => {
  const labels = Int32Array.from({ length: 150 }, (_, row) => Math.floor(row / 50));
  const { validation } = splitRows(150, 0.2, 7, labels);
  expect([0, 1, 2].map((label) => validation.filter((row) => labels[row] === label).length)).toEqual([
    10, 10, 10,
  ]);
});

test("classes of other sizes give the nearest whole shares", () => {
  const labels = Int32Array.from({ length: 100 }, (_, row) => (row < 91 ? 0 : row < 99 ? 1 : 2));
  const { validation } = splitRows(100, 0.1, 7, labels);
  expect([0, 1, 2].map((label) => validation.filter((row) => labels[row] === label).length)).toEqual([
    9, 1, 0,
  ]);
});

test.each([
  [10, 0, 0],
  [2, 0.01, 1],
  [2, 0.99, 1],
  [442, 0.2, 88],
])("%d rows, a share of %d: %d validate", (rows, share, expected) => {
  expect(splitRows(rows, share, 0, null).validation).toHaveLength(expected);
});
