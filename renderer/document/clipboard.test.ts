import { describe, expect, it } from "vitest";
import { emptyProject, parseProject } from "../../engine";
import { groupNodes } from "./block-commands";
import { copySelection, cutSelection, parsePiece, pasteClipboard, pasteText } from "./clipboard";
import { addNode, connect } from "./commands";
import { run, useDocument } from "./store";

const graph = () => useDocument.getState().project.graph;
const types = () => graph().nodes.map(({ type }) => type);

/** Input → Linear → ReLU, the last two selected. */
function draw() {
  useDocument.getState().open(emptyProject("test"), null);
  const ids = ["Input", "Linear", "ReLU"].flatMap((type, i) => run(addNode(type, { x: 200 * i, y: 0 })));
  ids.slice(1).forEach((id, i) => run(connect({ node: ids[i], port: "y" }, { node: id, port: "x" })));
  useDocument.getState().select(ids.slice(1));
  return ids;
}

describe("the clipboard", () => {
  it("holds a project file with the nodes that were copied", () => {
    draw();
    const text = copySelection();
    const parsed = parseProject(text);
    expect(parsed.ok && parsed.project.graph.nodes.map(({ type }) => type)).toEqual(["Linear", "ReLU"]);
    useDocument.getState().open(emptyProject("other"), null);
    expect(pasteText(text)).toBe(true);
    expect(types()).toEqual(["Linear", "ReLU"]);
    expect(graph().edges).toHaveLength(1);
    expect(useDocument.getState().selectedNodes).toEqual(graph().nodes.map(({ id }) => id));
  });

  it("draws the wires that came in again where that is wanted", () => {
    const [input] = draw();
    const text = copySelection();
    pasteText(text);
    expect(graph().edges.filter(({ from }) => from.node === input)).toHaveLength(1);
    pasteText(text, true);
    expect(graph().edges.filter(({ from }) => from.node === input)).toHaveLength(2);
  });

  it("takes blocks along", () => {
    const [, linear, relu] = draw();
    const [use] = run(groupNodes([linear, relu], "Dense"));
    useDocument.getState().select([use]);
    const text = copySelection();
    useDocument.getState().open(emptyProject("other"), null);
    pasteText(text);
    expect(graph().blocks?.map(({ name }) => name)).toEqual(["Dense"]);
  });

  it("puts what was cut back where it was, and each further copy beside it", () => {
    draw();
    const before = graph()
      .nodes.slice(1)
      .map(({ position }) => position);
    cutSelection();
    expect(types()).toEqual(["Input"]);
    pasteClipboard();
    expect(
      graph()
        .nodes.slice(1)
        .map(({ position }) => position),
    ).toEqual(before);
    pasteClipboard();
    expect(graph().nodes[3].position).toEqual({ x: 222, y: 22 });
  });

  it("leaves the document alone for any other text", () => {
    draw();
    const before = graph();
    for (const text of [
      "",
      "hello",
      "{}",
      '{"format":"tensorloom","version":1,"graph":{"nodes":[],"edges":[]}}',
    ])
      expect(pasteText(text)).toBe(false);
    expect(graph()).toBe(before);
    expect(parsePiece(copySelection())?.nodes).toHaveLength(2);
  });
});
