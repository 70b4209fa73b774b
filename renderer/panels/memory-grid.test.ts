import { describe, expect, it } from "vitest";
import { firstSample, memoryGrid } from "./memory-grid";

const places = (layout: Parameters<typeof memoryGrid>[0]) => memoryGrid(layout).rows.map((row) => row.places);

describe("a tensor's places in memory", () => {
  it("run along the rows of a contiguous tensor and down the columns of its transpose", () => {
    expect(places({ shape: [2, 3], stride: [3, 1], offset: 0 })).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
    expect(places({ shape: [3, 2], stride: [1, 3], offset: 0 })).toEqual([
      [0, 3],
      [1, 4],
      [2, 5],
    ]);
  });

  it("begin at the offset, and repeat where a dimension was expanded", () => {
    expect(places({ shape: [2, 2], stride: [4, 0], offset: 5 })).toEqual([
      [5, 5],
      [9, 9],
    ]);
    expect(places({ shape: [], stride: [], offset: 7 })).toEqual([[7]]);
  });

  it("have rows named by all dimensions but the last", () => {
    const { rows, cut } = memoryGrid({ shape: [2, 2, 1], stride: [2, 1, 1], offset: 0 });
    expect(rows.map(({ label }) => label)).toEqual(["0,0", "0,1", "1,0", "1,1"]);
    expect(cut).toBe(false);
  });

  it("are a corner of what is large", () => {
    const { rows, cut } = memoryGrid({ shape: [100, 200], stride: [200, 1], offset: 0 });
    expect(cut).toBe(true);
    expect(rows.length * rows[0].places.length).toBeLessThan(100);
    expect(rows[1].places[0]).toBe(200);
  });

  it("are those of one sample where the first dimension is the batch", () => {
    const layout = { shape: [8, 2, 3], stride: [6, 3, 1], offset: 4 };
    const symbolic = (batch: boolean) => [{ batch }, { batch: false }, { batch: false }];
    expect(firstSample({ ...layout, symbolicShape: symbolic(true) })).toEqual({
      shape: [2, 3],
      stride: [3, 1],
      offset: 4,
    });
    expect(firstSample({ ...layout, symbolicShape: symbolic(false) })).toEqual(layout);
  });
});
