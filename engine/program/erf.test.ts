import { expect, it } from "vitest";
import { erf } from "./erf";

// Abramowitz and Stegun, Handbook of Mathematical Functions, table 7.1.
it.each([
  [0, 0],
  [0.1, 0.112462916],
  [0.5, 0.5204998778],
  [1, 0.8427007929],
  [2, 0.995322265],
])("gives %d the value of the tables", (x, value) => {
  expect(erf(x)).toBeCloseTo(value, 10);
  expect(erf(-x)).toBeCloseTo(-value, 10);
});

it("has no step where it changes its method", () => {
  for (const at of [2.5, 6]) expect(erf(at + 1e-9) - erf(at - 1e-9)).toBeCloseTo(0, 9);
  expect(erf(Infinity)).toBe(1);
  expect(erf(Number.NaN)).toBeNaN();
});
