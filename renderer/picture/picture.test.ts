import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { checkGraph, type Graph, layerIn, parseProject } from "../../engine";
import { diagnosticsByNode } from "../document/checked";
import { fill } from "../ui/text-values";
import { describe } from "./describe";
import { printSvg } from "./svg";

function graphOf(example: string): Graph {
  const result = parseProject(readFileSync(`assets/examples/${example}.loom.json`, "utf8"));
  if (!result.ok) throw new Error(result.error.message.en);
  return result.project.graph;
}

const data = {
  image: { shape: [1, 28, 28], dtype: "float32" },
  label: { shape: [], dtype: "int64" },
} as const;

function pictureOf(graph: Graph) {
  const checked = checkGraph(graph, { batchSize: 32, data });
  return describe({
    graph,
    checked,
    problems: diagnosticsByNode(checked, []),
    layerOf: (type) => layerIn(graph, type),
    sizeOf: () => undefined,
    t: (text, values) => fill(text.en, values),
    numbers: { count: String, bytes: (value) => `${value} B` },
  });
}

const token = (name: string) => `token${name}`;

test.each(["transformer", "transpose-view", "lstm", "residual"])(
  "%s: all of it is in the picture",
  (example) => {
    const graph = graphOf(example);
    const picture = pictureOf(graph);
    expect(picture.nodes).toHaveLength(graph.nodes.length);
    expect(picture.wires).toHaveLength(graph.edges.length);
    const { x, y, width, height } = picture.box;
    for (const node of picture.nodes) {
      expect(node.x).toBeGreaterThan(x);
      expect(node.y).toBeGreaterThan(y);
      expect(node.x + node.width).toBeLessThan(x + width);
      expect(node.y + node.height).toBeLessThan(y + height);
    }
  },
);

test("a node says what it says on the canvas, and a wire its shape", () => {
  const svg = printSvg(pictureOf(graphOf("transpose-view")), token, "a picture");
  for (const text of ["Conv2d", "kernel_size", "3×3", "N×16×28×28", "view"])
    expect(svg).toContain(`>${text}</text>`);
  // The view of transposed memory is marked, and so is its wire.
  expect(svg).toContain("stroke-dasharray");
  expect(svg).toContain('stroke="token--error"');
});

test("words that mean something in XML are words", () => {
  const graph = graphOf("iris");
  const [first, ...others] = graph.nodes;
  const name = `<a & "b">\u0000`;
  const svg = printSvg(pictureOf({ ...graph, nodes: [{ ...first, name }, ...others] }), token, name);
  expect(svg).toContain("<title>&lt;a &amp; &quot;b&quot;&gt;</title>");
  expect(svg).not.toContain("\u0000");
});

test("an empty canvas is an empty picture", () => {
  expect(pictureOf({ nodes: [], edges: [] }).box).toEqual({ x: 0, y: 0, width: 80, height: 80 });
});
