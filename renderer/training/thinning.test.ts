import fc from "fast-check";
import { expect, test } from "vitest";
import type { Point } from "../../engine/training/protocol";
import { append, emptySeries } from "./series";
import { smooth, thin } from "./thinning";

const seriesOf = (losses: readonly number[]) =>
  append(
    emptySeries,
    losses.map((loss, index): Point => ({ step: index + 1, epoch: 1, loss, accuracy: null })),
  );

test("a short curve is drawn as it is", () => {
  const series = seriesOf([3, 2, 1]);
  expect(thin(series, smooth(series, series.loss, 0), 0, 10, 100)).toEqual({ x: [1, 2, 3], y: [3, 2, 1] });
});

test("a long curve keeps its ends, its extremes and its order", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 50, maxLength: 3000 }),
      (losses) => {
        const series = seriesOf(losses);
        const line = thin(series, series.loss, 0, losses.length, 20);
        expect(line.x.length).toBeLessThanOrEqual(42);
        expect(line.x[0]).toBe(1);
        expect(line.x.at(-1)).toBe(losses.length);
        expect(Math.min(...line.y)).toBe(Math.min(...losses));
        expect(Math.max(...line.y)).toBe(Math.max(...losses));
        expect([...line.x].sort((a, b) => a - b)).toEqual(line.x);
      },
    ),
    { numRuns: 50 },
  );
});

test("zoomed in, one point outside on each side stays", () => {
  const series = seriesOf(Array.from({ length: 100 }, (_, index) => index));
  expect(thin(series, series.loss, 40, 45, 100).x).toEqual([39, 40, 41, 42, 43, 44, 45]);
});

test("NaN leaves no point and hides no other", () => {
  const losses = Array.from({ length: 1000 }, (_, index) => (index % 2 === 0 ? Number.NaN : index));
  const series = seriesOf(losses);
  const line = thin(series, series.loss, 0, 1000, 10);
  expect(line.y.some(Number.isNaN)).toBe(false);
  expect(line.y.length).toBeGreaterThan(10);
});

test("smoothing starts at the first value and follows the curve", () => {
  const series = seriesOf([4, 4, 4, 0]);
  const smoothed = smooth(series, series.loss, 0.9);
  expect(smoothed[0]).toBeCloseTo(4);
  expect(smoothed[2]).toBeCloseTo(4);
  expect(smoothed[3]).toBeLessThan(4);
  expect(smoothed[3]).toBeGreaterThan(2);
  expect(Array.from(smooth(series, series.loss, 0))).toEqual([4, 4, 4, 0]);
});
