/**
 * The program as the planner sees it: a graph of nodes without dead or repeated operations, in which operations that
 * no single kernel should do are split into several.
 */
import type { AnyOp, Phase, PrimitiveName, Primitives, Program, Slot } from "../program/program";
import { type DType, elementCount, type Shape } from "../tensor/tensor";

export interface NodeOf<K extends PrimitiveName> {
  /** Its index among the nodes. */
  readonly id: number;
  readonly kind: K;
  readonly inputs: readonly Node[];
  readonly attributes: Primitives[K];
  readonly shape: Shape;
  readonly dtype: DType;
  readonly phase: Phase;
  /** Its place in the program: the id of the first operation that it computes. */
  readonly order: number;
  /** The operations that it computes: several when the program repeats itself. */
  readonly ops: number[];
  readonly origins: Set<string>;
}

/** A union, so that testing `kind` narrows `attributes`. */
export type Node = { [K in PrimitiveName]: NodeOf<K> }[PrimitiveName];
export type StoreNode = NodeOf<"store"> | NodeOf<"ring_store">;

export interface NodeGraph {
  /** Inputs before users. */
  readonly nodes: readonly Node[];
  readonly ofOp: ReadonlyMap<number, Node>;
}

export function isStore(node: Node): node is StoreNode {
  return node.kind === "store" || node.kind === "ring_store";
}

export function overlaps(a: Slot, b: Slot): boolean {
  return a.memory === b.memory && a.offset < b.offset + b.length && b.offset < a.offset + a.length;
}

export function nodeGraph(program: Program, keep: readonly number[]): NodeGraph {
  const live = liveOps(program, keep);
  const nodes: Node[] = [];
  const known = new Map<string, Node>();
  const ofOp = new Map<number, Node>();
  const stores: Slot[] = [];

  const add: Add = (op, kind, inputs, attributes, shape) => {
    const identity = [kind, attributes, shape, op.dtype, ...inputs.map((input) => input.id)];
    // A load is the same as another when no store in between has changed what it sees.
    if (op.kind === "load") identity.push(stores.filter((slot) => overlaps(slot, op.attributes.slot)).length);
    const key =
      op.kind === "store" || op.kind === "ring_store"
        ? `store ${op.id}`
        : JSON.stringify(identity, exactNumbers);
    const found = known.get(key);
    if (found !== undefined) {
      found.ops.push(op.id);
      if (op.origin !== null) found.origins.add(op.origin);
      return found;
    }
    const { dtype, phase, id: order } = op;
    const origins = new Set(op.origin === null ? [] : [op.origin]);
    // `kind` and `attributes` belong together by the signature of Add; TypeScript cannot see that for a generic K.
    const node = {
      id: nodes.length,
      kind,
      inputs,
      attributes,
      shape,
      dtype,
      phase,
      order,
      ops: [order],
      origins,
    } as unknown as Node;
    nodes.push(node);
    known.set(key, node);
    return node;
  };

  for (const op of program.ops) {
    if (!live.has(op.id)) continue;
    const inputs = op.inputs.map((id) => found(ofOp, id));
    ofOp.set(op.id, build(op, inputs, add));
    if (op.kind === "store" || op.kind === "ring_store") stores.push(op.attributes.slot);
  }
  return { nodes, ofOp };
}

/** JSON writes NaN and infinity as null, and -0 as 0. */
function exactNumbers(_: string, value: unknown): unknown {
  return typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0))
    ? `${1 / value} ${value}`
    : value;
}

type Add = <K extends PrimitiveName>(
  op: AnyOp,
  kind: K,
  inputs: readonly Node[],
  attributes: Primitives[K],
  shape: Shape,
) => Node;

/** One node, or several for what one kernel would do badly. */
function build(op: AnyOp, inputs: readonly Node[], add: Add): Node {
  switch (op.kind) {
    case "concat":
      return buildConcat(op, inputs, op.attributes.dim, add);
    case "sum":
    case "max":
      return buildReduction(op, op.kind, inputs[0], op.attributes.dims, add);
    case "conv2d_grad_weight": {
      const parts = weightGradientParts(inputs[0].shape, op.shape);
      if (parts === 1) return add(op, op.kind, inputs, op.attributes, op.shape);
      const partial = add(op, op.kind, inputs, op.attributes, [parts, ...op.shape]);
      return add(op, "reshape", [add(op, "sum", [partial], { dims: [0] }, [1, ...op.shape])], {}, op.shape);
    }
    default:
      return add(op, op.kind, inputs, op.attributes, op.shape);
  }
}

/** A kernel binds each operand, so that many operands are joined a few at a time. */
function buildConcat(op: AnyOp, inputs: readonly Node[], dim: number, add: Add): Node {
  const most = 4;
  if (inputs.length <= most) return add(op, "concat", inputs, { dim }, joinedShape(inputs, dim));
  const size = Math.ceil(inputs.length / most);
  const parts = Array.from({ length: Math.ceil(inputs.length / size) }, (_, i) =>
    inputs.slice(i * size, (i + 1) * size),
  );
  const joined = parts.map((part) => (part.length === 1 ? part[0] : buildConcat(op, part, dim, add)));
  return buildConcat(op, joined, dim, add);
}

function joinedShape(inputs: readonly Node[], dim: number): Shape {
  const size = inputs.reduce((sum, input) => sum + input.shape[dim], 0);
  return inputs[0].shape.map((each, index) => (index === dim ? size : each));
}

/** A long reduction to few results would keep most of the device idle: reduce parts first, then the parts. */
function buildReduction(op: AnyOp, kind: "sum" | "max", x: Node, dims: readonly number[], add: Add): Node {
  const results = elementCount(op.shape);
  const length = elementCount(x.shape) / results;
  const parts = results <= 8 && length >= 16384 ? largestDivisor(length, 256) : 1;
  if (parts < 8) return add(op, kind, [x], { dims }, op.shape);
  const kept = x.shape.flatMap((_, dim) => (dims.includes(dim) ? [] : [dim]));
  const order = [...kept, ...dims];
  const moved = add(
    op,
    "permute",
    [x],
    { dims: order },
    order.map((dim) => x.shape[dim]),
  );
  const split = add(op, "reshape", [moved], {}, [results, parts, length / parts]);
  const partial = add(op, kind, [split], { dims: [2] }, [results, parts, 1]);
  return add(op, "reshape", [add(op, kind, [partial], { dims: [1] }, [results, 1, 1])], {}, op.shape);
}

function largestDivisor(length: number, most: number): number {
  for (let each = most; each > 1; each--) if (length % each === 0) return each;
  return 1;
}

/** Into how many parts the batch is split, so that about a thousand threads share the weight's gradient. */
function weightGradientParts(x: Shape, weight: Shape): number {
  const [outputs, channels, height, width] = weight;
  const threads = Math.ceil(outputs / 8) * Math.ceil((channels * height * width) / 8);
  return Math.max(1, Math.min(x[0], Math.floor(1024 / threads)));
}

function liveOps(program: Program, keep: readonly number[]): Set<number> {
  const live = new Set(keep);
  for (const op of program.ops.toReversed()) {
    if (op.kind === "store" || op.kind === "ring_store") live.add(op.id);
    if (live.has(op.id)) for (const input of op.inputs) live.add(input);
  }
  return live;
}

function found<K, V>(map: ReadonlyMap<K, V>, key: K): V {
  const value = map.get(key);
  if (value === undefined) throw new Error(`planner: nothing known of ${String(key)}`);
  return value;
}
