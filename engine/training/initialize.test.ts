import { describe, expect, it } from "vitest";
import { type Initializer, kaimingNormal, uniform, xavierUniform } from "../layers/initializers";
import { initialize } from "./initialize";

const count = 40_000;

function statistics(values: Float32Array): { mean: number; std: number; largest: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return {
    mean,
    std: Math.sqrt(variance),
    largest: values.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
  };
}

describe("initialize", () => {
  it.each<[string, Initializer, number]>([
    ["uniform ±0.25", { kind: "uniform", bound: 0.25 }, 0.25 / Math.sqrt(3)],
    ["uniform on [1, 4]", uniform(1, 4), 1.5 / Math.sqrt(3)],
    ["xavier uniform", xavierUniform([30, 20]), 0.2],
    ["standard normal", { kind: "normal", mean: 0, std: 1 }, 1],
    ["normal around 2", { kind: "normal", mean: 2, std: 0.5 }, 0.5],
    ["kaiming normal", kaimingNormal([8, 4, 3, 3]), Math.sqrt(2 / 36)],
  ])("%s has the law's mean, deviation and bound", (_, init, std) => {
    for (const seed of [0, 1, 12345]) {
      const sample = statistics(initialize(init, count, seed, 3));
      const mean = init.kind === "uniform" || init.kind === "normal" ? (init.mean ?? 0) : 0;
      expect(Math.abs(sample.std / std - 1)).toBeLessThan(0.03);
      expect(Math.abs(sample.mean - mean)).toBeLessThan((6 * std) / Math.sqrt(count));
      if (init.kind === "uniform")
        expect(sample.largest).toBeLessThanOrEqual((mean + init.bound) * (1 + 1e-7));
    }
  });

  it("leaves the padding row of an embedding blank", () => {
    const values = initialize({ kind: "normal", mean: 0, std: 1, blank: [4, 6] }, 8, 1, 0);
    expect([...values].map((value) => value === 0)).toEqual([
      false,
      false,
      false,
      false,
      true,
      true,
      false,
      false,
    ]);
  });

  it("writes waves for positions", () => {
    const values = initialize({ kind: "sinusoid", width: 3 }, 6, 1, 0);
    const wanted = [0, 1, 0, Math.sin(1), Math.cos(1), Math.sin(10000 ** (-2 / 3))];
    for (const [i, value] of values.entries()) expect(value).toBeCloseTo(wanted[i], 6);
  });

  it("draws normals whose tails are those of a normal law", () => {
    const values = initialize({ kind: "normal", mean: 0, std: 1 }, count, 7, 0);
    const beyond = (limit: number): number =>
      values.filter((value) => Math.abs(value) > limit).length / count;
    expect(beyond(1)).toBeCloseTo(0.3173, 2);
    expect(beyond(2)).toBeCloseTo(0.0455, 2);
    expect(beyond(3)).toBeGreaterThan(0.001);
  });

  it("draws neighbours that do not hang together", () => {
    for (const init of [
      { kind: "uniform", bound: 1 },
      { kind: "normal", mean: 0, std: 1 },
    ] as const) {
      const values = initialize(init, count, 5, 1);
      const { std } = statistics(values);
      const products = values.subarray(1).map((value, i) => value * values[i]);
      expect(Math.abs(statistics(products).mean)).toBeLessThan((6 * std ** 2) / Math.sqrt(count));
    }
  });

  it.each([
    [5, 8],
    [8, 5],
    [6, 6],
  ])("draws rows or columns at right angles: %i×%i", (rows, columns) => {
    const values = initialize({ kind: "orthogonal", rows, gain: 3 }, rows * columns, 4, 2);
    const few = Math.min(rows, columns);
    const at = (vector: number, i: number) =>
      rows <= columns ? values[vector * columns + i] : values[i * columns + vector];
    for (let a = 0; a < few; a++) {
      for (let b = 0; b <= a; b++) {
        let dot = 0;
        for (let i = 0; i < Math.max(rows, columns); i++) dot += at(a, i) * at(b, i);
        expect(dot).toBeCloseTo(a === b ? 9 : 0, 5);
      }
    }
  });

  it("draws all directions of an orthogonal weight as likely", () => {
    // Haar: the first element of a 3×3 rotation is uniform on [-1, 1].
    const firsts = Float32Array.from(
      { length: 4000 },
      (_, seed) => initialize({ kind: "orthogonal", rows: 3, gain: 1 }, 9, seed, 0)[0],
    );
    const { mean, std } = statistics(firsts);
    expect(Math.abs(mean)).toBeLessThan(0.04);
    expect(std).toBeCloseTo(1 / Math.sqrt(3), 1);
  });

  it("fills constants", () => {
    expect(initialize({ kind: "constant", value: 0.5 }, 3, 0, 0)).toEqual(Float32Array.of(0.5, 0.5, 0.5));
  });

  it("repeats for the same seed and id, and differs for another", () => {
    const init: Initializer = { kind: "normal", mean: 0, std: 1 };
    const values = initialize(init, 101, 1, 2);
    expect(initialize(init, 101, 1, 2)).toEqual(values);
    expect(initialize(init, 101, 2, 2)).not.toEqual(values);
    expect(initialize(init, 101, 1, 3)).not.toEqual(values);
    expect(initialize(init, 100, 1, 2)).toEqual(values.subarray(0, 100));
  });
});
