import { describe, expect, it } from "vitest";
import {
  blockOf,
  blockPorts,
  checkGraph,
  emptyProject,
  flatten,
  type Graph,
  type LevelPath,
  parseProject,
  printProject,
} from "../../engine";
import { groupNodes, makeOwnBlock, renamePort, ungroupNodes, usesOf, withInner } from "./block-commands";
import { addNode, connect, paste, remove, setParam } from "./commands";
import { begin, type Command, type History, perform, undo } from "./history";
import { pieceOf } from "./piece";

/** Input → Linear → ReLU → Linear, and a command to run at a level. */
function drawing() {
  let history: History = begin(emptyProject("test"));
  let path: LevelPath = [];
  const run = <R>(command: Command<R>): R => {
    let result: R;
    [history, result] = perform(history, command, 0, path);
    return result;
  };
  const add = (type: string, x: number) => run(addNode(type, { x, y: 0 }))[0];
  const [input, first, act, last] = ["Input", "Linear", "ReLU", "Linear"].map((type, i) =>
    add(type, 268 * i),
  );
  const chain = [input, first, act, last];
  chain.slice(1).forEach((id, i) => run(connect({ node: chain[i], port: "y" }, { node: id, port: "x" })));
  return {
    input,
    first,
    act,
    last,
    run,
    add,
    at: (...levels: string[]) => {
      path = levels;
    },
    graph: () => history.project.graph,
    undo: () => {
      history = undo(history);
    },
    readsBack: () => parseProject(printProject(history.project)).ok,
  };
}

const data = { features: { shape: [4], dtype: "float32" } } as const;
const parameters = (graph: Graph) => checkGraph(graph, { batchSize: 4, data }).parameterCount;
const flatWires = (graph: Graph) =>
  flatten(graph).graph.edges.map(({ from, to }) => `${from.node} > ${to.node}`);

describe("collapsing nodes into a block", () => {
  it("leaves the network as it was, with a port for each wire that was cut", () => {
    const { input, first, act, last, run, graph, readsBack } = drawing();
    const before = parameters(graph());
    const [use] = run(groupNodes([first, act], "Dense"));
    expect(graph().nodes.map(({ id }) => id)).toEqual([input, last, use]);
    expect(flatWires(graph()).toSorted()).toEqual(
      [`${input} > ${use}/${first}`, `${use}/${first} > ${use}/${act}`, `${use}/${act} > ${last}`].toSorted(),
    );
    expect(parameters(graph())).toBe(before);
    const block = blockOf(graph(), graph().nodes[2].type);
    expect(block?.name).toBe("Dense");
    expect(block && blockPorts(block)).toEqual({
      inputs: [{ id: "x", name: "x" }],
      outputs: [{ id: "y", name: "y" }],
    });
    expect(readsBack()).toBe(true);
  });

  it("makes one port for an output that feeds several nodes inside", () => {
    const { input, first, act, run, add, graph } = drawing();
    const sum = add("Add", 900);
    run(connect({ node: input, port: "y" }, { node: sum, port: "a" }));
    run(connect({ node: act, port: "y" }, { node: sum, port: "b" }));
    const [use] = run(groupNodes([first, act, sum], "Residual"));
    expect(graph().edges.filter(({ to }) => to.node === use)).toHaveLength(1);
    expect(flatWires(graph())).toContain(`${input} > ${use}/${sum}`);
    expect(flatWires(graph())).toContain(`${input} > ${use}/${first}`);
  });

  it("can be undone in one step", () => {
    const { first, act, run, graph, undo: back } = drawing();
    const before = graph();
    run(groupNodes([first, act], "Dense"));
    back();
    expect(graph()).toEqual(before);
  });

  it("works inside a block too", () => {
    const { first, act, run, at, graph } = drawing();
    const [use] = run(groupNodes([first, act], "Outer"));
    at(use);
    const [inner] = run(groupNodes([first], "Inner"));
    expect(flatten(graph()).graph.nodes.map(({ id }) => id)).toContain(`${use}/${inner}/${first}`);
    expect(graph().blocks).toHaveLength(2);
  });
});

