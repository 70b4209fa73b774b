import fc from "fast-check";
import { expect, it } from "vitest";
import type { Graph } from "../graph/project";
import { layerOf, layers } from "../layers/catalogue";
import type { ParamValue } from "../layers/params";
import { checkGraph, createChecker } from "./check";
import type { DataTensors, GraphEdit } from "./checked";
import { applyEdits } from "./edits";

const data: DataTensors = {
  features: { shape: [4], dtype: "float32" },
  image: { shape: [1, 4, 4], dtype: "float32" },
  label: { shape: [], dtype: "int64" },
  number: { shape: [1], dtype: "float32" },
};
const ids = ["a", "b", "7", "1", "constructor", "__proto__", "c", "d"];
const types = [...layers.map(({ type }) => type), "NoSuchLayer", "Input", "Input"];
const numbers: readonly ParamValue[] = [null, true, false, -1, 0, 1, 2, 3, 4, 16, 0.5, 1e9];
const words: readonly ParamValue[] = ["", "same", "image", "label", "number"];
const lists: readonly ParamValue[] = [
  [],
  [-1],
  [1, 0],
  [-1, 4],
  [-1, 1, 4, 4],
  [0, 2, 1, 3],
  [2, 2],
  [4, -1, -1],
  [3, 3, 3],
];

const node = fc.record({
  type: fc.constantFrom(...types),
  given: fc.array(fc.tuple(fc.nat(), fc.constantFrom(...numbers, ...words, ...lists)), { maxLength: 3 }),
});
const wire = fc.record({ from: fc.nat(), to: fc.nat(), port: fc.nat(), odd: fc.nat(40) });

const graphs = fc
  .record({ nodes: fc.array(node, { maxLength: 8 }), wires: fc.array(wire, { maxLength: 12 }) })
  .map(({ nodes, wires }): Graph => {
    const drawn = nodes.map(({ type, given }, index) => {
      const names = [...Object.keys(layerOf(type)?.params ?? {}), "tensor", "constructor"];
      const params = Object.fromEntries(given.map(([at, value]) => [names[at % names.length], value]));
      return { id: ids[index], type, name: "", params, position: { x: index, y: 0 } };
    });
    const edges =
      drawn.length === 0
        ? []
        : wires.map(({ from, to, port, odd }, index) => {
            const source = drawn[from % drawn.length];
            const target = drawn[to % drawn.length];
            const inputs = Object.keys(layerOf(target.type)?.inputs ?? {});
            const outputs = Object.keys(layerOf(source.type)?.outputs ?? {});
            return {
              id: `e${index}`,
              from: { node: odd === 0 ? "gone" : source.id, port: outputs[0] ?? "y" },
              to: {
                node: target.id,
                port: odd === 1 ? "constructor" : (inputs[port % Math.max(inputs.length, 1)] ?? "x"),
              },
            };
          });
    return { nodes: drawn, edges };
  });

it("gives an answer in sentences for any graph, and its fixes can be applied", () => {
  fc.assert(
    fc.property(graphs, fc.integer({ min: 1, max: 3 }), fc.boolean(), (graph, batchSize, open) => {
      const checked = checkGraph(graph, { batchSize, data: open ? data : {} });
      expect(new Set(checked.order)).toEqual(new Set(Object.keys(checked.nodes)));
      for (const { title, explanation, causes, node, fixes, message } of checked.diagnostics) {
        for (const text of [title.en, title.zh, explanation.en, explanation.zh, message ?? ""]) {
          expect(text).not.toMatch(/undefined|NaN|\[object|null/);
        }
        expect(graph.nodes.map(({ id }) => id)).toEqual(
          expect.arrayContaining([...causes, ...(node === null ? [] : [node])]),
        );
        for (const { edits } of fixes) {
          let next = 0;
          const fixed = applyEdits(graph, edits, () => `new${next++}`);
          expect(fixed).not.toEqual(graph);
          checkGraph(fixed, { batchSize, data });
        }
      }
    }),
    { numRuns: 300 },
  );
});

/** What a person does next: which node or wire, and what to it. */
const act = fc.record({
  at: fc.nat(),
  what: fc.constantFrom(
    "set-param",
    "set-type",
    "bypass",
    "remove-edge",
    "insert-on-edge",
    "rename",
    "batch",
  ),
  type: fc.constantFrom(...types),
  name: fc.nat(),
  value: fc.constantFrom(...numbers, ...words, ...lists),
});

it("remembers what it found without ever giving another answer than from scratch", () => {
  fc.assert(
    fc.property(graphs, fc.array(act, { minLength: 1, maxLength: 8 }), (first, acts) => {
      const check = createChecker();
      let graph = first;
      let batchSize = 2;
      let next = 0;
      expect(check(graph, { batchSize, data })).toEqual(checkGraph(graph, { batchSize, data }));
      for (const { at, what, type, name, value } of acts) {
        const chosen = graph.nodes[at % graph.nodes.length];
        const edge = graph.edges[at % graph.edges.length];
        const names = Object.keys(layerOf(chosen?.type ?? "")?.params ?? { none: null });
        const param = names[name % names.length] ?? "none";
        const edits: GraphEdit[] = [];
        if (what === "batch") batchSize = 1 + (at % 3);
        else if (what === "rename" && chosen)
          graph = {
            ...graph,
            nodes: graph.nodes.map((each) => (each === chosen ? { ...each, name: `n${name % 3}` } : each)),
          };
        else if (what === "set-param" && chosen)
          edits.push({ kind: "set-param", node: chosen.id, param, value });
        else if (what === "set-type" && chosen)
          edits.push({ kind: "set-type", node: chosen.id, type, params: {} });
        else if (what === "bypass" && chosen) edits.push({ kind: "bypass", node: chosen.id });
        else if (what === "remove-edge" && edge) edits.push({ kind: "remove-edge", edge: edge.id });
        else if (what === "insert-on-edge" && edge && Object.keys(layerOf(type)?.inputs ?? {}).length > 0)
          edits.push({ kind: "insert-on-edge", edge: edge.id, type, params: {} });
        graph = applyEdits(graph, edits, () => `new${next++}`);
        expect(check(graph, { batchSize, data })).toEqual(checkGraph(graph, { batchSize, data }));
      }
    }),
    { numRuns: 150 },
  );
});
