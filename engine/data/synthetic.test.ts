import { describe, expect, it } from "vitest";
import { type SyntheticName, type SyntheticSource, syntheticNames } from "../graph/project";
import { synthesize, tabulate } from "./synthetic";

function source(set: SyntheticName, change: Partial<SyntheticSource> = {}): SyntheticSource {
  return { kind: "synthetic", set, rows: 60, noise: 0, seed: 0, ...change };
}

/** The features of each row. */
function points({ rows, tensors: { features } }: ReturnType<typeof synthesize>): number[][] {
  const width = features.values.length / rows;
  return Array.from({ length: rows }, (_, row) =>
    Array.from(features.values.slice(row * width, (row + 1) * width)),
  );
}

describe.each(syntheticNames)("%s", (set) => {
  it("has as many numbers as its shapes say, all finite", () => {
    const { rows, columns, tensors } = synthesize(source(set, { rows: 7, noise: 0.1 }));
    expect(rows).toBe(7);
    for (const { shape, values } of Object.values(tensors)) {
      expect(values.length).toBe(shape.reduce((a, b) => a * b, 7));
      expect(values.every(Number.isFinite)).toBe(true);
    }
    expect(columns.length).toBe(tensors.features.values.length / 7);
  });

  it("is the same for the same seed", () => {
    const once = synthesize(source(set, { noise: 0.1 }));
    expect(synthesize(source(set, { noise: 0.1 }))).toEqual(once);
    expect(synthesize(source(set, { noise: 0.1, seed: 1 })).tensors.features).not.toEqual(
      once.tensors.features,
    );
  });

  it("gives every class its share", () => {
    const { classes, tensors } = synthesize(source(set));
    const labels = Array.from(tensors.label.values);
    for (const number of classes.keys())
      expect(labels.filter((label) => label === number)).toHaveLength(60 / classes.length);
  });
});

it.each([
  ["and", [0, 0, 0, 1]],
  ["or", [0, 1, 1, 1]],
  ["xor", [0, 1, 1, 0]],
] as const)("%s is its truth table", (set, truth) => {
  const data = synthesize(source(set, { rows: 4 }));
  expect(points(data)).toEqual([
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ]);
  expect(Array.from(data.tensors.label.values)).toEqual(truth);
});

it("circles lie at their radius, and noise has the deviation asked for", () => {
  const radius = ([x, y]: number[]) => Math.hypot(x, y);
  const still = points(synthesize(source("circles"))).map(radius);
  still.forEach((value, row) => expect(value).toBeCloseTo(row % 2 === 0 ? 1 : 0.5, 6));

  const [rows, noise] = [4000, 0.25];
  const moved = points(synthesize(source("sample", { rows, noise }))).map(([x]) => x - 5);
  const mean = moved.reduce((a, b) => a + b) / rows;
  const deviation = Math.sqrt(moved.reduce((sum, x) => sum + (x - mean) ** 2, 0) / rows);
  expect(Math.abs(mean)).toBeLessThan(0.02);
  expect(deviation).toBeCloseTo(noise, 1);
  expect(deviation).toBeGreaterThan(0.24);
});

it("waves are what their classes say: a square has two values, a sawtooth rises but for its leaps", () => {
  const data = synthesize(source("waves"));
  expect(data.tensors.features.shape).toEqual([16, 1]);
  points(data).forEach((wave, row) => {
    const form = data.classes[data.tensors.label.values[row]];
    if (form === "square") expect(new Set(wave)).toEqual(new Set([1, -1]));
    const falls = wave.filter((value, t) => t > 0 && value < wave[t - 1]).length;
    if (form === "sawtooth") expect(falls).toBeLessThanOrEqual(3);
    if (form === "sine") expect(falls).toBeGreaterThan(3);
  });
});

it("is shown as a table with the classes' names, or with several targets", () => {
  expect(tabulate(synthesize(source("xor", { rows: 4 })), 2)).toEqual({
    columns: ["x1", "x2", "label"],
    rows: [
      ["0", "0", "0"],
      ["0", "1", "1"],
    ],
  });
  expect(tabulate(synthesize(source("sample", { rows: 1 })), 200)).toEqual({
    columns: ["i1", "i2", "label", "label_2"],
    rows: [["5", "10", "0.01", "0.99"]],
  });
  expect(tabulate(synthesize(source("moons")), 1).rows[0].at(-1)).toBe("upper");
});
