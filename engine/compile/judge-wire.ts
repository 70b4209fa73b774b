/** Whether a wire could be drawn, before it is: a quick answer for many ports, from one layer's rule each. */
import type { Graph, GraphNode, PortRef } from "../graph/project";
import { layerIn } from "../graph/structure";
import { downstream, upstream } from "../graph/topology";
import type { AnyLayer } from "../layers/define";
import { TensorError } from "../tensor/errors";
import type { TensorType } from "../tensor/tensor";
import type { CheckContext } from "./check";
import { badParams, fillDefaults, resolveAuto } from "./check-params";
import type { CheckedGraph } from "./checked";

/** A level of the drawing and what the checker found there, as `viewLevel` gives it. */
export interface Level extends CheckContext {
  readonly drawing: Graph;
  readonly graph: Graph;
  readonly checked: CheckedGraph;
}

/**
 * Judges an output against every input of the level, or an input against every output.
 * @returns for each `<node> <port>` of the other side whether the wire would check. True where it cannot be said yet.
 */
export function judgeWires(
  level: Level,
  end: PortRef,
  side: "output" | "input",
): ReadonlyMap<string, boolean> {
  const near = new Set(
    side === "output"
      ? [end.node, ...upstream(level.graph, end.node)]
      : [end.node, ...downstream(level.graph, end.node)],
  );
  const verdicts = new Map<string, boolean>();
  for (const node of level.graph.nodes) {
    const layer = layerIn(level.drawing, node.type);
    for (const port of Object.keys((side === "output" ? layer?.inputs : layer?.outputs) ?? {})) {
      const other = { node: node.id, port };
      const [from, to] = side === "output" ? [end, other] : [other, end];
      // A node cannot wait for itself.
      verdicts.set(`${node.id} ${port}`, !near.has(node.id) && wouldCheck(level, from, to));
    }
  }
  return verdicts;
}

function wouldCheck(level: Level, from: PortRef, to: PortRef): boolean {
  const node = level.graph.nodes.find(({ id }) => id === to.node);
  const layer = node && layerIn(level.drawing, node.type);
  const tensor = level.checked.nodes[from.node]?.outputs[from.port];
  // A block's ports lead to several layers, which are asked when the wire is over one of them.
  if (!node || !layer || layer.category === "block" || !tensor) return true;
  const inputs: Record<string, TensorType> = {};
  for (const edge of level.graph.edges) {
    const source = edge.to.node === node.id && level.checked.nodes[edge.from.node]?.outputs[edge.from.port];
    if (source) inputs[edge.to.port] = source;
  }
  return takes(layer, { ...inputs, [to.port]: tensor }, level, node.params);
}

/** Whether a layer's rule accepts these tensors at its ports. True while a required port lacks one. */
export function takes(
  layer: AnyLayer,
  inputs: Readonly<Record<string, TensorType>>,
  { batchSize, data }: CheckContext,
  params: GraphNode["params"] = {},
): boolean {
  const given = fillDefaults(layer, params);
  const missing = Object.keys(layer.inputs).some((port) => !inputs[port] && !layer.optional.includes(port));
  if (missing || layer.category === "block" || badParams(layer, given).length > 0) return true;
  try {
    layer.infer(inputs, resolveAuto(layer, given, inputs), { batchSize, data });
    return true;
  } catch (error) {
    if (error instanceof TensorError) return false;
    throw error;
  }
}
