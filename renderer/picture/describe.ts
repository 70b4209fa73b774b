/** What is on the canvas as plain shapes and words, all of it and in full detail, however it is shown. Canvas units. */
import type { AnyLayer, CheckedGraph, CheckedNode, Diagnostic, Frame, Graph, GraphNode } from "../../engine";
import { footWords, isPort, type NodeRow, tellingRows } from "../canvas/node-words";
import { shownInputs, shownOutputs } from "../canvas/ports";
import { shapeText } from "../canvas/shape-text";
import { wirePath } from "../canvas/wire-path";
import type { Numbers, Translate } from "../ui/text";

interface Size {
  readonly width: number;
  readonly height: number;
}

export interface PictureNeeds {
  readonly graph: Graph;
  readonly checked: CheckedGraph;
  /** What is wrong by node, errors first. */
  readonly problems: ReadonlyMap<string, readonly Diagnostic[]>;
  readonly layerOf: (type: string) => AnyLayer | undefined;
  /** As it was measured on the screen; undefined for one that was never drawn. */
  readonly sizeOf: (node: string) => Size | undefined;
  readonly t: Translate;
  readonly numbers: Pick<Numbers, "count" | "bytes">;
}

export interface Picture {
  readonly frames: readonly Frame[];
  readonly nodes: readonly PictureNode[];
  readonly wires: readonly PictureWire[];
  readonly box: Size & { readonly x: number; readonly y: number };
}

export interface PictureNode extends Size {
  readonly x: number;
  readonly y: number;
  readonly kind: "layer" | "block" | "reroute";
  readonly category: string | null;
  readonly title: string;
  readonly name: string;
  /** The words at the inputs and outputs, when there are several. */
  readonly portRows: readonly (readonly [input: string, output: string])[];
  readonly rows: readonly NodeRow[];
  readonly foot: readonly string[];
  readonly severity: "error" | "warning" | null;
  readonly dashed: boolean;
  readonly ports: readonly { readonly x: number; readonly y: number; readonly side: "in" | "out" }[];
}

export interface PictureWire {
  readonly path: string;
  readonly bad: boolean;
  readonly chip: { readonly x: number; readonly y: number; readonly text: string } | null;
}

/** Heights of a node's parts, as they are on the canvas. */
export const parts = { head: 34, portRow: 20, portsFoot: 7, row: 18, rowsFoot: 6, foot: 27 };
const narrowest = 164;
const characterWidth = 6.4;
const rerouteSize = 16;
const margin = 40;

export function describe(needs: PictureNeeds): Picture {
  const { graph, checked, problems } = needs;
  const drawn = new Map(graph.nodes.map((node) => [node.id, drawNode(node, needs)]));
  const down = graph.direction === "down";
  const wires = graph.edges.flatMap(({ from, to }): PictureWire[] => {
    const start = drawn.get(from.node)?.outputs.get(from.port);
    const end = drawn.get(to.node)?.inputs.get(to.port);
    if (!start || !end) return [];
    const ends = { sourceX: start.x, sourceY: start.y, targetX: end.x, targetY: end.y };
    const { path, chip, room } = wirePath(ends, down);
    const output = checked.nodes[from.node]?.outputs[from.port];
    const text = output ? shapeText(output.symbolicShape) : "";
    const fits = text !== "" && room >= text.length * characterWidth + 16;
    const bad = (problems.get(to.node) ?? []).some(
      ({ severity, port }) => severity === "error" && (port === null || port === to.port),
    );
    return [{ path, bad, chip: fits ? { ...chip, text } : null }];
  });
  const frames = graph.frames ?? [];
  const nodes = [...drawn.values()].map(({ node }) => node);
  return { frames, nodes, wires, box: boxAround(nodes, frames, wires) };
}

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Drawn {
  readonly node: PictureNode;
  readonly inputs: ReadonlyMap<string, Point>;
  readonly outputs: ReadonlyMap<string, Point>;
}

