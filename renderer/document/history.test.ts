import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  blockOf,
  emptyProject,
  type Graph,
  graphAt,
  type LevelPath,
  layerIn,
  type Project,
  parseProject,
  printProject,
  repeatOf,
} from "../../engine";
import {
  deleteBlock,
  groupNodes,
  makeOwnBlock,
  renameBlock,
  renamePort,
  ungroupNodes,
} from "./block-commands";
import {
  addNode,
  connect,
  disconnect,
  duplicate,
  moveNodes,
  moveWires,
  nudgeNodes,
  paste,
  remove,
  rename,
  setData,
  setParam,
  setTraining,
  tidyNodes,
} from "./commands";
import { begin, burstMilliseconds, type Command, type History, perform, redo, undo } from "./history";
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
import { pieceOf } from "./piece";

const types = ["Input", "Linear", "ReLU", "Add", "Transpose", "CrossEntropyLoss"];

/** A command for whatever level of a document it meets: the numbers choose among what is there. */
type Draw = (level: Graph, drawing: Graph) => Command<unknown> | null;

const number = fc.nat(1000);
const pick = <T>(things: readonly T[], choice: number): T | undefined =>
  things[choice % Math.max(things.length, 1)];

const draw: fc.Arbitrary<Draw> = fc.oneof(
  {
    weight: 14,
    arbitrary: fc.tuple(fc.constantFrom(...types), number).map(
      ([type, x]): Draw =>
        () =>
          addNode(type, { x, y: 2 * x }),
    ),
  },
  {
    weight: 16,
    arbitrary: fc.tuple(number, number, number).map(
      ([a, b, c]): Draw =>
        (graph, drawing) => {
          const from = pick(graph.nodes, a);
          const to = pick(graph.nodes, b);
          if (!from || !to) return null;
          const output = pick(Object.keys(layerIn(drawing, from.type)?.outputs ?? {}), c) ?? "none";
          const input = pick(Object.keys(layerIn(drawing, to.type)?.inputs ?? {}), c) ?? "none";
          return connect({ node: from.id, port: output }, { node: to.id, port: input });
        },
    ),
  },
  fc.tuple(number, number).map(
    ([a, b]): Draw =>
      (graph) => {
        const chosen = [pick(graph.nodes, a), pick(graph.nodes, b)].flatMap((node) => node?.id ?? []);
        return remove(chosen, [pick(graph.edges, a)?.id ?? "none"]);
      },
  ),
  number.map(
    (a): Draw =>
      (graph) =>
        disconnect([pick(graph.edges, a)?.id ?? "none"]),
  ),
  fc.tuple(number, number).map(
    ([a, b]): Draw =>
      (graph) =>
        setParam(pick(graph.nodes, a)?.id ?? "none", "out_features", b % 4 || undefined),
  ),
  fc.tuple(number, fc.string()).map(
    ([a, name]): Draw =>
      (graph) =>
        rename(pick(graph.nodes, a)?.id ?? "none", name),
  ),
  fc.tuple(number, number).map(
    ([a, x]): Draw =>
      (graph) =>
        moveNodes(new Map([[pick(graph.nodes, a)?.id ?? "none", { x, y: x }]])),
  ),
  number.map(
    (x): Draw =>
      (graph) =>
        tidyNodes(new Map(graph.nodes.map(({ id }, row) => [id, { x, y: row * 100 }]))),
  ),
  number.map(
    (a): Draw =>
      (graph) =>
        nudgeNodes([pick(graph.nodes, a)?.id ?? "none"], { x: 22, y: 0 }),
  ),
  fc.tuple(number, number).map(
    ([a, b]): Draw =>
      (graph) => {
        const chosen = [pick(graph.nodes, a), pick(graph.nodes, b)].flatMap((node) => node?.id ?? []);
        return duplicate(chosen);
      },
  ),
  number.map(
    (a): Draw =>
      (graph, drawing) =>
        paste(
          pieceOf(
            drawing,
            graph,
            graph.nodes.slice(a % 5).map(({ id }) => id),
          ),
          { x: 22, y: 22 },
        ),
  ),
  number.map(
    (size): Draw =>
      () =>
        setTraining({ batch_size: size + 1 }),
  ),
  {
    weight: 6,
    arbitrary: fc.tuple(number, fc.nat(3)).map(
      ([a, span]): Draw =>
        (graph) => {
          const start = a % Math.max(graph.nodes.length, 1);
          return groupNodes(
            graph.nodes.slice(start, start + span).map(({ id }) => id),
            `Block ${a}`,
          );
        },
    ),
  },
  {
    weight: 4,
    arbitrary: number.map(
      (a): Draw =>
        (graph) => {
          const ports = graph.nodes.filter(({ type }) => /^Block(In|Out)put$/.test(type));
          return remove([pick(ports, a)?.id ?? "none"]);
        },
    ),
  },
  number.map(
    (a): Draw =>
      (graph, drawing) =>
        ungroupNodes([pick(blocksIn(graph, drawing), a)?.id ?? "none"]),
  ),
  fc.tuple(number, fc.integer({ min: 1, max: 3 })).map(
    ([a, repeat]): Draw =>
      (graph, drawing) =>
        setParam(pick(blocksIn(graph, drawing), a)?.id ?? "none", "repeat", repeat),
  ),
  fc.tuple(number, number).map(
    ([a, x]): Draw =>
      (_, drawing) =>
        addNode(`block:${pick(drawing.blocks ?? [], a)?.id ?? "none"}`, { x, y: x }),
  ),
  number.map(
    (a): Draw =>
      (graph, drawing) =>
        makeOwnBlock(pick(blocksIn(graph, drawing), a)?.id ?? "none", "Own"),
  ),
  fc.tuple(number, fc.string()).map(
    ([a, name]): Draw =>
      (_, drawing) => {
        const block = pick(drawing.blocks ?? [], a);
        const port = pick(block?.graph.nodes ?? [], a);
        return a % 2 === 0
          ? renameBlock(block?.id ?? "none", name)
          : renamePort(block?.id ?? "none", port?.id ?? "none", name);
      },
  ),
  number.map(
    (a): Draw =>
      (_, drawing) =>
        deleteBlock(pick(drawing.blocks ?? [], a)?.id ?? "none"),
  ),
  fc.tuple(number, fc.nat(3), fc.string()).map(
    ([a, kind, note]): Draw =>
      (graph) => {
        const id = pick(graph.nodes, a)?.id ?? "none";
        if (kind === 0) return toggleMode([id], "bypass");
        if (kind === 1) return toggleMode([id], "disable");
        return kind === 2 ? toggleCollapsed([id]) : setNote(id, note);
      },
  ),
  fc.tuple(number, number).map(
    ([a, x]): Draw =>
      (graph) => {
        const area = { position: { x, y: a }, size: { width: 100 + a, height: 80 } };
        const frame = pick(graph.frames ?? [], a);
        if (frame) return changeFrame(frame.id, x % 2 === 0 ? area : { title: `${x}` });
        return addFrame(area, { title: "Frame", text: "", colour: "blue" });
      },
  ),
  fc.tuple(number, number).map(
    ([a, x]): Draw =>
      (graph) =>
        insertIntoWire(pick(graph.edges, a)?.id ?? "none", "Reroute", { x, y: x }),
  ),
  fc.tuple(number, number).map(
    ([a, b]): Draw =>
      (graph) =>
        dropIntoWire(pick(graph.edges, a)?.id ?? "none", pick(graph.nodes, b)?.id ?? "none", { x: a, y: b }),
  ),
  fc.tuple(number, number).map(
    ([a, b]): Draw =>
      (graph) =>
        removeAndJoin([pick(graph.nodes, a)?.id ?? "none", pick(graph.nodes, b)?.id ?? "none"]),
  ),
  fc.tuple(number, number).map(
    ([a, b]): Draw =>
      (graph) => {
        const [moved, place] = [pick(graph.edges, a), pick(graph.edges, b)];
        return moved && place
          ? moveWires([moved.id], a % 2 === 0 ? "output" : "input", a % 2 === 0 ? place.from : place.to)
          : null;
      },
  ),
  fc.boolean().map(
    (standardize): Draw =>
      () =>
        setData({ standardize }),
  ),
);

