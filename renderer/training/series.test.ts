import { expect, test } from "vitest";
import type { Point } from "../../engine/training/protocol";
import { append, emptySeries, firstAtOrAfter, nearest } from "./series";

const point = (step: number, loss = 1 / step, accuracy: number | null = null): Point => ({
  step,
  epoch: 1,
  loss,
  accuracy,
});
const range = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => point(from + index));

test("appending keeps every point and leaves the shorter series alone", () => {
  const short = append(emptySeries, range(1, 200));
  const longer = append(short, range(200, 1000));
  expect(short.length).toBe(199);
  expect(longer.length).toBe(999);
  expect(Array.from(longer.step.subarray(0, longer.length))).toEqual(range(1, 1000).map(({ step }) => step));
  expect(longer.loss[998]).toBe(1 / 999);
  expect(emptySeries.length).toBe(0);
});

test("regression has no accuracy", () => {
  const series = append(emptySeries, [point(1, 2), point(2, 1, 0.5)]);
  expect(series.accuracy[0]).toBeNaN();
  expect(series.accuracy[1]).toBe(0.5);
});

test("the nearest point is found by step", () => {
  const series = append(emptySeries, [point(10), point(20), point(40)]);
  expect(nearest(series, -5)).toBe(0);
  expect(nearest(series, 14)).toBe(0);
  expect(nearest(series, 29)).toBe(1);
  expect(nearest(series, 31)).toBe(2);
  expect(nearest(series, 900)).toBe(2);
  expect(nearest(emptySeries, 1)).toBe(-1);
  expect(firstAtOrAfter(series, 20)).toBe(1);
  expect(firstAtOrAfter(series, 41)).toBe(3);
});

test("several losses have a column each, however the series grows", () => {
  const both = (step: number, a: number, b: number): Point => ({ ...point(step), losses: { a, b } });
  const series = append(
    append(emptySeries, [both(1, 4, 5)]),
    range(2, 600).map(({ step }) => both(step, step, -step)),
  );
  expect(series.losses.a[0]).toBe(4);
  expect(series.losses.b[598]).toBe(-599);
  const renamed = append(series, [{ ...point(600), losses: { c: 1 } }]);
  expect([renamed.losses.c[0], renamed.losses.c[599]]).toEqual([Number.NaN, 1]);
});
