import { describe, expect, it } from "vitest";
import { emptyProject, type Graph } from "../../engine";
import { addNode, connect, moveWires } from "./commands";
import { begin, type Command, type History, perform } from "./history";
import {
  addFrame,
  changeFrame,
  dropIntoWire,
  insertIntoWire,
  removeAndJoin,
  setNote,
  toggleCollapsed,
  toggleMode,
} from "./node-commands";

/** Input → Linear → ReLU. */
function chain() {
  let history: History = begin(emptyProject("test"));
  const run = <R>(command: Command<R>): R => {
    let result: R;
    [history, result] = perform(history, command, 0);
    return result;
  };
  const add = (type: string) => run(addNode(type, { x: 0, y: 0 }))[0];
  const [input, linear, relu] = ["Input", "Linear", "ReLU"].map(add);
  run(connect({ node: input, port: "y" }, { node: linear, port: "x" }));
  run(connect({ node: linear, port: "y" }, { node: relu, port: "x" }));
  return { input, linear, relu, add, run, graph: () => history.project.graph };
}

const wires = ({ edges }: Graph) => edges.map(({ from, to }) => `${from.node} > ${to.node}`).toSorted();
const nodeOf = (graph: Graph, id: string) => graph.nodes.find((node) => node.id === id);

describe("nodes", () => {
  it("are bypassed and folded together, and come back together", () => {
    const { linear, relu, run, graph } = chain();
    run(toggleMode([linear], "bypass"));
    run(toggleMode([linear, relu], "bypass"));
    expect([linear, relu].map((id) => nodeOf(graph(), id)?.mode)).toEqual(["bypass", "bypass"]);
    run(toggleMode([linear, relu], "bypass"));
    expect(nodeOf(graph(), linear)).not.toHaveProperty("mode");
    run(toggleMode([linear], "disable"));
    expect(nodeOf(graph(), linear)?.mode).toBe("disable");
    run(toggleCollapsed([linear]));
    expect(nodeOf(graph(), linear)?.collapsed).toBe(true);
    run(toggleCollapsed([linear]));
    expect(nodeOf(graph(), linear)).not.toHaveProperty("collapsed");
  });

  it("keep a note until it is emptied", () => {
    const { linear, run, graph } = chain();
    run(setNote(linear, "try 32"));
    expect(nodeOf(graph(), linear)?.note).toBe("try 32");
    run(setNote(linear, ""));
    expect(nodeOf(graph(), linear)).not.toHaveProperty("note");
  });
});

describe("wires", () => {
  it("are led through a new node and one that is there", () => {
    const { input, linear, relu, add, run, graph } = chain();
    const [edge] = graph().edges;
    const [point] = run(insertIntoWire(edge.id, "Reroute", { x: 5, y: 6 }));
    expect(wires(graph())).toEqual(
      [`${input} > ${point}`, `${point} > ${linear}`, `${linear} > ${relu}`].toSorted(),
    );
    const free = add("Tanh");
    const last = graph().edges.find(({ to }) => to.node === relu);
    run(dropIntoWire(last?.id ?? "", free, { x: 1, y: 2 }));
    expect(wires(graph())).toContain(`${linear} > ${free}`);
    expect(wires(graph())).toContain(`${free} > ${relu}`);
    expect(nodeOf(graph(), free)?.position).toEqual({ x: 1, y: 2 });
  });

  it("are joined when what lies between them goes, several in a row too", () => {
    const { input, linear, relu, add, run, graph } = chain();
    const end = add("Tanh");
    run(connect({ node: relu, port: "y" }, { node: end, port: "x" }));
    run(removeAndJoin([linear, relu]));
    expect(wires(graph())).toEqual([`${input} > ${end}`]);
  });

  it("move to another port together", () => {
    const { input, linear, relu, add, run, graph } = chain();
    const other = add("Tanh");
    run(connect({ node: input, port: "y" }, { node: other, port: "x" }));
    const ids = graph()
      .edges.filter(({ from }) => from.node === input)
      .map(({ id }) => id);
    const source = add("Input");
    run(moveWires(ids, "output", { node: source, port: "y" }));
    expect(wires(graph())).toEqual(
      [`${source} > ${linear}`, `${source} > ${other}`, `${linear} > ${relu}`].toSorted(),
    );
  });
});

describe("frames", () => {
  it("are changed in place, and go with what is deleted", () => {
    const { run, graph } = chain();
    const area = { position: { x: 0, y: 0 }, size: { width: 100, height: 80 } };
    const [id] = run(addFrame(area, { title: "Body", text: "", colour: "blue" }));
    run(changeFrame(id, { title: "Head", colour: "red" }));
    run(changeFrame(id, { size: { width: 200, height: 90 } }));
    expect(graph().frames).toEqual([
      { id, title: "Head", text: "", colour: "red", ...area, size: { width: 200, height: 90 } },
    ]);
    run(removeAndJoin([id]));
    expect(graph().frames).toEqual([]);
  });
});
