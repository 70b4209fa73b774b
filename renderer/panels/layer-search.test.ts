import { describe, expect, it } from "vitest";
import { layers } from "../document/layers";
import { searchLayers } from "./layer-search";

const found = (query: string) => searchLayers(layers, query).map(({ type }) => type);

describe("searching layers", () => {
  it("gives every layer for an empty query", () => {
    expect(found("  ")).toHaveLength(layers.length);
  });

  it("puts the layer of that name first", () => {
    for (const { type } of layers) expect(found(type.toLowerCase())[0]).toBe(type);
  });

  it("knows other names, in both languages", () => {
    expect(found("dense")[0]).toBe("Linear");
    expect(found("全连接")[0]).toBe("Linear");
    expect(found("卷积")).toContain("Conv2d");
    expect(found("batch")[0]).toMatch(/^BatchNorm/);
  });

  it("needs every word to fit", () => {
    expect(found("linear zebra")).toEqual([]);
    expect(found("zebra")).toEqual([]);
  });
});
