import { expect, test } from "vitest";
import { formatDuration, formatHyper, formatLoss, formatRate, formatSpeed } from "./format";

test("rates show their decade", () => {
  expect([1, 0.1, 0.01, 0.003, 0.00025, 0].map(formatRate)).toEqual([
    "1",
    "0.1",
    "1e-2",
    "3e-3",
    "2.5e-4",
    "0",
  ]);
  expect(formatHyper("momentum", 0.9)).toBe("0.90");
});

test("losses keep three digits that tell", () => {
  expect([0.1642, 12.345, 123.45, 1240, 3.2e-6, 4.95e8, Number.NaN, 0].map(formatLoss)).toEqual([
    "0.164",
    "12.35",
    "123.5",
    "1,240",
    "3.20e-6",
    "4.95e8",
    "NaN",
    "0.000",
  ]);
});

test("durations and speeds", () => {
  expect([0, 13.2, 725, 3729].map(formatDuration)).toEqual(["0:00", "0:14", "12:05", "1:02:09"]);
  expect([0.83, 12.41, 1240.4].map(formatSpeed)).toEqual(["0.83", "12.4", "1,240"]);
});
