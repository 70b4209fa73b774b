import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  blockOf,
  emptyProject,
  type Graph,
  graphAt,
  type LevelPath,
  layerIn,
  movedId,
  type Project,
  parseProject,
  printProject,
  repeatOf,
  turnId,
} from "../../engine";
import * as blockCommands from "./block-commands";
import { deleteBlock, groupNodes, ungroupNodes } from "./block-commands";
import * as commands from "./commands";
import { addNode, moveNodes, remove, rename, setParam, setTraining } from "./commands";
import { begin, burstMilliseconds, type History, movesBetween, perform, redo, undo } from "./history";
import * as nodeCommands from "./node-commands";
import { removeAndJoin } from "./node-commands";
import { blocksIn, type Draw, fixLabel, pick, story } from "./random-commands.fixture";

function play(start: Project, commands: readonly (readonly [Draw, number, number])[]): History {
  let history = begin(start);
  let at = 0;
  for (const [drawn, wait, depth] of commands) {
    at += wait;
    const drawing = history.project.graph;
    const path = pathInto(drawing, depth);
    const command = drawn(graphAt(drawing, path) ?? drawing, drawing);
    if (!command) continue;
    const before = history;
    [history] = perform(history, command, at, path);
    if (folding.includes(command.name)) {
      if (history !== before) expectFolded(before, history);
    } else if (!removing.includes(command.name)) expectNothingLost(drawing, history.project.graph);
  }
  return history;
}

const folding = [groupNodes([], "").name, ungroupNodes([]).name];
const removing = [remove([]).name, removeAndJoin([]).name, fixLabel, deleteBlock("").name];

/** All nodes and frames are still there, at every level. */
function expectNothingLost(before: Graph, after: Graph): void {
  const levelsOf = (drawing: Graph) => [
    ["", drawing] as const,
    ...(drawing.blocks ?? []).map(({ id, graph }) => [id, graph] as const),
  ];
  const now = new Map(levelsOf(after));
  for (const [id, { nodes, frames = [] }] of levelsOf(before)) {
    const kept = new Set(
      [...(now.get(id)?.nodes ?? []), ...(now.get(id)?.frames ?? [])].map((each) => each.id),
    );
    expect(
      [...nodes, ...frames].filter((each) => !kept.has(each.id)),
      "nodes lost",
    ).toEqual([]);
  }
}

/** Folding loses and makes no layer, and says under which id each goes on: there and back. */
function expectFolded(before: History, after: History): void {
  const pairs = [
    [before, after],
    [after, undo(after)],
  ] as const;
  for (const [from, to] of pairs) {
    const moves = movesBetween(from, to);
    const moved = [...layersOf(from.project.graph)].map(([id, type]): readonly [string, string] => [
      moves ? movedId(moves, id) : id,
      type,
    ]);
    expect(new Map(moved), "layers lost or mixed up").toEqual(layersOf(to.project.graph));
    expect(new Set(moved.map(([id]) => id)).size, "two layers under one id").toBe(moved.length);
  }
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

/** The types of all layers when all blocks are opened, by flat id. */
function layersOf(drawing: Graph): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const open = (graph: Graph, prefix: string): void => {
    for (const node of graph.nodes) {
      const block = blockOf(drawing, node.type);
      if (!block && !/^Block(In|Out)put$/.test(node.type)) found.set(prefix + node.id, node.type);
      if (!block) continue;
      for (let turn = 1; turn <= repeatOf(node); turn++)
        open(block.graph, `${prefix + turnId(node.id, turn)}/`);
    }
  };
  open(drawing, "");
  return found;
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

  it("is tried with every recipe there is", () => {
    const notRecipes = ["usesOf"];
    const tried = readFileSync(`${import.meta.dirname}/random-commands.fixture.ts`, "utf8");
    const recipes = [commands, nodeCommands, blockCommands].flatMap((module) => Object.keys(module));
    expect(recipes.filter((name) => !tried.includes(`${name}(`))).toEqual(notRecipes);
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
