import { describe, expect, it } from "vitest";
import type { Graph } from "../../engine";
import { tidyPositions } from "./tidy";

const graph: Graph = {
  nodes: ["input", "linear", "relu", "label", "loss"].map((id) => ({
    id,
    type: "Linear",
    name: "",
    params: {},
    position: { x: 0, y: 0 },
  })),
  edges: [
    ["input", "linear"],
    ["linear", "relu"],
    ["relu", "loss"],
    ["label", "loss"],
  ].map(([from, to], index) => ({
    id: `${index}`,
    from: { node: from, port: "y" },
    to: { node: to, port: "x" },
  })),
};

describe("tidying", () => {
  const positions = tidyPositions(graph);

  it("lays every wire from left to right, with room for its shape", () => {
    for (const { from, to } of graph.edges) {
      const gap = (positions.get(to.node)?.x ?? 0) - (positions.get(from.node)?.x ?? 0);
      expect(gap).toBeGreaterThanOrEqual(164 + 80);
    }
  });

  it("puts no node on another", () => {
    const places = [...positions.values()];
    for (const [index, a] of places.entries()) {
      for (const b of places.slice(index + 1)) {
        expect(Math.abs(a.x - b.x) >= 164 || Math.abs(a.y - b.y) >= 110).toBe(true);
      }
    }
  });
});