describe("taking a block apart", () => {
  it("gives back its nodes and wires, once for each turn", () => {
    const { first, act, run, graph } = drawing();
    const [use] = run(groupNodes([first, act], "Dense"));
    run(setParam(use, "repeat", 3));
    const before = parameters(graph());
    const copies = run(ungroupNodes([use]));
    expect(copies).toHaveLength(6);
    expect(graph().nodes.some(({ id }) => id === use)).toBe(false);
    expect(parameters(graph())).toBe(before);
    expect(graph().edges).toHaveLength(7);
    expect(flatten(graph()).graph).toBe(graph());
  });
});

describe("a block that is used twice", () => {
  const twice = () => {
    const drawn = drawing();
    const [use] = drawn.run(groupNodes([drawn.first, drawn.act], "Dense"));
    const [copy] = drawn.run(paste(pieceOf(drawn.graph(), drawn.graph(), [use]), { x: 0, y: 200 }));
    return { ...drawn, use, copy };
  };

  it("has one definition, and loses wires to a port in both places when the port goes", () => {
    const { input, use, copy, run, at, graph, readsBack } = twice();
    run(connect({ node: input, port: "y" }, { node: copy, port: "x" }));
    expect(graph().blocks).toHaveLength(1);
    expect(usesOf(graph(), graph().blocks?.[0].id ?? "")).toBe(2);
    at(use);
    run(remove(["x"]));
    expect(graph().edges.filter(({ to }) => to.node === use || to.node === copy)).toEqual([]);
    expect(readsBack()).toBe(true);
  });

  it("keeps its wires when a port is renamed", () => {
    const { use, run, graph } = twice();
    const wires = graph().edges;
    const id = graph().blocks?.[0].id ?? "";
    run(renamePort(id, "x", "features"));
    expect(graph().edges).toBe(wires);
    const block = blockOf(graph(), graph().nodes.find((node) => node.id === use)?.type ?? "");
    expect(block && blockPorts(block).inputs).toEqual([{ id: "x", name: "features" }]);
  });

  it("can give one use a block of its own", () => {
    const { use, copy, run, at, graph } = twice();
    run(makeOwnBlock(copy, "Other"));
    at(copy);
    run(addNode("Dropout", { x: 0, y: 0 }));
    const sizes = [use, copy].map((id) => {
      const type = graph().nodes.find((node) => node.id === id)?.type ?? "";
      return blockOf(graph(), type)?.graph.nodes.length;
    });
    expect(sizes).toEqual([4, 5]);
  });

  it("never stands inside itself", () => {
    const { use, run, at, graph } = twice();
    const { type = "" } = graph().nodes.find(({ id }) => id === use) ?? {};
    at(use);
    const before = graph();
    expect(run(addNode(type, { x: 0, y: 0 }))).toEqual([]);
    expect(run(paste(pieceOf(graph(), graph(), [use]), { x: 0, y: 0 }))).toEqual([]);
    expect(graph()).toBe(before);
  });
});

describe("a block from another document", () => {
  it("brings its definition, under another id where that is taken by another block", () => {
    const from = drawing();
    const [use] = from.run(groupNodes([from.first, from.act], "Dense"));
    const piece = pieceOf(from.graph(), from.graph(), [use]);
    const [block] = withInner(from.graph(), piece.blocks[0]);

    const to = drawing();
    to.run(paste(piece, { x: 0, y: 0 }));
    expect(to.graph().blocks).toEqual([block]);
    to.run(paste(piece, { x: 0, y: 0 }));
    expect(to.graph().blocks).toHaveLength(1);
    const changed = { ...piece, blocks: [{ ...block, name: "Changed" }] };
    const [third] = to.run(paste(changed, { x: 0, y: 0 }));
    expect(to.graph().blocks?.map(({ name }) => name)).toEqual(["Dense", "Changed"]);
    const { type = "" } = to.graph().nodes.find(({ id }) => id === third) ?? {};
    expect(blockOf(to.graph(), type)?.name).toBe("Changed");
    expect(to.readsBack()).toBe(true);
  });
});
