import { expect, test } from "vitest";
import type { Event } from "../../engine/training/protocol";
import type { Run } from "./run-state";
import { emptyRun, isActive, reduceRun } from "./run-state";

const replay = (events: readonly Event[], from: Run = emptyRun) => events.reduce(reduceRun, from);
const progress = {
  step: 3,
  steps: 30,
  epoch: 1,
  epochs: 10,
  stepsPerSecond: 5,
  samplesPerSecond: 160,
  secondsLeft: 5.4,
};

test("a run's events build up its curves, marks and progress", () => {
  const run = replay([
    { kind: "adapter", name: "NVIDIA RTX 4070", software: false },
    { kind: "state", state: "preparing" },
    { kind: "state", state: "running" },
    { kind: "points", points: [{ step: 1, epoch: 1, loss: 2, accuracy: 0.1 }] },
    {
      kind: "points",
      points: [
        { step: 2, epoch: 1, loss: 1.5, accuracy: 0.2 },
        { step: 3, epoch: 1, loss: 1.2, accuracy: 0.3 },
      ],
    },
    { kind: "validation", point: { step: 3, epoch: 1, loss: 1.3, accuracy: 0.25 } },
    { kind: "hyper", step: 3, name: "lr", from: 0.01, to: 0.003 },
    { kind: "progress", progress },
  ]);
  expect(run.state).toBe("running");
  expect(run.adapter).toEqual({ name: "NVIDIA RTX 4070", software: false });
  expect(Array.from(run.training.loss.subarray(0, run.training.length))).toEqual([2, 1.5, 1.2]);
  expect(run.validation.length).toBe(1);
  expect(run.marks).toEqual([{ step: 3, name: "lr", from: 0.01, to: 0.003 }]);
  expect(run.progress).toEqual(progress);
  expect(isActive(run.state)).toBe(true);
});

test("a dragged slider leaves one mark, and none when it comes back", () => {
  const drag = (...values: number[]) =>
    values
      .slice(1)
      .map((to, index): Event => ({ kind: "hyper", step: 7, name: "lr", from: values[index], to }));
  expect(replay(drag(0.1, 0.05, 0.02)).marks).toEqual([{ step: 7, name: "lr", from: 0.1, to: 0.02 }]);
  expect(replay(drag(0.1, 0.05, 0.1)).marks).toEqual([]);
});

test("a failure keeps the curves and says why", () => {
  const error = { code: "loss-not-finite", message: { en: "NaN", zh: "NaN" }, node: "linear" };
  const run = replay([
    { kind: "state", state: "running" },
    { kind: "points", points: [{ step: 1, epoch: 1, loss: 2, accuracy: null }] },
    { kind: "failed", error },
  ]);
  expect(run.state).toBe("failed");
  expect(run.error).toEqual(error);
  expect(run.training.length).toBe(1);
  expect(isActive(run.state)).toBe(false);
});

test("a reset forgets the curves and keeps the adapter", () => {
  const run = replay([
    { kind: "adapter", name: "SwiftShader", software: true },
    { kind: "state", state: "running" },
    { kind: "points", points: [{ step: 1, epoch: 1, loss: 2, accuracy: null }] },
    { kind: "progress", progress },
    { kind: "state", state: "idle" },
  ]);
  expect(run).toEqual({ ...emptyRun, adapter: { name: "SwiftShader", software: true } });
});
