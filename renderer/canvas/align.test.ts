import { describe, expect, it } from "vitest";
import { align, around, holds } from "./align";

const box = (x: number, y: number, width = 100, height = 40) => ({ x, y, width, height });

describe("aligning", () => {
  it("moves to the nearest edge or middle on each axis, and draws a line along both", () => {
    const { shift, guides } = align(box(103, 200), [box(100, 0), box(300, 198)], 6);
    expect(shift).toEqual({ x: -3, y: -2 });
    expect(guides).toEqual([
      { axis: "x", at: 100, from: 0, to: 238 },
      { axis: "y", at: 198, from: 100, to: 400 },
    ]);
  });

  it("finds middles of boxes that differ in size", () => {
    expect(align(box(4, 100, 60), [box(-13, 0, 100)], 6).shift.x).toBe(3);
  });

  it("leaves alone what is too far away", () => {
    expect(align(box(50, 50), [box(0, 0)], 6)).toEqual({ shift: { x: 0, y: 0 }, guides: [] });
  });
});

describe("boxes", () => {
  it("have a box around them, and hold each other by their middles", () => {
    expect(around([box(0, 10), box(150, 60)])).toEqual({ x: 0, y: 10, width: 250, height: 90 });
    expect(around([])).toBeNull();
    expect(holds(box(0, 0, 300, 300), box(250, 10))).toBe(true);
    expect(holds(box(0, 0, 300, 300), box(251, 10))).toBe(false);
  });
});