function blocksIn(level: Graph, drawing: Graph) {
  return level.nodes.filter(({ type }) => blockOf(drawing, type));
}

/** Commands some milliseconds apart, so that some join into bursts; the last number says how deep they are done. */
const story = fc.array(fc.tuple(draw, fc.integer({ min: 0, max: 2 * burstMilliseconds }), number), {
  maxLength: 60,
});

function play(start: Project, commands: readonly (readonly [Draw, number, number])[]): History {
  let history = begin(start);
  let at = 0;
  for (const [drawn, wait, depth] of commands) {
    at += wait;
    const drawing = history.project.graph;
    const path = pathInto(drawing, depth);
    const command = drawn(graphAt(drawing, path) ?? drawing, drawing);
    if (!command) continue;
    const before = census(drawing);
    [history] = perform(history, command, at, path);
    const isFold = [groupNodes([], "").name, ungroupNodes([]).name].includes(command.name);
    if (isFold) expect(census(history.project.graph), "layers lost or made by folding").toEqual(before);
  }
  return history;
}

/** Half of the time the top, else as far down as the number leads. */
function pathInto(drawing: Graph, choice: number): LevelPath {
  const path: string[] = [];
  for (let rest = choice; rest % 2 === 1 && path.length < 3; rest = Math.floor(rest / 2)) {
    const level = graphAt(drawing, path);
    const block = level && pick(blocksIn(level, drawing), rest);
    if (!block) break;
    path.push(block.id);
  }
  return path;
}

