import { expect, test } from "vitest";
import type { Graph } from "../../engine";
import { nodeById, wiredPorts } from "./graph-index";

const node = (id: string) => ({ id, type: "Add", name: "", params: {}, position: { x: 0, y: 0 } });
const graph: Graph = {
  nodes: [node("a"), node("b"), node("c")],
  edges: [
    { id: "w1", from: { node: "a", port: "y" }, to: { node: "b", port: "x1" } },
    { id: "w2", from: { node: "a", port: "y" }, to: { node: "b", port: "x2" } },
  ],
};

test("a node is found by its id", () => {
  expect(nodeById(graph, "b")).toBe(graph.nodes[1]);
  expect(nodeById(graph, "constructor")).toBeUndefined();
});

test("the wired ports of a node, the same object while no wire changes", () => {
  expect(wiredPorts(graph, "a")).toEqual({ inputs: new Set(), outputs: new Set(["y"]) });
  expect(wiredPorts(graph, "b")).toEqual({ inputs: new Set(["x1", "x2"]), outputs: new Set() });
  expect(wiredPorts(graph, "c")).toEqual({ inputs: new Set(), outputs: new Set() });
  const moved = { ...graph, nodes: graph.nodes.map((each) => ({ ...each, position: { x: 1, y: 1 } })) };
  expect(wiredPorts(moved, "b")).toBe(wiredPorts(graph, "b"));
  expect(wiredPorts({ ...graph, edges: [] }, "b").inputs.size).toBe(0);
});
