/** Which values of a whole step are worth a place in memory, instead of being computed wherever they are needed. */
import { elementCount } from "../tensor/tensor";
import { lowerings } from "./lowerings";
import { isStore, type Node, type NodeGraph } from "./nodes";
import type { StepCosts } from "./whole-step-cost";

/** The results of kernels, and what costs more to compute wherever it is needed than to store once and read. */
export function chooseInMemory(
  graph: NodeGraph,
  costs: StepCosts,
  forced: ReadonlySet<Node>,
): ReadonlySet<Node> {
  const chosen = new Set<Node>(forced);
  const cost = new Map<Node, number>();
  for (const node of graph.nodes) cost.set(node, costOf(node, costs, cost, forced));
  const uses = new Map<Node, number>();
  for (const node of graph.nodes.toReversed()) {
    const own = cost.get(node) ?? 0;
    const times = uses.get(node) ?? 0;
    const { role } = lowerings[node.kind];
    const computed = role === "elementwise" || node.kind === "random";
    const rounds = Math.ceil(elementCount(node.shape) / costs.lanes);
    const saved = rounds * ((times - 1) * own - costs.gather * (times + 1));
    if (role === "kernel" || (computed && saved > costs.barrier)) chosen.add(node);
    for (const [index, input] of node.inputs.entries()) {
      const each = chosen.has(node) || isStore(node) ? 1 : times * repeats(node, input);
      const reads = role === "kernel" ? kernelReads(node, index) : each;
      uses.set(input, (uses.get(input) ?? 0) + reads);
    }
  }
  return chosen;
}

function costOf(
  node: Node,
  costs: StepCosts,
  known: ReadonlyMap<Node, number>,
  forced: ReadonlySet<Node>,
): number {
  const lowering = lowerings[node.kind];
  if (lowering.role === "kernel" || forced.has(node)) return costs.gather;
  if (node.kind === "load") return elementCount(node.shape) === 1 ? costs.operation : costs.gather;
  if (node.kind === "random") return costs.random;
  const inputs = node.inputs.reduce((sum, input) => sum + (known.get(input) ?? 0), 0);
  const own = lowering.role === "effect" ? 0 : lowering.cost * costs.operation;
  return own + inputs + (node.kind === "take_rows" ? costs.gather : 0);
}

/** How often an element of the input is needed for each element of the node. */
function repeats(node: Node, input: Node): number {
  const size = elementCount(input.shape);
  return node.kind !== "expand" || size === 1 ? 1 : elementCount(node.shape) / size;
}

/** How often a kernel reads each element of an operand, roughly. */
export function kernelReads(node: Node, operand: number): number {
  const tile = 8;
  return node.kind === "matmul"
    ? Math.ceil(node.shape[node.shape.length - (operand === 0 ? 1 : 2)] / tile)
    : 1;
}
