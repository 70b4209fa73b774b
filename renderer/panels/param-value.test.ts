import { describe, expect, it } from "vitest";
import type { Param } from "../../engine";
import { parseParam, printParam } from "./param-value";

const about = { en: "", zh: "" };
const size: Param = { kind: "integer", default: 32, about, min: 1 };
const pair: Param = { kind: "pair", default: 3, about, min: 1 };
const list: Param = { kind: "integers", default: [-1], about, min: -1 };
const rate: Param = { kind: "number", default: 0.5, about, min: 0, max: 1 };
const optional: Param = { kind: "integer", default: null, about, none: { en: "auto", zh: "自动" } };

const value = (param: Param, text: string) => {
  const parsed = parseParam(param, text);
  return parsed.ok ? parsed.value : parsed.reason.en;
};

describe("parameter values", () => {
  it("reads what is typed", () => {
    expect(value(size, " 64 ")).toBe(64);
    expect(value(rate, "1e-3")).toBe(0.001);
    expect(value(pair, "3")).toBe(3);
    expect(value(pair, "3×5")).toEqual([3, 5]);
    expect(value(list, "(-1, 3136)")).toEqual([-1, 3136]);
    expect(value(optional, "None")).toBeNull();
  });

  it("takes an empty field for the default", () => {
    expect(value(size, "")).toBeUndefined();
    expect(value(optional, "  ")).toBeUndefined();
  });

  it("says what is wrong", () => {
    expect(value(size, "many")).toMatch(/whole number/);
    expect(value(size, "1.5")).toMatch(/whole number/);
    expect(value(size, "0")).toMatch(/smallest/);
    expect(value(rate, "2")).toMatch(/largest/);
    expect(value(pair, "1, 2, 3")).toMatch(/height, width/);
    expect(value(list, "2, x")).toMatch(/commas/);
  });

  it("reads back what it prints", () => {
    for (const written of [7, [2, 3]]) expect(value(pair, printParam(written))).toEqual(written);
    expect(value(list, printParam([-1, 4]))).toEqual([-1, 4]);
  });
});
