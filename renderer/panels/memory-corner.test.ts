import { describe, expect, it } from "vitest";
import { memoryCorner } from "./memory-corner";

const labels = (cells: readonly { label: string }[] | undefined) =>
  cells?.map(({ label }) => label).join(" ");

describe("a corner of memory", () => {
  it("shows a transpose reading columns where rows lie", () => {
    const input = { shape: [8, 2, 3], stride: [6, 3, 1], offset: 0 };
    const corner = memoryCorner(input, { shape: [8, 3, 2], stride: [6, 1, 3], offset: 0 });
    expect(corner).toMatchObject({ rows: 2, columns: 3 });
    expect(labels(corner?.lies)).toBe("0,0 0,1 0,2 1,0 1,1 1,2");
    expect(labels(corner?.read)).toBe("0,0 0,1 1,0 1,1 2,0 2,1");
    expect(corner?.read.map(({ row }) => row)).toEqual([0, 1, 0, 1, 0, 1]);
  });

  it("has nothing to show for a view that keeps the order", () => {
    const input = { shape: [8, 2, 3], stride: [6, 3, 1], offset: 0 };
    expect(memoryCorner(input, { shape: [8, 6], stride: [6, 1], offset: 0 })).toBeNull();
    expect(memoryCorner({ shape: [8, 6], stride: [6, 1], offset: 0 }, input)).toBeNull();
  });
});
