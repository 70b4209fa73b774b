import { describe, expect, it } from "vitest";
import { emptyProject, type Fix, type Project } from "../../engine";
import { addNode, applyFix, connect, duplicate, paste, remove, setParam } from "./commands";
import { begin, type Command, perform } from "./history";
import { pieceOf } from "./piece";

/** Input → Transpose → View, with the ids of the three. */
function transposeThenView() {
  let project = emptyProject("test");
  const run = <R>(command: Command<R>): R => {
    const [history, result] = perform(begin(project), command, 0);
    project = history.project;
    return result;
  };
  const [input] = run(addNode("Input", { x: 0, y: 0 }));
  const [swap] = run(addNode("Transpose", { x: 268, y: 0 }));
  const [view] = run(addNode("View", { x: 536, y: 0 }));
  run(connect({ node: input, port: "y" }, { node: swap, port: "x" }));
  run(connect({ node: swap, port: "y" }, { node: view, port: "x" }));
  return { input, swap, view, run, graph: () => project.graph };
}

const wires = ({ edges, nodes }: Project["graph"]) =>
  edges.map(({ from, to }) =>
    [from, to].map((end) => nodes.find(({ id }) => id === end.node)?.type).join(" > "),
  );

describe("commands", () => {
  it("replaces the wire of an occupied input", () => {
    const { input, swap, view, run, graph } = transposeThenView();
    run(connect({ node: input, port: "y" }, { node: view, port: "x" }));
    expect(wires(graph())).toEqual(["Input > Transpose", "Input > View"]);
    expect(graph().edges.some(({ from }) => from.node === swap)).toBe(false);
  });

  it("makes no wire onto the node itself or to a port that is not there", () => {
    const { input, swap, run, graph } = transposeThenView();
    const before = graph();
    run(connect({ node: swap, port: "y" }, { node: swap, port: "x" }));
    run(connect({ node: input, port: "y" }, { node: swap, port: "nowhere" }));
    expect(graph()).toBe(before);
  });

  it("removes a node with its wires", () => {
    const { swap, run, graph } = transposeThenView();
    run(remove([swap]));
    expect(graph().nodes).toHaveLength(2);
    expect(graph().edges).toEqual([]);
  });

  it("keeps only parameters that differ from their defaults", () => {
    const { run, graph } = transposeThenView();
    const [id] = run(addNode("Linear", { x: 0, y: 200 }));
    const params = () => graph().nodes.find((node) => node.id === id)?.params;
    run(setParam(id, "out_features", 7));
    expect(params()).toEqual({ out_features: 7 });
    run(setParam(id, "out_features", 32));
    expect(params()).toEqual({});
    run(setParam(id, "bias", false));
    run(setParam(id, "bias", undefined));
    expect(params()).toEqual({});
  });

  it("copies nodes with the wires among them only", () => {
    const { swap, view, run, graph } = transposeThenView();
    const copies = run(duplicate([swap, view]));
    expect(copies).toHaveLength(2);
    expect(wires(graph())).toEqual(["Input > Transpose", "Transpose > View", "Transpose > View"]);
    const piece = pieceOf(graph(), graph(), copies);
    run(remove(copies));
    run(paste(piece, { x: 10, y: 0 }));
    expect(graph().nodes.filter(({ type }) => type === "View")).toHaveLength(2);
  });

  it("puts a fix's new node into the wire, with room on both sides", () => {
    const { view, run, graph } = transposeThenView();
    const edge = graph().edges.find(({ to }) => to.node === view);
    const fix: Fix = {
      label: { en: "Insert Contiguous", zh: "插入 Contiguous" },
      edits: [{ kind: "insert-on-edge", edge: edge?.id ?? "", type: "Contiguous", params: {} }],
    };
    run(applyFix(fix));
    expect(wires(graph())).toContain("Transpose > Contiguous");
    expect(wires(graph())).toContain("Contiguous > View");
    const columns = graph()
      .nodes.map(({ position }) => position.x)
      .toSorted((a, b) => a - b);
    for (let i = 1; i < columns.length; i++) expect(columns[i] - columns[i - 1]).toBeGreaterThanOrEqual(200);
  });
});
