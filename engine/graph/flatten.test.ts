import { describe, expect, it } from "vitest";
import { flatten, graphAt, nodeAt, placeOf, prefixOf, shownAt } from "./flatten";
import type { Block, Graph, GraphNode } from "./project";
import { blockPorts, fedBack, layerIn } from "./structure";

type Given = Partial<Omit<GraphNode, "id" | "type">>;

/** Nodes by id, wires as `a.y > b.x`; a port that is left out is `y` or `x`. A wire's id is `a>b`. */
function graph(
  nodes: Readonly<Record<string, readonly [string, Given?]>>,
  ...wires: readonly string[]
): Graph {
  return {
    nodes: Object.entries(nodes).map(([id, [type, given]], index) => ({
      id,
      type,
      name: "",
      params: {},
      position: { x: 0, y: 100 * index },
      ...given,
    })),
    edges: wires.map((wire) => {
      const [from, to] = wire.split(" > ").map((end) => end.split("."));
      return {
        id: `${from[0]}>${to[0]}`,
        from: { node: from[0], port: from[1] ?? "y" },
        to: { node: to[0], port: to[1] ?? "x" },
      };
    }),
  };
}

const wires = ({ edges }: Graph) =>
  edges.map(({ from, to }) => `${from.node}.${from.port} > ${to.node}.${to.port}`);
const ids = ({ nodes }: Graph) => nodes.map(({ id }) => id);

/** Linear and ReLU between one port and another. */
const layerBlock: Block = {
  id: "layer",
  name: "Dense",
  graph: graph(
    { x: ["BlockInput"], fc: ["Linear"], act: ["ReLU", { name: "bend" }], y: ["BlockOutput"] },
    "x > fc",
    "fc > act",
    "act > y",
  ),
};

const chain = (given?: Given): Graph => ({
  ...graph(
    { in: ["Input"], block: ["block:layer", given], out: ["Linear"] },
    "in > block.x",
    "block.y > out",
  ),
  blocks: [layerBlock],
});

describe("a drawing without anything to flatten", () => {
  it("is handed back as it is", () => {
    const plain = graph({ a: ["Input"], b: ["Linear"] }, "a > b");
    expect(flatten(plain).graph).toBe(plain);
    expect(flatten(plain).source("", { node: "a", port: "y" })).toEqual({ node: "a", port: "y" });
  });
});

describe("blocks", () => {
  it("are opened in their place, with ids that are the way to each node", () => {
    const flat = flatten(chain());
    expect(ids(flat.graph)).toEqual(["in", "block/fc", "block/act", "out"]);
    expect(wires(flat.graph)).toEqual([
      "block/act.y > out.x",
      "in.y > block/fc.x",
      "block/fc.y > block/act.x",
    ]);
    expect(flat.graph.edges.map(({ id }) => id)).toEqual(["block>out", "block/x>fc", "block/fc>act"]);
  });

  it("name their nodes from the outside in", () => {
    expect(flatten(chain()).graph.nodes.map(({ name }) => name)).toEqual([
      "",
      "Dense/Linear",
      "Dense/bend",
      "",
    ]);
    expect(flatten(chain({ name: "hidden" })).graph.nodes[1].name).toBe("hidden/Linear");
    expect(flatten(chain()).nameOf("block")).toBe("Dense");
    expect(flatten(chain()).nameOf("block/fc")).toBe("Dense/Linear");
  });

  it("can be used many times, each use with nodes of its own", () => {
    const twice: Graph = {
      ...graph({ in: ["Input"], one: ["block:layer"], two: ["block:layer"] }, "in > one.x", "one.y > two.x"),
      blocks: [layerBlock],
    };
    const flat = flatten(twice);
    expect(ids(flat.graph)).toEqual(["in", "one/fc", "one/act", "two/fc", "two/act"]);
    expect(wires(flat.graph)).toContain("one/act.y > two/fc.x");
    expect(flat.graph.nodes.map(({ name }) => name)).toContain("Dense 2/bend");
  });

  it("stand n times in a row, the first with the ids that one alone has", () => {
    const flat = flatten(chain({ params: { repeat: 3 } }));
    expect(ids(flat.graph)).toEqual([
      "in",
      ...["block", "block#2", "block#3"].flatMap((turn) => [`${turn}/fc`, `${turn}/act`]),
      "out",
    ]);
    expect(wires(flat.graph)).toEqual(
      expect.arrayContaining([
        "in.y > block/fc.x",
        "block/act.y > block#2/fc.x",
        "block#2/act.y > block#3/fc.x",
        "block#3/act.y > out.x",
      ]),
    );
    expect(wires(flat.graph)).toHaveLength(7);
    expect(flat.graph.nodes[3].name).toBe("Dense#2/Linear");
  });

  it("get the same tensor in each turn at an input that no output is named after", () => {
    const block: Block = {
      id: "masked",
      name: "",
      graph: graph(
        {
          h: ["BlockInput", { name: "h" }],
          mask: ["BlockInput", { name: "mask" }],
          add: ["Add"],
          out: ["BlockOutput", { name: "h" }],
        },
        "h > add.a",
        "mask > add.b",
        "add > out",
      ),
    };
    expect(fedBack(block, "h")).toBe("out");
    expect(fedBack(block, "mask")).toBeNull();
    const flat = flatten({
      ...graph(
        { a: ["Input"], m: ["Input"], b: ["block:masked", { params: { repeat: 2 } }] },
        "a > b.h",
        "m > b.mask",
      ),
      blocks: [block],
    });
    expect(wires(flat.graph)).toEqual([
      "a.y > b/add.a",
      "m.y > b/add.b",
      "b/add.y > b#2/add.a",
      "m.y > b#2/add.b",
    ]);
  });

  it("may lie in blocks", () => {
    const outer: Block = {
      id: "outer",
      name: "Stage",
      graph: graph(
        { p: ["BlockInput"], inner: ["block:layer", { params: { repeat: 2 } }], q: ["BlockOutput"] },
        "p > inner.x",
        "inner.y > q",
      ),
    };
    const drawing: Graph = {
      ...graph({ in: ["Input"], o: ["block:outer"], out: ["ReLU"] }, "in > o.p", "o.q > out"),
      blocks: [outer, layerBlock],
    };
    const flat = flatten(drawing);
    expect(ids(flat.graph)).toEqual([
      "in",
      "o/inner/fc",
      "o/inner/act",
      "o/inner#2/fc",
      "o/inner#2/act",
      "out",
    ]);
    expect(wires(flat.graph)).toContain("o/inner#2/act.y > out.x");
    expect(wires(flat.graph)).toContain("in.y > o/inner/fc.x");
    expect(graphAt(drawing, ["o", "inner"])).toBe(layerBlock.graph);
    expect(nodeAt(drawing, "o/inner#2/act")?.name).toBe("bend");
    expect(flat.source("o/inner/", { node: "x", port: "y" })).toEqual({ node: "in", port: "y" });
  });

  it("without a wire are left out, and said to be idle", () => {
    const flat = flatten({ ...graph({ in: ["Input"], b: ["block:layer"] }), blocks: [layerBlock] });
    expect(ids(flat.graph)).toEqual(["in"]);
    expect(flat.idle.blocks).toEqual(["b"]);
  });

  it("that are not there, or hold themselves, stay unopened", () => {
    const missing = flatten(graph({ b: ["block:gone"], r: ["ReLU"] }, "b > r"));
    expect(ids(missing.graph)).toEqual(["b", "r"]);
    const endless: Block = {
      id: "e",
      name: "",
      graph: graph({ i: ["BlockInput"], again: ["block:e"] }, "i > again.i"),
    };
    const flat = flatten({ ...graph({ in: ["Input"], b: ["block:e"] }, "in > b.i"), blocks: [endless] });
    expect(ids(flat.graph)).toEqual(["in", "b/again"]);
  });

  it("have ports from top to bottom", () => {
    const { nodes, edges } = layerBlock.graph;
    const second: GraphNode = {
      id: "z",
      type: "BlockInput",
      name: "side",
      params: {},
      position: { x: 0, y: -50 },
    };
    const block = { ...layerBlock, graph: { nodes: [...nodes, second], edges } };
    expect(blockPorts(block).inputs).toEqual([
      { id: "z", name: "side" },
      { id: "x", name: "x" },
    ]);
    expect(layerIn({ blocks: [block] }, "block:layer")?.inputs).toEqual({ z: "(*)", x: "(*)" });
  });
});

