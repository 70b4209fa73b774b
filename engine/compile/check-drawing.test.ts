import { describe, expect, it } from "vitest";
import type { Block, Graph, GraphNode } from "../graph/project";
import { checkGraph } from "./check";
import { digits, draw } from "./drawing.fixture";
import { applyEdits } from "./edits";
import { viewLevel } from "./level-view";

/** Two ports with `layers` in a row between them. */
function block(id: string, layers: Parameters<typeof draw>[0]): Block {
  const nodes = { in: ["BlockInput"], ...layers, out: ["BlockOutput"] } as const;
  const names = Object.keys(layers);
  const inner = draw(nodes, [`in.y`, ...names].join(" > "), `${names.at(-1)} > out`);
  return { id, name: id, graph: inner };
}

/** image > flat > body > head > loss, where body is a block. */
function network(body: Block, repeat = 1): Graph {
  const graph = draw(
    {
      image: ["Input", { tensor: "image" }],
      label: ["Input", { tensor: "label" }],
      flat: ["Flatten"],
      body: [`block:${body.id}`, { repeat }],
      head: ["Linear", { out_features: 10 }],
      loss: ["CrossEntropyLoss"],
    },
    "image > flat > body.in",
    "body.out > head > loss",
    "label > loss.target",
  );
  return { ...graph, blocks: [body] };
}

const check = (graph: Graph) => checkGraph(graph, { batchSize: 8, data: digits });
const dense = block("dense", { fc: ["Linear", { out_features: 20 }], act: ["ReLU"] });
const change = (graph: Graph, id: string, mode: GraphNode["mode"]): Graph => ({
  ...graph,
  nodes: graph.nodes.map((node) => (node.id === id ? { ...node, mode } : node)),
});
const ids = () => {
  let count = 0;
  return () => `new_${++count}`;
};

describe("a network with blocks", () => {
  it("checks, with weights of each use under names of its own", () => {
    const checked = check(network(dense, 2));
    expect(checked.diagnostics).toEqual([]);
    expect(checked.order.join(" ")).toBe("image label flat body/fc body/act body#2/fc body#2/act head loss");
    expect(checked.nodes["body/fc"].weights.weight.shape).toEqual([20, 784]);
    expect(checked.nodes["body#2/fc"].weights.weight.shape).toEqual([20, 20]);
    expect(checked.nodes["body#2/fc"].name).toBe("body_2_fc");
    expect(checked.parameterCount).toBe(784 * 20 + 20 + 20 * 20 + 20 + 20 * 10 + 10);
  });

  it("shows a block as one node with the sum of what is in it", () => {
    const drawing = network(dense, 2);
    const { nodes } = viewLevel(check(drawing), drawing, []);
    expect(nodes.body.parameterCount).toBe(784 * 20 + 20 + 20 * 20 + 20);
    expect(nodes.body.inputs.in.shape).toEqual([8, 784]);
    expect(nodes.body.outputs.out.shape).toEqual([8, 20]);
  });

  it("shows the inside with the shapes of its first turn", () => {
    const drawing = network(dense, 2);
    const { nodes } = viewLevel(check(drawing), drawing, ["body"]);
    expect(nodes.fc.inputs.x.shape).toEqual([8, 784]);
    expect(nodes.in.outputs.y.shape).toEqual([8, 784]);
    expect(nodes.out.inputs.x.shape).toEqual([8, 20]);
  });

  it("finds a mistake inside, and mends it in the block", () => {
    const wrong = block("wrong", { fc: ["Linear", { in_features: 700, out_features: 20 }] });
    const drawing = network(wrong);
    const [mistake] = check(drawing).diagnostics;
    expect(mistake.node).toBe("body/fc");
    expect(viewLevel(check(drawing), drawing, []).nodes.body).toBeUndefined();
    const mended = applyEdits(drawing, mistake.fixes[0].edits, ids());
    expect(check(mended).diagnostics).toEqual([]);
    expect(mended.nodes).toBe(drawing.nodes);
    expect(mended.blocks?.[0].graph.nodes[1].params.in_features).not.toBe(700);
  });

  it("puts a new node into a wire inside", () => {
    const after = applyEdits(
      network(dense),
      [{ kind: "insert-on-edge", edge: "body/fc>act", type: "Dropout", params: {} }],
      ids(),
    );
    expect(check(after).order).toContain("body/new_1");
    expect(after.blocks?.[0].graph.nodes.map(({ type }) => type)).toContain("Dropout");
  });

  it("says of a block without wires what it says of a layer", () => {
    const drawing = network(dense);
    const lonely = { ...drawing.nodes[3], id: "lonely", name: "lonely" };
    const { diagnostics } = check({ ...drawing, nodes: [...drawing.nodes, lonely] });
    expect(diagnostics.map(({ code, node }) => [code, node])).toEqual([["unused-node", "lonely"]]);
  });
});

describe("bypassed and disabled nodes", () => {
  it("cost nothing, and give on what comes in", () => {
    const drawing = change(network(dense), "body", "bypass");
    const checked = check(drawing);
    expect(checked.diagnostics).toEqual([]);
    expect(checked.parameterCount).toBe(784 * 10 + 10);
    const view = viewLevel(checked, drawing, []);
    expect(view.nodes.body.outputs.out.shape).toEqual([8, 784]);
    expect(view.nodes.body.parameterCount).toBe(0);
  });

  it("are named by the mistake that they lead to, and can be woken by a fix", () => {
    const base = network(block("shaped", { fc: ["Linear", { out_features: 20 }] }));
    const fixed: Graph = {
      ...base,
      nodes: base.nodes.map((node) =>
        node.id === "head" ? { ...node, params: { ...node.params, in_features: 20 } } : node,
      ),
    };
    const drawing = change(fixed, "body", "bypass");
    const [mistake] = check(drawing).diagnostics;
    expect(mistake.node).toBe("head");
    expect(mistake.causes).toContain("body");
    expect(mistake.explanation.en).toContain("bypassed");
    const wake = mistake.fixes.at(-1);
    expect(wake?.label.en).toBe("Stop bypassing body");
    expect(check(applyEdits(drawing, wake?.edits ?? [], ids())).diagnostics).toEqual([]);
  });

  it("must have something to pass on", () => {
    const { diagnostics } = check(change(network(dense), "image", "bypass"));
    expect(diagnostics.map(({ code }) => code)).toContain("bypass-nothing");
  });

  it("leave a gap when they are disabled", () => {
    const { diagnostics } = check(change(network(dense), "flat", "disable"));
    expect(
      diagnostics.filter(({ severity }) => severity === "error").map(({ code, node }) => [code, node]),
    ).toEqual([["missing-input", "body/fc"]]);
  });
});