function drawNode(node: GraphNode, needs: PictureNeeds): Drawn {
  const { graph, checked, problems, layerOf, sizeOf, t, numbers } = needs;
  const layer = layerOf(node.type);
  const known: CheckedNode | undefined = checked.nodes[node.id];
  const { inputs, outputs } = portsOf(node, layer, known, graph);
  const isReroute = node.type === "Reroute";
  const inRows = !isReroute && !node.collapsed && (inputs.length > 1 || outputs.length > 1);
  const nameOf = (port: string | undefined) => (port === undefined ? "" : (layer?.portNames?.[port] ?? port));
  const portRows = inRows
    ? Array.from(
        { length: Math.max(inputs.length, outputs.length) },
        (_, row) => [nameOf(inputs[row]), nameOf(outputs[row])] as const,
      )
    : [];
  const rows = layer && !node.collapsed && !isReroute ? tellingRows(node, layer, known, t) : [];
  const problem = problems.get(node.id)?.at(0);
  const foot =
    node.collapsed || isReroute
      ? []
      : problem
        ? [t(problem.title)]
        : footWords(node.mode, layer, known, t, numbers);
  const words = {
    title: layer?.title ?? node.type,
    name: node.name || (isPort(node.type) ? node.id : ""),
    portRows,
    rows,
    foot,
  };
  const size = isReroute ? { width: rerouteSize, height: rerouteSize } : sizeFor(words, sizeOf(node.id));
  const { x, y } = node.position;
  /** As the canvas places them: beside the head or a row, or along the upper and lower edge. */
  const place = (side: "in" | "out", index: number, count: number): Point => {
    if (isReroute) return { x: x + size.width / 2, y: y + size.height / 2 };
    if (graph.direction === "down")
      return { x: x + (size.width * (index + 1)) / (count + 1), y: side === "in" ? y : y + size.height };
    const row = inRows ? parts.head + parts.portRow * (index + 0.5) : parts.head / 2 + 8;
    return { x: side === "in" ? x : x + size.width, y: y + row };
  };
  const at = (side: "in" | "out", names: readonly string[]) =>
    new Map(names.map((name, index) => [name, place(side, index, names.length)]));
  const placed = { inputs: at("in", inputs), outputs: at("out", outputs) };
  return {
    ...placed,
    node: {
      ...words,
      ...size,
      x,
      y,
      kind: isReroute ? "reroute" : layer?.category === "block" ? "block" : "layer",
      category: layer?.category ?? null,
      severity: problem?.severity ?? null,
      dashed: node.mode !== undefined,
      ports: isReroute
        ? []
        : [
            ...[...placed.inputs.values()].map((point) => ({ ...point, side: "in" as const })),
            ...[...placed.outputs.values()].map((point) => ({ ...point, side: "out" as const })),
          ],
    },
  };
}

function portsOf(node: GraphNode, layer: AnyLayer | undefined, known: CheckedNode | undefined, graph: Graph) {
  const wired = (side: "from" | "to") =>
    new Set(graph.edges.filter((edge) => edge[side].node === node.id).map((edge) => edge[side].port));
  // The ports of a layer that this version lacks are those that wires name.
  if (!layer) return { inputs: [...wired("to")], outputs: [...wired("from")] };
  return {
    inputs: shownInputs(layer, wired("to")).map(({ name }) => name),
    outputs: shownOutputs(layer, wired("from"), known?.outputs),
  };
}

type Words = Pick<PictureNode, "title" | "name" | "portRows" | "rows" | "foot">;

/** Wide enough for its words, and as wide as on the screen at least. */
function sizeFor({ title, name, portRows, rows, foot }: Words, measured: Size | undefined): Size {
  const lines = [
    26 + title.length * 1.15 * characterWidth + (name ? 14 + name.length * characterWidth : 0),
    ...rows.map(({ label, value }) => 14 + (label.length + value.length) * characterWidth),
    ...portRows.map(([input, output]) => 16 + (input.length + output.length) * characterWidth),
  ].map((width) => width + 20);
  const height =
    parts.head +
    (portRows.length > 0 ? portRows.length * parts.portRow + parts.portsFoot : 0) +
    (rows.length > 0 ? rows.length * parts.row + parts.rowsFoot : 0) +
    (foot.length > 0 ? parts.foot : 0);
  const width = measured?.width ?? Math.min(240, Math.max(narrowest, ...lines));
  return { width: Math.ceil(width), height };
}

/** Everything, with room for wires that swing out. */
function boxAround(
  nodes: readonly PictureNode[],
  frames: readonly Frame[],
  wires: readonly PictureWire[],
): Picture["box"] {
  const corners = [
    ...nodes.flatMap(({ x, y, width, height }) => [x, y, x + width, y + height]),
    ...frames.flatMap(({ position: { x, y }, size }) => [x, y, x + size.width, y + size.height]),
    // A path is made of points, but for H, which goes on to a node at the height where it is.
    ...wires.flatMap(({ path }) => pointsOf(path)),
  ];
  const xs = corners.filter((_, index) => index % 2 === 0);
  const ys = corners.filter((_, index) => index % 2 === 1);
  const [left, top] = [xs.reduce(min, Infinity), ys.reduce(min, Infinity)];
  if (corners.length === 0) return { x: 0, y: 0, width: 2 * margin, height: 2 * margin };
  return {
    x: Math.floor(left - margin),
    y: Math.floor(top - margin),
    width: Math.ceil(xs.reduce(max, -Infinity) - left + 2 * margin),
    height: Math.ceil(ys.reduce(max, -Infinity) - top + 2 * margin),
  };
}

const min = (a: number, b: number) => Math.min(a, b);
const max = (a: number, b: number) => Math.max(a, b);

function pointsOf(path: string): number[] {
  return [...path.replace(/H\s*-?[\d.]+/g, "").matchAll(/-?[\d.]+(?:e-?\d+)?/g)].map(([number]) =>
    Number(number),
  );
}
