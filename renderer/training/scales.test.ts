import fc from "fast-check";
import { expect, test } from "vitest";
import { hyperScales, linearScale, logScale } from "./scales";

test("the learning rate slider runs over decades", () => {
  const { toPosition, toValue } = hyperScales.lr;
  expect(toValue(0)).toBe(1e-5);
  expect(toValue(0.4)).toBe(1e-3);
  expect(toValue(1)).toBe(1);
  expect(toPosition(1e-3)).toBeCloseTo(0.4);
  expect(toPosition(3e-3)).toBeCloseTo(0.495, 2);
});

test("values outside the slider's range sit at its ends", () => {
  expect(hyperScales.lr.toPosition(1e-9)).toBe(0);
  expect(hyperScales.lr.toPosition(0)).toBe(0);
  expect(hyperScales.lr.toPosition(100)).toBe(1);
});

test("weight decay reaches exactly zero", () => {
  expect(hyperScales.weight_decay.toValue(0)).toBe(0);
  expect(hyperScales.weight_decay.toValue(0.05)).toBe(0);
  expect(hyperScales.weight_decay.toPosition(0)).toBe(0);
  expect(hyperScales.weight_decay.toValue(1)).toBe(0.1);
});

test("momentum moves in hundredths", () => {
  const scale = linearScale(0, 0.99, 0.01);
  expect(scale.toValue(0.9)).toBe(0.89);
  expect(scale.toValue(1)).toBe(0.99);
  expect(scale.toPosition(0.99)).toBe(1);
});

test("a value read off the slider is found again at its place", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (position) => {
      const scale = logScale(1e-5, 1);
      // Two digits are at most 5 % apart, which is 0.5 % of five decades.
      expect(Math.abs(scale.toPosition(scale.toValue(position)) - position)).toBeLessThan(0.006);
    }),
  );
});
