/** A drawing changes with every move of a node. What follows from the network alone need not be made anew for that. */
import type { Graph, GraphNode } from "../../engine";

/**
 * Whether two versions of a drawing differ at most in where its nodes lie, and in its frames. Inside a block a place
 * counts: a block's ports go by it.
 */
export function sameNetwork(a: Graph, b: Graph): boolean {
  if (a === b) return true;
  return (
    a.edges === b.edges &&
    a.blocks === b.blocks &&
    a.nodes.length === b.nodes.length &&
    a.nodes.every((node, index) => sameButForPlace(node, b.nodes[index]))
  );
}

function sameButForPlace(a: GraphNode, b: GraphNode): boolean {
  if (a === b) return true;
  const keys = Object.keys(a) as (keyof GraphNode)[];
  return (
    keys.length === Object.keys(b).length && keys.every((key) => key === "position" || a[key] === b[key])
  );
}
