import { describe, expect, it } from "vitest";
import { wirePath } from "./wire-path";

describe("the course of a wire", () => {
  it("is straight between ports on one level, its chip above it", () => {
    const { path, chip, room } = wirePath({ sourceX: 0, sourceY: 50, targetX: 104, targetY: 50 });
    expect(path).toBe("M0 50 H104");
    expect(chip.x).toBe(52);
    expect(chip.y).toBeLessThan(50);
    expect(room).toBe(104);
  });

  it("goes back over the node that it leads to, not through it", () => {
    const { path, chip } = wirePath({ sourceX: 800, sourceY: 50, targetX: 0, targetY: 300 });
    expect(path.startsWith("M800 50 ")).toBe(true);
    expect(path.endsWith(" 0 300")).toBe(true);
    expect(chip.y).toBeGreaterThan(50);
    expect(chip.y).toBeLessThan(300 - 40);
  });
});
