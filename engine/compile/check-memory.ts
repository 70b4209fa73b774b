/** What the last check found at each node, so that the next one asks only the rules whose answer may have changed. */
import type { GraphNode } from "../graph/project";
import type { AnyLayer } from "../layers/define";
import type { TensorType } from "../tensor/tensor";
import { checkNode, type NodeContext, type NodeResult } from "./check-node";
import type { CheckedNode, DataTensors } from "./checked";

interface Remembered {
  readonly layer: AnyLayer;
  readonly params: GraphNode["params"];
  readonly training: GraphNode["training"];
  readonly node: CheckedNode;
  readonly learningInputs: number;
  readonly samples: NodeContext["samples"];
  readonly result: NodeResult;
}

export class CheckMemory {
  private last: ReadonlyMap<string, Remembered> = new Map();
  private now = new Map<string, Remembered>();
  private batchSize = Number.NaN;
  private data: DataTensors | null = null;

  /** Begins a check; what was remembered holds for one batch size and one set of data. */
  begin(batchSize: number, data: DataTensors): void {
    this.last = batchSize === this.batchSize && data === this.data ? this.now : new Map();
    this.now = new Map();
    this.batchSize = batchSize;
    this.data = data;
  }

  /** As `checkNode`; the very same objects where nothing that the node depends on has changed. */
  check(node: GraphNode, layer: AnyLayer, context: NodeContext): NodeResult {
    const before = this.last.get(node.id);
    const result =
      before && holds(before, node, layer, context) ? before.result : ask(node, layer, context, before);
    // A sentence names nodes and wires elsewhere in the graph, so what has something to say is asked each time.
    if (result.node && result.diagnostics.length === 0) {
      const { samples, learningInputs } = context;
      const { params, training } = node;
      this.now.set(node.id, { layer, params, training, node: result.node, learningInputs, samples, result });
    }
    return result;
  }
}

/** Unchanged parameters, inputs and samples are the same objects. */
function holds(
  before: Remembered,
  { params, training }: GraphNode,
  layer: AnyLayer,
  { name, inputs, samples, learningInputs }: NodeContext,
): boolean {
  return (
    before.params === params &&
    before.training === training &&
    before.layer === layer &&
    before.node.name === name &&
    before.learningInputs === learningInputs &&
    sameEntries(before.node.inputs, inputs) &&
    sameEntries(before.samples, samples)
  );
}

function sameEntries(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): boolean {
  const ports = Object.keys(a);
  return ports.length === Object.keys(b).length && ports.every((port) => a[port] === b[port]);
}

/** Outputs that came out as they were stay the same objects, so that the nodes behind need not be asked again. */
function ask(
  node: GraphNode,
  layer: AnyLayer,
  context: NodeContext,
  before: Remembered | undefined,
): NodeResult {
  const sameSettings =
    before?.layer === layer && before.params === node.params && before.training === node.training;
  const result = checkNode(node, layer, context, sameSettings ? before.node : null);
  if (!result.node || !before || !sameSamples(result.samples, before.result.samples)) return result;
  return {
    ...result,
    node: { ...result.node, outputs: before.node.outputs },
    samples: before.result.samples,
  };
}

/** The samples say all that the checked tensors say. */
function sameSamples(a: NodeResult["samples"], b: NodeResult["samples"]): boolean {
  const ports = Object.keys(a);
  return (
    ports.length === Object.keys(b).length &&
    ports.every((port) => b[port] && sameType(a[port][0], b[port][0]) && sameType(a[port][1], b[port][1]))
  );
}

function sameType(a: TensorType | null, b: TensorType | null): boolean {
  if (a === null || b === null) return a === b;
  return (
    sameNumbers(a.shape, b.shape) &&
    sameNumbers(a.stride, b.stride) &&
    a.offset === b.offset &&
    a.dtype === b.dtype &&
    a.view === b.view
  );
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((each, index) => each === b[index]);
}
