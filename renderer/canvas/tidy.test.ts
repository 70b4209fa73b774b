import { describe, expect, it } from "vitest";
import { tidyPositions } from "./tidy-positions";

const size = { width: 164, height: 110 };
const nodes = ["input", "linear", "relu", "label", "loss"].map((id) => ({ id, ...size }));
const edges = [
  { from: "input", to: "linear" },
  { from: "linear", to: "relu" },
  { from: "relu", to: "loss" },
  { from: "label", to: "loss" },
];

describe.each([
  { direction: "right", along: "x", length: size.width + 80 },
  { direction: "down", along: "y", length: size.height + 60 },
] as const)("tidying, $direction", ({ direction, along, length }) => {
  const positions = tidyPositions({ nodes, edges, direction });

  it("lays every wire along it, with room for its shape", () => {
    for (const { from, to } of edges) {
      const gap = (positions.get(to)?.[along] ?? 0) - (positions.get(from)?.[along] ?? 0);
      expect(gap).toBeGreaterThanOrEqual(length);
    }
  });

  it("puts no node on another", () => {
    const places = [...positions.values()];
    for (const [index, a] of places.entries()) {
      for (const b of places.slice(index + 1)) {
        expect(Math.abs(a.x - b.x) >= size.width || Math.abs(a.y - b.y) >= size.height).toBe(true);
      }
    }
  });
});
