/** The checker: from what the person drew to every shape, stride, cost and mistake. */
import { flatten } from "../graph/flatten";
import type { Graph, GraphEdge, GraphNode } from "../graph/project";
import { topology, upstream } from "../graph/topology";
import { layerOf } from "../layers/catalogue";
import type { AnyLayer } from "../layers/define";
import { batchSizes, type Sampled } from "./check-batch";
import { checkDrawing, namingBypassed } from "./check-drawing";
import { lint } from "./check-lints";
import { CheckMemory } from "./check-memory";
import { nameNodes } from "./check-names";
import {
  absentOutput,
  checkCycles,
  checkEnds,
  checkPorts,
  checkUnused,
  isWired,
  readWiring,
  type Wiring,
} from "./check-wiring";
import type { CheckedGraph, CheckedNode, CheckedTensor, DataTensors, Diagnostic } from "./checked";

export interface CheckContext {
  readonly batchSize: number;
  /** Empty when no data are open. */
  readonly data: DataTensors;
}

/**
 * Flattens the drawing and runs every layer's rule in topological order. Nodes and wires go by their flat ids, as
 * `graph/flatten.ts` makes them. A node with an error, and all behind it, is missing from `nodes`; only
 * the first of them gets a diagnostic. Errors come first, then warnings, each in the order of the network.
 */
export function checkGraph(graph: Graph, context: CheckContext): CheckedGraph {
  return checkWith(new CheckMemory(), graph, context);
}

/**
 * A `checkGraph` that remembers its last answer: of a changed graph it asks only the nodes that were changed and those
 * that depend on them, and gives the same objects for all others. What has not changed in the graph must be the same
 * objects too, as edits leave it.
 */
export function createChecker(): typeof checkGraph {
  const memory = new CheckMemory();
  return (graph, context) => checkWith(memory, graph, context);
}

function checkWith(memory: CheckMemory, drawing: Graph, { batchSize, data }: CheckContext): CheckedGraph {
  const flat = flatten(drawing);
  const { graph } = flat;
  memory.begin(batchSize, data);
  const sizes = batchSizes(batchSize);
  const names = nameNodes(graph);
  const wiring = readWiring(graph);
  const sorted = topology(graph);
  const label = (id: string) => wiring.nodes.get(id)?.name.trim() || (names.get(id) ?? flat.nameOf(id) ?? id);

  const losses = graph.nodes.filter(({ type }) => layerOf(type)?.category === "loss");
  const needed = losses.length > 0 ? new Set(losses.flatMap(({ id }) => [id, ...upstream(graph, id)])) : null;
  const diagnostics: Diagnostic[] = [
    ...checkEnds(graph, losses, data),
    ...checkCycles(sorted, graph, label),
    ...checkUnused(graph, wiring, needed, label),
    ...checkDrawing(flat, label),
  ];

  // Without a prototype, so that a node called `constructor` is not found before it is there.
  const checked: Record<string, CheckedNode> = Object.create(null);
  const order: string[] = [];
  /** Nodes with trained weights in them or behind them. */
  const learning = new Set<string>();
  const samples = new Map<string, Readonly<Record<string, Sampled>>>();
  const reachable = new Set(sorted.order);
  for (const id of [
    ...sorted.order,
    ...graph.nodes.map((node) => node.id).filter((id) => !reachable.has(id)),
  ]) {
    const node = wiring.nodes.get(id);
    // A node just dropped on the canvas: that it is not wired has been said, and its inputs are not missed.
    if (!node || (isAlone(node, wiring) && !needed?.has(id))) continue;
    const layer = layerOf(node.type);
    const mistakes = checkPorts(node, wiring, label);
    diagnostics.push(...mistakes);
    if (!layer || mistakes.length > 0) continue;
    const wires = wiresInto(wiring, id, layer);
    const edges = Object.values(wires);
    if (!edges.every(({ from }) => checked[from.node])) continue;
    const absent = edges.filter(({ from }) => !checked[from.node].outputs[from.port]);
    diagnostics.push(...absent.map((edge) => absentOutput(edge, label)));
    if (absent.length > 0) continue;

    const inputs: Record<string, CheckedTensor> = {};
    const inputSamples: Record<string, Sampled> = {};
    let learningInputs = 0;
    for (const port of Object.keys(wires)) {
      const { from } = wires[port];
      inputs[port] = checked[from.node].outputs[from.port];
      inputSamples[port] = samples.get(from.node)?.[from.port] ?? [inputs[port], null];
      if (learning.has(from.node)) learningInputs++;
    }
    const result = memory.check(node, layer, {
      graph,
      checked,
      label,
      wires,
      inputs,
      samples: inputSamples,
      name: names.get(id) ?? id,
      learningInputs,
      sizes,
      data,
    });
    diagnostics.push(...result.diagnostics);
    if (!result.node) continue;
    checked[id] = result.node;
    order.push(id);
    if (learningInputs > 0 || (result.node.parameterCount > 0 && !node.training?.frozen)) learning.add(id);
    samples.set(id, result.samples);
  }
  diagnostics.push(...lint({ checked, wiring, losses, learning, batchSize, data, label }));

  const whole = losses.every(({ id }) => checked[id]) ? losses.map(({ id }) => id) : [];
  const total = (cost: (node: CheckedNode) => number) =>
    order.reduce((sum, id) => sum + cost(checked[id]), 0);
  return {
    batchSize,
    order,
    nodes: checked,
    edges: graph.edges,
    diagnostics: namingBypassed(
      [...diagnostics.filter(isError), ...diagnostics.filter((each) => !isError(each))],
      flat,
      label,
    ),
    losses: whole,
    loss: whole[0] ?? null,
    parameterCount: total((node) => node.parameterCount),
    flops: total((node) => node.flops),
    trainingFlops: total((node) => node.trainingFlops),
    activationBytes: total((node) => node.activationBytes),
  };
}

function isAlone({ id, type }: GraphNode, wiring: Wiring): boolean {
  const layer = layerOf(type);
  return layer !== undefined && Object.keys(layer.inputs).length > 0 && !isWired(wiring, id);
}

function isError({ severity }: Diagnostic): boolean {
  return severity === "error";
}

/** The one wire into each wired port of a node whose ports are in order. */
function wiresInto({ into }: Wiring, id: string, layer: AnyLayer): Record<string, GraphEdge> {
  const wires: Record<string, GraphEdge> = {};
  for (const port of Object.keys(layer.inputs)) {
    const edges = into.get(id)?.[port];
    if (edges) [wires[port]] = edges;
  }
  return wires;
}
