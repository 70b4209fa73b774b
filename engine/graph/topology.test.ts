import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Graph } from "./project";
import { downstream, topology, upstream } from "./topology";

/** Nodes a, b, c, … and wires as `ab`. */
function graphOf(nodes: string, ...wires: readonly string[]): Graph {
  return {
    nodes: nodes
      .split("")
      .map((id) => ({ id, type: "ReLU", name: "", params: {}, position: { x: 0, y: 0 } })),
    edges: wires.map((wire, index) => ({
      id: `${index}`,
      from: { node: wire[0], port: "y" },
      to: { node: wire[1], port: `x${index}` },
    })),
  };
}

describe("topology", () => {
  it("puts each node after all that feed it", () => {
    expect(topology(graphOf("dcba", "ab", "bc", "cd", "ad")).order).toEqual(["a", "b", "c", "d"]);
    expect(topology(graphOf("ab", "ab", "ab"))).toEqual({ order: ["a", "b"], cycles: [] });
    expect(topology(graphOf("a", "xa", "ax")).order).toEqual(["a"]);
  });

  it("names the nodes of each cycle in the direction of the wires, and leaves out what lies behind", () => {
    expect(topology(graphOf("abcde", "ab", "bc", "cd", "db", "de"))).toEqual({
      order: ["a"],
      cycles: [["b", "c", "d"]],
    });
    expect(topology(graphOf("abcd", "aa", "cd", "dc"))).toEqual({
      order: ["b"],
      cycles: [["a"], ["c", "d"]],
    });
    expect(topology(graphOf("abc", "ab", "ba", "bc", "cb")).cycles).toHaveLength(1);
  });

  it("orders any graph, and finds a cycle whenever something is left", () => {
    const letters = "abcdefgh";
    const wire = fc.tuple(fc.nat(7), fc.nat(7)).map(([from, to]) => letters[from] + letters[to]);
    fc.assert(
      fc.property(fc.array(wire, { maxLength: 14 }), (wires) => {
        const { order, cycles } = topology(graphOf(letters, ...wires));
        for (const each of wires) {
          const [from, to] = [order.indexOf(each[0]), order.indexOf(each[1])];
          if (to >= 0) expect(from).toBeGreaterThanOrEqual(0);
          if (to >= 0) expect(from).toBeLessThan(to);
        }
        expect(cycles.length === 0).toBe(order.length === 8);
        for (const cycle of cycles) {
          for (const [index, id] of cycle.entries())
            expect(wires).toContain(id + cycle[(index + 1) % cycle.length]);
        }
      }),
    );
  });
});

it("finds what lies upstream and downstream, nearest first", () => {
  const graph = graphOf("abcde", "ab", "bc", "cd", "ec");
  expect(upstream(graph, "d")).toEqual(["c", "b", "e", "a"]);
  expect(downstream(graph, "b")).toEqual(["c", "d"]);
  expect(upstream(graph, "a")).toEqual([]);
  expect(downstream(graphOf("ab", "ab", "ba"), "a")).toEqual(["b", "a"]);
});
