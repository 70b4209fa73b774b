/** Every layer's shapes, parameters, errors, strides and laws of initialisation against PyTorch's. */
import { describe, expect, it } from "vitest";
import initFile from "../../golden/init.json";
import layoutsFile from "../../golden/layouts.json";
import shapesFile from "../../golden/shapes.json";
import { checkInit, type InitCase } from "./init";
import { checkLayout, type LayoutCase } from "./layouts";
import { checkShapes, type ShapeCase } from "./shapes";
import type { Outcome } from "./subject";

/** The cases that do not pass, by their place in the file. */
async function failures<T>(cases: readonly T[], check: (each: T) => Promise<Outcome>): Promise<string[]> {
  const outcomes = await Promise.all(cases.map(check));
  return outcomes.flatMap((each, i) => (each.status === "passed" ? [] : [`${i}: ${each.reason}`]));
}

describe("every golden case passes", () => {
  // The inferred types of the JSON files are unions of hundreds of shapes.
  it("shapes", async () => {
    expect(await failures(shapesFile.cases as unknown as readonly ShapeCase[], checkShapes)).toEqual([]);
  });

  it("layouts", async () => {
    expect(await failures(layoutsFile.cases as unknown as readonly LayoutCase[], checkLayout)).toEqual([]);
  });

  it("init", async () => {
    expect(await failures(initFile.cases as unknown as readonly InitCase[], checkInit)).toEqual([]);
  });
});
