import { expect, test } from "vitest";
import { defaultInits, defaultOptimizers, defaultSchedules, defaultTraining } from "../../engine";
import { hiddenOf, hiddenOfInit, ownSettings } from "./own-settings";

const { kaiming_normal_: kaimingNormal, kaiming_uniform_: kaimingUniform, normal_: normal } = defaultInits;

const shown = (change: Partial<typeof defaultTraining>) => {
  const training = { ...defaultTraining, ...change };
  const hidden = hiddenOf(training);
  return [...ownSettings(training.optimizer, hidden), ...ownSettings(training.schedule, hidden)].map(
    ({ name }) => name,
  );
};

test("shows what has no slider, each beta apart", () => {
  expect(shown({ optimizer: defaultOptimizers.Adam })).toEqual(["beta1", "beta2", "eps", "amsgrad"]);
  expect(shown({ optimizer: defaultOptimizers.RMSprop })).toEqual(["alpha", "eps", "centered"]);
});

test("leaves out what does nothing", () => {
  expect(shown({ optimizer: defaultOptimizers.SGD })).toEqual(["dampening", "nesterov"]);
  expect(shown({ optimizer: { ...defaultOptimizers.SGD, momentum: 0 } })).toEqual([]);
  const schedule = defaultSchedules.OneCycleLR;
  expect(shown({ optimizer: defaultOptimizers.SGD, schedule })).toContain("max_momentum");
  expect(
    shown({ optimizer: defaultOptimizers.SGD, schedule: { ...schedule, cycle_momentum: false } }),
  ).not.toContain("max_momentum");
  expect(shown({ optimizer: defaultOptimizers.Adadelta, schedule })).not.toContain("cycle_momentum");
  expect(hiddenOfInit(kaimingNormal)).toEqual([]);
  expect(hiddenOfInit({ ...kaimingNormal, nonlinearity: "relu" })).toEqual(["a"]);
});

test("changes one value and leaves the others", () => {
  const [, , beta2, , , amsgrad] = ownSettings(defaultOptimizers.AdamW);
  expect(beta2.put(0.95)).toEqual({ ...defaultOptimizers.AdamW, betas: [0.9, 0.95] });
  expect(amsgrad.put(true)).toEqual({ ...defaultOptimizers.AdamW, amsgrad: true });
  const [milestones] = ownSettings(defaultSchedules.MultiStepLR);
  expect(milestones.put([3])).toEqual({ ...defaultSchedules.MultiStepLR, milestones: [3] });
});

test("a share of a running average stays below 1, a count is whole, a mean may be negative", () => {
  const rangeOf = (settings: { readonly type: string }, name: string) =>
    ownSettings(settings).find((setting) => setting.name === name)?.range;
  expect(rangeOf(defaultOptimizers.Adadelta, "rho")?.max).toBeLessThan(1);
  expect(rangeOf(defaultOptimizers.Adadelta, "eps")?.max).toBe(Number.POSITIVE_INFINITY);
  expect(rangeOf(defaultSchedules.StepLR, "step_size")).toMatchObject({ min: 1, whole: true });
  expect(rangeOf(normal, "mean")?.min).toBe(Number.NEGATIVE_INFINITY);
});

test("a mode is what its owner knows", () => {
  const optionsOf = (settings: { readonly type: string }) =>
    ownSettings(settings).find(({ name }) => name === "mode")?.options;
  expect(optionsOf(defaultSchedules.ReduceLROnPlateau)).toEqual(["min", "max"]);
  expect(optionsOf(kaimingUniform)).toEqual(["fan_in", "fan_out"]);
});