/** How many layers of each type there are when all blocks are opened. */
function census(drawing: Graph): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  const count = (graph: Graph, times: number): void => {
    for (const node of graph.nodes) {
      const block = blockOf(drawing, node.type);
      if (block) count(block.graph, times * repeatOf(node));
      else if (!/^Block(In|Out)put$/.test(node.type)) counts[node.type] = (counts[node.type] ?? 0) + times;
    }
  };
  count(drawing, 1);
  return counts;
}

function expectSound(drawing: Graph): void {
  const { blocks = [] } = drawing;
  expect(new Set(blocks.map(({ id }) => id)).size).toBe(blocks.length);
  for (const level of [drawing, ...blocks.map(({ graph }) => graph)]) expectSoundLevel(level, drawing);
}

function expectSoundLevel({ nodes, edges, frames = [] }: Graph, drawing: Graph): void {
  const things = [...nodes, ...frames];
  expect(new Set(things.map(({ id }) => id)).size).toBe(things.length);
  expect(new Set(edges.map(({ id }) => id)).size).toBe(edges.length);
  expect(new Set(edges.map(({ to }) => `${to.node} ${to.port}`)).size).toBe(edges.length);
  for (const { from, to } of edges) {
    const source = nodes.find(({ id }) => id === from.node);
    const target = nodes.find(({ id }) => id === to.node);
    expect(source && target, "a wire at a node that is not there").toBeTruthy();
    const outputs = layerIn(drawing, source?.type ?? "")?.outputs;
    const inputs = layerIn(drawing, target?.type ?? "")?.inputs;
    if (outputs) expect(Object.keys(outputs)).toContain(from.port);
    if (inputs) expect(Object.keys(inputs)).toContain(to.port);
  }
}

describe("history", () => {
  it("keeps the graph sound, and undoes and redoes all of it", () => {
    fc.assert(
      fc.property(story, (commands) => {
        const start = emptyProject("test");
        const end = play(start, commands);
        expectSound(end.project.graph);
        const saved = parseProject(printProject(end.project));
        expect(saved.ok ? null : saved.error).toBeNull();

        let back = end;
        while (back.past.length > 0) {
          back = undo(back);
          expectSound(back.project.graph);
        }
        expect(back.project).toEqual(start);

        let forth = back;
        while (forth.future.length > 0) forth = redo(forth);
        expect(forth.project).toEqual(end.project);
        expect(forth.revision).toBe(end.revision);
      }),
      { numRuns: 200 },
    );
  });

  it("goes back to the revision that was saved", () => {
    const saved = begin(emptyProject("test"));
    const [edited] = perform(saved, setTraining({ epochs: 3 }), 0);
    expect(edited.revision).not.toBe(saved.revision);
    expect(undo(edited).revision).toBe(saved.revision);
    expect(redo(undo(edited)).revision).toBe(edited.revision);
  });

  it("joins typing in one field, until the person pauses or goes elsewhere", () => {
    let history = begin(emptyProject("test"));
    let id = "";
    [history, [id]] = perform(history, addNode("Linear", { x: 0, y: 0 }), 0);
    const type = (value: number, at: number) => {
      [history] = perform(history, setParam(id, "out_features", value), at);
    };
    type(1, 100);
    type(12, 300);
    type(128, 500);
    expect(history.past).toHaveLength(2);
    type(4, 500 + burstMilliseconds + 1);
    expect(history.past).toHaveLength(3);
    [history] = perform(history, rename(id, "head"), 1700);
    type(5, 1800);
    expect(history.past).toHaveLength(5);

    history = undo(undo(undo(undo(history))));
    expect(history.project.graph.nodes[0].params).toEqual({});
  });

  it("does not join a new edit to one that was undone", () => {
    let [history] = perform(begin(emptyProject("test")), setTraining({ epochs: 3 }), 0);
    [history] = perform(undo(history), setTraining({ epochs: 4 }), 10);
    expect(history.past).toHaveLength(1);
    expect(history.future).toHaveLength(0);
    expect(undo(history).project.training.epochs).toBe(emptyProject("test").training.epochs);
  });

  it("takes no step for a command that changes nothing", () => {
    const history = begin(emptyProject("test"));
    expect(perform(history, remove(["none"]), 0)[0]).toBe(history);
    expect(perform(history, moveNodes(new Map()), 0)[0]).toBe(history);
  });
});