describe("what a wire leads through", () => {
  it("reroute points vanish, and a ring of them gives nothing", () => {
    const flat = flatten(
      graph(
        {
          in: ["Input"],
          p: ["Reroute"],
          q: ["Reroute"],
          r: ["ReLU"],
          s: ["ReLU"],
          t: ["Reroute"],
          u: ["Reroute"],
        },
        "in > p",
        "p > q",
        "q > r",
        "t > u",
        "u > t",
        "u > s",
      ),
    );
    expect(wires(flat.graph)).toEqual(["in.y > r.x"]);
    expect(ids(flat.graph)).toEqual(["in", "r", "s"]);
  });

  it("a bypassed node passes its first wired input on", () => {
    const flat = flatten(
      graph(
        {
          in: ["Input"],
          fc: ["Linear", { mode: "bypass" }],
          act: ["ReLU", { mode: "bypass" }],
          out: ["Linear"],
        },
        "in > fc",
        "fc > act",
        "act > out",
      ),
    );
    expect(wires(flat.graph)).toEqual(["in.y > out.x"]);
    expect(flat.through.get("act>out")).toEqual(["act", "fc"]);
    const second = flatten(
      graph({ in: ["Input"], add: ["Add", { mode: "bypass" }], out: ["ReLU"] }, "in > add.b", "add > out"),
    );
    expect(wires(second.graph)).toEqual(["in.y > out.x"]);
  });

  it("a bypassed block does the same", () => {
    expect(wires(flatten(chain({ mode: "bypass" })).graph)).toEqual(["in.y > out.x"]);
  });

  it("a bypassed node with nothing to pass on is idle", () => {
    const flat = flatten(graph({ in: ["Input", { mode: "bypass" }], out: ["ReLU"] }, "in > out"));
    expect(wires(flat.graph)).toEqual([]);
    expect(flat.idle.bypassed).toEqual(["in"]);
  });

  it("a disabled node goes with its wires", () => {
    const flat = flatten(
      graph({ in: ["Input"], fc: ["Linear", { mode: "disable" }], out: ["ReLU"] }, "in > fc", "fc > out"),
    );
    expect(ids(flat.graph)).toEqual(["in", "out"]);
    expect(wires(flat.graph)).toEqual([]);
  });
});

describe("where a flat id is shown", () => {
  it("is on the block at the levels above, and on the node itself in its own", () => {
    expect(shownAt([], "a#2/b/c")).toBe("a");
    expect(shownAt(["a"], "a#2/b/c")).toBe("b");
    expect(shownAt(["a", "b"], "a#2/b/c")).toBe("c");
    expect(shownAt(["x"], "a/b")).toBeNull();
    expect(shownAt(["a"], "a")).toBeNull();
    expect(placeOf("a#2/b/c")).toEqual({ path: ["a", "b"], node: "c" });
    expect(prefixOf(["a", "b"])).toBe("a/b/");
  });
});
