import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emptyProject, type Graph, type Project } from "../../engine";
import {
  addNode,
  connect,
  disconnect,
  duplicate,
  moveNodes,
  nudgeNodes,
  paste,
  pieceOf,
  remove,
  rename,
  setData,
  setParam,
  setTraining,
  tidyNodes,
} from "./commands";
import { begin, burstMilliseconds, type Command, type History, perform, redo, undo } from "./history";
import { layerOf } from "./layers";

const types = ["Input", "Linear", "ReLU", "Add", "Transpose", "CrossEntropyLoss"];

/** A command for whatever document it meets: the numbers choose among what is there. */
type Draw = (project: Project) => Command<unknown> | null;

const number = fc.nat(1000);
const pick = <T>(things: readonly T[], choice: number): T | undefined =>
  things[choice % Math.max(things.length, 1)];

const draw: fc.Arbitrary<Draw> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(fc.constantFrom(...types), number).map(
      ([type, x]): Draw =>
        () =>
          addNode(type, { x, y: 2 * x }),
    ),
  },
  {
    weight: 6,
    arbitrary: fc.tuple(number, number, number).map(
      ([a, b, c]): Draw =>
        ({ graph }) => {
          const from = pick(graph.nodes, a);
          const to = pick(graph.nodes, b);
          if (!from || !to) return null;
          const output = pick(Object.keys(layerOf(from.type)?.outputs ?? {}), c) ?? "none";
          const input = pick(Object.keys(layerOf(to.type)?.inputs ?? {}), c) ?? "none";
          return connect({ node: from.id, port: output }, { node: to.id, port: input });
        },
    ),
  },
  fc.tuple(number, number).map(
    ([a, b]): Draw =>
      ({ graph }) => {
        const chosen = [pick(graph.nodes, a), pick(graph.nodes, b)].flatMap((node) => node?.id ?? []);
        return remove(chosen, [pick(graph.edges, a)?.id ?? "none"]);
      },
  ),
  number.map(
    (a): Draw =>
      ({ graph }) =>
        disconnect([pick(graph.edges, a)?.id ?? "none"]),
  ),
  fc.tuple(number, number).map(
    ([a, b]): Draw =>
      ({ graph }) =>
        setParam(pick(graph.nodes, a)?.id ?? "none", "out_features", b % 4 || undefined),
  ),
  fc.tuple(number, fc.string()).map(
    ([a, name]): Draw =>
      ({ graph }) =>
        rename(pick(graph.nodes, a)?.id ?? "none", name),
  ),
  fc.tuple(number, number).map(
    ([a, x]): Draw =>
      ({ graph }) =>
        moveNodes(new Map([[pick(graph.nodes, a)?.id ?? "none", { x, y: x }]])),
  ),
  number.map(
    (x): Draw =>
      ({ graph }) =>
        tidyNodes(new Map(graph.nodes.map(({ id }, row) => [id, { x, y: row * 100 }]))),
  ),
  number.map(
    (a): Draw =>
      ({ graph }) =>
        nudgeNodes([pick(graph.nodes, a)?.id ?? "none"], { x: 22, y: 0 }),
  ),
  fc.tuple(number, number).map(
    ([a, b]): Draw =>
      ({ graph }) => {
        const chosen = [pick(graph.nodes, a), pick(graph.nodes, b)].flatMap((node) => node?.id ?? []);
        return duplicate(chosen);
      },
  ),
  number.map(
    (a): Draw =>
      ({ graph }) =>
        paste(
          pieceOf(
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
  fc.boolean().map(
    (standardize): Draw =>
      () =>
        setData({ standardize }),
  ),
);

/** Commands some milliseconds apart: some join into bursts, some do not. */
const story = fc.array(fc.tuple(draw, fc.integer({ min: 0, max: 2 * burstMilliseconds })), { maxLength: 40 });

function play(start: Project, commands: readonly (readonly [Draw, number])[]): History {
  let history = begin(start);
  let at = 0;
  for (const [drawn, wait] of commands) {
    at += wait;
    const command = drawn(history.project);
    if (command) [history] = perform(history, command, at);
  }
  return history;
}

function expectSound({ nodes, edges }: Graph): void {
  const ids = new Set(nodes.map(({ id }) => id));
  expect(ids.size).toBe(nodes.length);
  expect(new Set(edges.map(({ id }) => id)).size).toBe(edges.length);
  expect(new Set(edges.map(({ to }) => `${to.node} ${to.port}`)).size).toBe(edges.length);
  for (const { from, to } of edges) {
    const source = nodes.find(({ id }) => id === from.node);
    const target = nodes.find(({ id }) => id === to.node);
    expect(Object.keys(layerOf(source?.type ?? "")?.outputs ?? {})).toContain(from.port);
    expect(Object.keys(layerOf(target?.type ?? "")?.inputs ?? {})).toContain(to.port);
  }
}

describe("history", () => {
  it("keeps the graph sound, and undoes and redoes all of it", () => {
    fc.assert(
      fc.property(story, (commands) => {
        const start = emptyProject("test");
        const end = play(start, commands);
        expectSound(end.project.graph);

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
    [history, id] = perform(history, addNode("Linear", { x: 0, y: 0 }), 0);
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
