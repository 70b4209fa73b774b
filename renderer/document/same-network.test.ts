import { beforeEach, expect, test } from "vitest";
import { emptyProject, type GraphNode } from "../../engine";
import { checkedNow } from "./checked";
import { addNode, connect, moveNodes, rename, setParam } from "./commands";
import { sameNetwork } from "./same-network";
import { run, useDocument } from "./store";

const place = { x: 0, y: 0 };

let input = "";
let fc = "";

beforeEach(() => {
  useDocument.getState().open(emptyProject("test"), null);
  [input] = run(addNode("Input", place, { shape: [4] }));
  [fc] = run(addNode("Linear", place));
  run(connect({ node: input, port: "y" }, { node: fc, port: "x" }));
});

test("a move leaves what the checker has found as it was, the very same objects", () => {
  const before = checkedNow();
  run(moveNodes(new Map([[fc, { x: 40, y: 20 }]])));
  expect(nodes()[1].position).toEqual({ x: 40, y: 20 });
  expect(checkedNow()).toBe(before);
});

test("an edit is checked, and leaves the nodes alone that do not depend on it", () => {
  const before = checkedNow();
  run(setParam(fc, "out_features", 7));
  expect(checkedNow().nodes[fc].outputs.y.shape.at(-1)).toBe(7);
  expect(checkedNow().nodes[input]).toBe(before.nodes[input]);
  run(moveNodes(new Map([[fc, { x: 9, y: 9 }]])));
  run(rename(fc, "hidden"));
  expect(checkedNow().nodes[fc].name).toBe("hidden");
});

test("the same network differs in places and frames alone", () => {
  const { graph } = useDocument.getState();
  const moved = graph.nodes.map((node) => ({ ...node, position: { x: 1, y: 2 } }));
  expect(sameNetwork(graph, { ...graph, nodes: moved, frames: [] })).toBe(true);
  const named = graph.nodes.map((node) => ({ ...node, name: "other" }));
  expect(sameNetwork(graph, { ...graph, nodes: named })).toBe(false);
  const noted = graph.nodes.map((node) => ({ ...node, note: "a field more" }));
  expect(sameNetwork(graph, { ...graph, nodes: noted })).toBe(false);
  expect(sameNetwork(graph, { ...graph, nodes: graph.nodes.toReversed() })).toBe(false);
  expect(sameNetwork(graph, { ...graph, edges: [] })).toBe(false);
  // A block's ports go from top to bottom.
  expect(sameNetwork(graph, { ...graph, blocks: [] })).toBe(false);
});

function nodes(): readonly GraphNode[] {
  return useDocument.getState().graph.nodes;
}
