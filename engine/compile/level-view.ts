/** The checked graph as a person sees it at one level of the drawing: with the nodes that stand there. */
import { flatten, graphAt, type LevelPath, prefixOf, shownAt } from "../graph/flatten";
import type { Graph, GraphNode, PortRef } from "../graph/project";
import { layerIn } from "../graph/structure";
import { fillDefaults } from "./check-params";
import type { CheckedGraph, CheckedNode, CheckedTensor } from "./checked";

/**
 * Adds to `nodes` those of the level by the ids that they are drawn with: a layer's own, a block's with the sum of what
 * is in it, and what reroute points, ports and bypassed nodes pass on. A block with a mistake in it, or behind one, is
 * missing as a layer would be. `edges` are the wires as drawn. All else is as it was, by flat ids.
 */
export function viewLevel(checked: CheckedGraph, drawing: Graph, path: LevelPath): CheckedGraph {
  const level = graphAt(drawing, path);
  if (!level || (path.length === 0 && flatten(drawing).graph === drawing)) return checked;
  const prefix = prefixOf(path);
  const sums = sumByNode(checked, drawing, path);
  // Without a prototype, so that a node called `constructor` is not found before it is there.
  const nodes: Record<string, CheckedNode> = Object.assign(Object.create(null), checked.nodes);
  for (const node of level.nodes) {
    const layer = checked.nodes[prefix + node.id];
    const shown =
      layer && node.mode === undefined ? layer : passing(checked, drawing, prefix, node, level, sums);
    if (shown) nodes[node.id] = shown;
    else delete nodes[node.id];
  }
  return { ...checked, nodes, edges: level.edges };
}

type Costs = Pick<CheckedNode, "parameterCount" | "flops" | "trainingFlops" | "activationBytes">;

interface Sum extends Costs {
  /** False when a layer in the block could not be checked. */
  readonly whole: boolean;
}

const nothing: Costs = { parameterCount: 0, flops: 0, trainingFlops: 0, activationBytes: 0 };

/** What the layers inside each block of the level cost together. */
function sumByNode(checked: CheckedGraph, drawing: Graph, path: LevelPath): ReadonlyMap<string, Sum> {
  const sums = new Map<string, Sum>();
  for (const { id } of flatten(drawing).graph.nodes) {
    const shown = shownAt(path, id);
    if (shown === null) continue;
    const before = sums.get(shown) ?? { ...nothing, whole: true };
    const node = checked.nodes[id];
    sums.set(shown, {
      parameterCount: before.parameterCount + (node?.parameterCount ?? 0),
      flops: before.flops + (node?.flops ?? 0),
      trainingFlops: before.trainingFlops + (node?.trainingFlops ?? 0),
      activationBytes: before.activationBytes + (node?.activationBytes ?? 0),
      whole: before.whole && node !== undefined,
    });
  }
  return sums;
}

/** A node that is no layer in the flat graph: the tensors at its ports, and what is inside it. */
function passing(
  checked: CheckedGraph,
  drawing: Graph,
  prefix: string,
  node: GraphNode,
  level: Graph,
  sums: ReadonlyMap<string, Sum>,
): CheckedNode | undefined {
  const ports = layerIn(drawing, node.type);
  const sum = sums.get(node.id);
  if (!ports || node.mode === "disable" || sum?.whole === false) return undefined;
  const flat = flatten(drawing);
  const tensor = (ref: PortRef): CheckedTensor | undefined => {
    const source = flat.source(prefix, ref);
    return source ? checked.nodes[source.node]?.outputs[source.port] : undefined;
  };
  const inputs = level.edges
    .filter(({ to }) => to.node === node.id)
    .map(({ from, to }) => [to.port, tensor(from)] as const);
  const outputs = Object.keys(ports.outputs).map((port) => [port, tensor({ node: node.id, port })] as const);
  const there = [present(inputs), present(outputs)] as const;
  if (Object.keys(there[0]).length + Object.keys(there[1]).length === 0) return undefined;
  return {
    id: prefix + node.id,
    type: node.type,
    name: flat.nameOf(prefix + node.id) ?? node.id,
    params: fillDefaults(ports, node.params),
    inputs: there[0],
    outputs: there[1],
    weights: {},
    buffers: {},
    ...costs(sum),
  };
}

function costs(sum: Sum | undefined): Costs {
  if (!sum) return nothing;
  const { parameterCount, flops, trainingFlops, activationBytes } = sum;
  return { parameterCount, flops, trainingFlops, activationBytes };
}

function present(tensors: readonly (readonly [string, CheckedTensor | undefined])[]) {
  return Object.fromEntries(tensors.flatMap(([port, tensor]) => (tensor ? [[port, tensor]] : [])));
}
