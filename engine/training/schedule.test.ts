import fc from "fast-check";
import { expect, it } from "vitest";
import { epochOrder, positionOf, stepsPerEpoch } from "./schedule";

const rows = Int32Array.from({ length: 100 }, (_, i) => i * 3);

it("visits every row once an epoch", () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat({ max: 1000 }), (seed, epoch) => {
      expect(Int32Array.from(epochOrder(rows, seed, epoch)).sort()).toEqual(rows);
    }),
  );
});

it("repeats for the same seed and epoch, and differs for another", () => {
  expect(epochOrder(rows, 1, 2)).toEqual(epochOrder(rows, 1, 2));
  expect(epochOrder(rows, 1, 2)).not.toEqual(epochOrder(rows, 1, 3));
  expect(epochOrder(rows, 1, 2)).not.toEqual(epochOrder(rows, 2, 2));
});

it("leaves no place preferred: each row's mean place is near the middle", () => {
  const sums = new Float64Array(100);
  for (let epoch = 0; epoch < 400; epoch++)
    epochOrder(rows, 7, epoch).forEach((row, at) => (sums[row / 3] += at));
  for (const sum of sums) expect(Math.abs(sum / 400 - 49.5)).toBeLessThan(6);
});

it("counts the smaller last batch as a step of its epoch", () => {
  const shape = { full: 7, rest: true };
  expect(stepsPerEpoch(shape)).toBe(8);
  expect(positionOf(7, shape)).toEqual({ epoch: 0, batch: 7 });
  expect(positionOf(8, shape)).toEqual({ epoch: 1, batch: 0 });
});
