/** Short notation for graphs in tests. */
import type { Graph, GraphEdge } from "../graph/project";
import { layerOf } from "../layers/catalogue";
import type { Params } from "../layers/define";
import type { DataTensors } from "./checked";

/** 28×28 grey pictures of ten kinds. */
export const digits: DataTensors = {
  image: { shape: [1, 28, 28], dtype: "float32" },
  label: { shape: [], dtype: "int64" },
};

/** Rows of four numbers and a number to predict. */
export const table: DataTensors = {
  features: { shape: [4], dtype: "float32" },
  label: { shape: [1], dtype: "float32" },
};

/**
 * Nodes by id as [type, params]; the id is the name too. Wires as `conv > pool > fc`, through first ports, or
 * `label > loss.target`. A wire's id is `conv>pool`.
 */
export function draw(
  nodes: Readonly<Record<string, readonly [type: string, params?: Params]>>,
  ...wires: readonly string[]
): Graph {
  const edges = wires.flatMap((wire) => {
    const ends = wire.split(" > ");
    return ends.slice(1).map((to, index): GraphEdge => {
      const [source, from] = ends[index].split(".");
      const [target, port] = to.split(".");
      const outputs = Object.keys(layerOf(nodes[source]?.[0] ?? "")?.outputs ?? {});
      const inputs = Object.keys(layerOf(nodes[target]?.[0] ?? "")?.inputs ?? {});
      return {
        id: `${source}>${target}`,
        from: { node: source, port: index === 0 ? (from ?? outputs[0] ?? "y") : (outputs[0] ?? "y") },
        to: { node: target, port: port ?? inputs[0] ?? "x" },
      };
    });
  });
  return {
    nodes: Object.entries(nodes).map(([id, [type, params = {}]], index) => ({
      id,
      type,
      name: id,
      params,
      position: { x: 200 * index, y: 0 },
    })),
    edges,
  };
}
