import { expect, test } from "vitest";
import { defaultOptimizers } from "../../engine";
import { ownSettings } from "./optimizer-settings";

const named = (type: keyof typeof defaultOptimizers) =>
  ownSettings(defaultOptimizers[type]).map(({ name, value }) => [name, value]);

test("shows what has no slider, each beta apart", () => {
  expect(named("Adam")).toEqual([
    ["beta1", 0.9],
    ["beta2", 0.999],
    ["eps", 1e-8],
    ["amsgrad", false],
  ]);
  expect(named("RMSprop")).toEqual([
    ["alpha", 0.99],
    ["eps", 1e-8],
    ["centered", false],
  ]);
});

test("changes one value and leaves the others", () => {
  const [, beta2, , amsgrad] = ownSettings(defaultOptimizers.AdamW);
  expect(beta2.put(0.95)).toEqual({ ...defaultOptimizers.AdamW, betas: [0.9, 0.95] });
  expect(amsgrad.put(true)).toEqual({ ...defaultOptimizers.AdamW, amsgrad: true });
});

test("a share of a running average stays below 1", () => {
  const [rho, eps] = ownSettings(defaultOptimizers.Adadelta);
  expect(rho.largest).toBeLessThan(1);
  expect(eps.largest).toBe(Number.POSITIVE_INFINITY);
});
