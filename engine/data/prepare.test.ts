import { expect, test } from "vitest";
import { defaultData } from "../graph/project";
import type { Dataset } from "./dataset";
import { prepare } from "./prepare";
import { applyScale, measureScale } from "./standardize";

const table: Dataset = {
  name: "table",
  rows: 4,
  classes: [],
  columns: ["a", "b"],
  tensors: {
    features: { shape: [2], dtype: "float32", values: Float32Array.of(1, 5, 3, 5, 5, 5, 7, 5) },
    label: { shape: [1], dtype: "float32", values: Float32Array.of(10, 20, 30, 40) },
  },
};

test("a column is scaled by its own mean and deviation, one of equal values only centred", () => {
  const scale = measureScale(table.tensors.features, Int32Array.of(0, 1, 2, 3));
  expect(scale).toEqual({ mean: [4, 5], std: [Math.sqrt(5), 1] });
  const scaled = applyScale(table.tensors.features, scale);
  const expected = [-3, 0, -1, 0, 1, 0, 3, 0].map((value) => Math.fround(value / Math.sqrt(5)));
  expect(Array.from(scaled.values)).toEqual(expected);
});

test("a column of equal fractions is not blown up by rounding", () => {
  const tensor = { shape: [1], dtype: "float32", values: new Float32Array(7).fill(0.1) } as const;
  expect(measureScale(tensor, Int32Array.of(0, 1, 2, 3, 4, 5, 6)).std).toEqual([1]);
});

test("an image is scaled channel by channel", () => {
  const image = {
    shape: [2, 1, 2],
    dtype: "float32",
    values: Float32Array.of(0, 2, 10, 10, 0, 2, 20, 20),
  } as const;
  expect(measureScale(image, Int32Array.of(0, 1))).toEqual({ mean: [1, 15], std: [1, 5] });
});

test("only training rows are measured, and the label keeps its unit", () => {
  const result = prepare(table, { ...defaultData, validation_split: 0.5 });
  if (!result.ok) throw new Error(result.error.message.en);
  const { dataset, train, validation, scale } = result.value;
  expect([train.length, validation.length]).toEqual([2, 2]);
  const own = Array.from(train, (row) => table.tensors.features.values[row * 2]);
  expect(scale.features.mean[0]).toBe((own[0] + own[1]) / 2);
  const scaled = Array.from(train, (row) => dataset.tensors.features.values[row * 2]);
  expect(scaled[0] + scaled[1]).toBeCloseTo(0, 6);
  expect(Math.abs(scaled[0])).toBeCloseTo(1, 6);
  expect(scale.label).toBeUndefined();
  expect(dataset.tensors.label).toBe(table.tensors.label);
});

test("standardising can be left off, and validation too", () => {
  const result = prepare(table, { ...defaultData, standardize: false, validation_split: 0 });
  if (!result.ok) throw new Error(result.error.message.en);
  expect(result.value.dataset).toBe(table);
  expect(result.value.scale).toEqual({});
  expect(result.value.validation).toHaveLength(0);
});

test.each([-0.1, 1, Number.NaN])("a validation split of %d is an error", (validation_split) => {
  const result = prepare(table, { ...defaultData, validation_split });
  expect(result).toMatchObject({ ok: false, error: { code: "data-split" } });
});

test("one row cannot be split, but trained on", () => {
  const one = { ...table, rows: 1 };
  expect(prepare(one, defaultData)).toMatchObject({ ok: false, error: { code: "data-too-few" } });
  const whole = prepare(one, { ...defaultData, validation_split: 0, standardize: false });
  expect(whole).toMatchObject({ ok: true, value: { train: Int32Array.of(0) } });
});
