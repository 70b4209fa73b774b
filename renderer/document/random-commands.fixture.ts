/** Random commands for whatever level of a document they meet: every recipe there is. */
import fc from "fast-check";
import { blockOf, flatten, type Graph, type GraphEdit, layerIn } from "../../engine";
import {
  deleteBlock,
  groupNodes,
  makeOwnBlock,
  renameBlock,
  renamePort,
  ungroupNodes,
  withInner,
} from "./block-commands";
import {
  addNode,
  addWired,
  applyFix,
  connect,
  disconnect,
  duplicate,
  moveNodes,
  moveWires,
  nudgeNodes,
  paste,
  reconnect,
  remove,
  rename,
  setData,
  setNodeTraining,
  setParam,
  setParams,
  setTraining,
  tidyNodes,
} from "./commands";
import { burstMilliseconds, type Command } from "./history";
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
export type Draw = (level: Graph, drawing: Graph) => Command<unknown> | null;

export const fixLabel = { en: "mend", zh: "修复" };
const number = fc.nat(1000);
export const pick = <T>(things: readonly T[], choice: number): T | undefined =>
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
        tidyNodes(
          new Map(graph.nodes.map(({ id }, row) => [id, { x, y: row * 100 }])),
          x % 2 === 0 ? "down" : "right",
        ),
  ),
  number.map(
    (a): Draw =>
      (graph) =>
        nudgeNodes([pick(graph.nodes, a)?.id ?? "none"], { x: 22, y: 0 }),
  ),
  fc.tuple(number, number).map(
    ([a, b]): Draw =>
      (graph) => {
        const chosen = [pick(graph.nodes, a), pick(graph.nodes, b), pick(graph.frames ?? [], a)];
        return duplicate(chosen.flatMap((thing) => thing?.id ?? []));
      },
  ),
  number.map(
    (a): Draw =>
      (graph, drawing) =>
        paste(
          pieceOf(
            drawing,
            graph,
            [...graph.nodes, ...(graph.frames ?? [])].slice(a % 5).map(({ id }) => id),
          ),
          { x: 22, y: 22 },
          { incoming: a % 2 === 0 },
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
  fc.tuple(number, number).map(
    ([a, b]): Draw =>
      (graph) =>
        setParams(
          [pick(graph.nodes, a), pick(graph.nodes, b)].flatMap((node) => node?.id ?? []),
          "bias",
          a % 2 === 0,
        ),
  ),
  fc.tuple(number, fc.constantFrom({ frozen: true }, { frozen: undefined }, { loss_weight: 0.5 })).map(
    ([a, change]): Draw =>
      (graph) =>
        setNodeTraining(pick(graph.nodes, a)?.id ?? "none", change),
  ),
  fc.tuple(number, number, number, fc.constantFrom("output", "input")).map(
    ([a, b, x, side]): Draw =>
      (graph, drawing) => {
        const type = pick(["ReLU", "Add", "Reroute", `block:${pick(drawing.blocks ?? [], x)?.id}`], b) ?? "";
        const end = pick(graph.nodes, a);
        if (!end) return null;
        const [own, ends] =
          side === "output" ? (["inputs", "outputs"] as const) : (["outputs", "inputs"] as const);
        const portOf = (of: string, kind: typeof own) =>
          pick(Object.keys(layerIn(drawing, of)?.[kind] ?? {}), x);
        const wire = { end: { node: end.id, port: portOf(end.type, ends) ?? "none" }, side };
        return addWired(type, { x, y: b }, [], { ...wire, port: portOf(type, own) ?? "none" });
      },
  ),
  fc.tuple(number, number).map(
    ([a, b]): Draw =>
      (graph) => {
        const [edge, other] = [pick(graph.edges, a), pick(graph.edges, b)];
        return edge && other ? reconnect(edge.id, edge.from, other.to) : null;
      },
  ),
  // What a fix may change, at any depth, as the checker asks for it.
  fc.tuple(number, number, fc.nat(5)).map(
    ([a, b, kind]): Draw =>
      (_, drawing) => {
        const flat = flatten(drawing).graph;
        const node = pick(flat.nodes, a)?.id ?? "none";
        const edge = pick(flat.edges, b)?.id ?? "none";
        const edits: readonly GraphEdit[] = [
          { kind: "set-param", node, param: "out_features", value: b },
          { kind: "set-type", node, type: "ReLU", params: {} },
          { kind: "insert-on-edge", edge, type: "Contiguous", params: {} },
          { kind: "bypass", node },
          { kind: "enable", node },
          { kind: "remove-edge", edge },
        ];
        return applyFix({ label: fixLabel, edits: [edits[kind]] });
      },
  ),
  // A block that comes from elsewhere, by its name like one that is here.
  fc.tuple(number, number).map(
    ([a, x]): Draw =>
      (_, drawing) => {
        const block = pick(drawing.blocks ?? [], a);
        if (!block) return null;
        return addNode(
          `block:${block.id}`,
          { x, y: x },
          {},
          withInner(drawing, { ...block, name: `from ${x}` }),
        );
      },
  ),
);

export function blocksIn(level: Graph, drawing: Graph) {
  return level.nodes.filter(({ type }) => blockOf(drawing, type));
}

/** Commands some milliseconds apart, so that some join into bursts; the last number says how deep they are done. */
export const story = fc.array(fc.tuple(draw, fc.integer({ min: 0, max: 2 * burstMilliseconds }), number), {
  maxLength: 60,
  size: "max",
});
