import { describe, expect, it } from "vitest";
import golden from "../golden/init.json";
import { calculateGain, fanInUniform, initializerOf, type Nonlinearity } from "./initializers";

/** The law as the golden file spells it; a uniform law there is centred on zero. */
interface Law {
  readonly distribution?: string;
  readonly bound?: number;
  readonly mean?: number;
  readonly std?: number;
  readonly value?: number;
}

/** Golden numbers have nine digits, relative 1e-6 is allowed. */
function expectClose(actual: number, expected: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-6 * Math.abs(expected));
}

function expectLaw(init: ReturnType<typeof initializerOf>, law: Law): void {
  expect(init.kind).toBe(law.distribution);
  switch (init.kind) {
    case "constant":
      return expectClose(init.value, law.value ?? Number.NaN);
    case "uniform":
      expectClose(init.bound, law.bound ?? Number.NaN);
      return expectClose(init.mean ?? 0, 0);
    case "normal":
      expectClose(init.mean, law.mean ?? Number.NaN);
      return expectClose(init.std, law.std ?? Number.NaN);
  }
}

describe("torch.nn.init", () => {
  const functions = golden.cases.filter((each) => each.kind === "function");
  const gains = golden.cases.filter((each) => each.kind === "gain");

  it("has every case of the golden file", () => {
    expect([functions.length, gains.length]).toEqual([42, 7]);
  });

  it.each(functions)("$id: $function of $shape with $args", ({ function: name, shape, args, ...law }) => {
    expectLaw(initializerOf(name ?? "", shape ?? [], args), law);
  });

  it.each(gains)("$id: the gain of $nonlinearity ($param)", ({ nonlinearity, param, gain }) => {
    expectClose(calculateGain(nonlinearity as Nonlinearity, param ?? null), gain ?? Number.NaN);
  });

  it("draws from [a, b] where they are not opposite, [0, 1] by default", () => {
    expect(initializerOf("uniform_", [3], { a: 1, b: 4 })).toEqual({
      kind: "uniform",
      bound: 1.5,
      mean: 2.5,
    });
    expect(initializerOf("uniform_", [3])).toEqual({ kind: "uniform", bound: 0.5, mean: 0.5 });
  });

  it("needs two dimensions to count a fan, in PyTorch's words", () => {
    const message = "Fan in and fan out can not be computed for tensor with fewer than 2 dimensions";
    expect(() => initializerOf("kaiming_uniform_", [3])).toThrow(message);
    expect(() => initializerOf("xavier_normal_", [])).toThrow(message);
  });

  it("copies numbers that were given one by one, as many as the weight has", () => {
    expect(initializerOf("copy_", [2, 1], { values: [3, 4] })).toEqual({ kind: "values", values: [3, 4] });
    const message = "shape '[2, 2]' is invalid for input of size 3";
    expect(() => initializerOf("copy_", [2, 2], { values: [1, 2, 3] })).toThrow(message);
  });

  it("gives a layer without inputs zeros", () => {
    expect(fanInUniform(16)).toEqual({ kind: "uniform", bound: 0.25 });
    expect(fanInUniform(0)).toEqual({ kind: "uniform", bound: 0 });
  });
});
