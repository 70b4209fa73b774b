import { expect, test } from "vitest";
import { defaultOptimizers, defaultTraining, type Project } from "../../engine";
import { hyperOf, liveChanges } from "./live-changes";

const sgd: Project["training"] = { ...defaultTraining, optimizer: defaultOptimizers.SGD };

test("a changed learning rate and more epochs act at once", () => {
  const now = { ...sgd, epochs: 50, optimizer: { ...defaultOptimizers.SGD, lr: 0.01, momentum: 0.5 } };
  expect(liveChanges(sgd, now)).toEqual([
    { kind: "set-hyper", name: "lr", value: 0.01 },
    { kind: "set-hyper", name: "momentum", value: 0.5 },
    { kind: "set-epochs", epochs: 50 },
  ]);
  expect(liveChanges(sgd, { ...sgd })).toEqual([]);
});

test("another optimizer, batch size or seed waits for a new start", () => {
  expect(liveChanges(sgd, { ...sgd, optimizer: defaultOptimizers.Adam })).toEqual([]);
  expect(liveChanges(sgd, { ...sgd, batch_size: 7, seed: 3 })).toEqual([]);
});

test("SGD and RMSprop have a momentum, Adam has none", () => {
  expect(hyperOf({ ...sgd, optimizer: defaultOptimizers.Adam }, "momentum")).toBeNull();
  expect(hyperOf(sgd, "momentum")).toBe(0.9);
  expect(hyperOf({ ...sgd, optimizer: defaultOptimizers.RMSprop }, "momentum")).toBe(0);
});
