/**
 * The program as the planner sees it: a graph of nodes without dead or repeated operations, in which operations that
 * no single kernel should do are split into several.
 */
import type {
  AnyOp,
  ConvolutionAttributes,
  Op,
  Phase,
  PoolAttributes,
  Primitives,
  Program,
  Slot,
} from "../program/program";
import { type DType, elementCount, type Shape } from "../tensor/tensor";
import { buildAttention } from "./attention";
import { buildConvolution } from "./convolution";
import { everyOptimisation, type Optimisations } from "./optimisations";
import { buildAveragePool, buildAveragePoolGradient, buildMaxPool, buildMaxPoolGradient } from "./pooling";
import { buildSlice } from "./slices";
import { chooseVariant, matmulParts, type VariantOf, type VariantOptions } from "./variants";

/** What `build` makes of other operations. */
type Composed =
  | "conv2d"
  | "conv2d_grad_input"
  | "conv2d_grad_weight"
  | "avg_pool2d"
  | "avg_pool2d_grad"
  | "max_pool2d_grad"
  | "softmax"
  | "log_softmax"
  | "detach";
type WindowAttributes = Pick<ConvolutionAttributes, "stride" | "padding" | "dilation">;

/** The planner's operations: the program's, without those that are made of others, and what convolutions are made of. */
export interface NodeKinds extends Omit<Primitives, Composed> {
  /** (N, C, H, W) → (N, C, KH, KW, OH, OW): what each place of the kernel sees from each output, `outside` beyond the plane. */
  windows: WindowAttributes & { readonly outside: number };
  /** (N, C, OH, OW) → (N, C, KH, KW, H, W): the output that sees the input through that place of the kernel, else 0. */
  windows_back: WindowAttributes;
  /** (N, C, OH, OW) → (N, C, JH, JW, H, W): of the outputs that see the input, the last but j, else 0. */
  windows_over: WindowAttributes & Pick<PoolAttributes, "kernel">;
}
export type NodeKind = keyof NodeKinds;

export interface NodeOf<K extends NodeKind> {
  /** Its index among the nodes. */
  readonly id: number;
  readonly kind: K;
  readonly inputs: readonly Node[];
  readonly attributes: NodeKinds[K];
  readonly shape: Shape;
  readonly dtype: DType;
  readonly phase: Phase;
  /** Its place in the program: the id of the first operation that it computes. */
  readonly order: number;
  /** The kernel that computes it, where there are several. */
  readonly variant: VariantOf<K> | null;
  /** The operations that it computes: several when the program repeats itself. */
  readonly ops: number[];
  readonly origins: Set<string>;
}

/** A union, so that testing `kind` narrows `attributes`. */
export type Node = { [K in NodeKind]: NodeOf<K> }[NodeKind];
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

export interface NodeOptions {
  /** Ids of operations that are needed though no store needs them. */
  readonly keep?: readonly number[];
  readonly optimisations?: Pick<Optimisations, "dce" | "cse">;
  /** Null: kernels are not chosen, and nothing is split for their sake. */
  readonly variants?: VariantOptions | null;
}

export function nodeGraph(
  program: Program,
  { keep = [], optimisations = everyOptimisation, variants = null }: NodeOptions = {},
): NodeGraph {
  const live = optimisations.dce ? liveOps(program, keep) : new Set(program.ops.map(({ id }) => id));
  const nodes: Node[] = [];
  const known = new Map<string, Node>();
  const ofOp = new Map<number, Node>();
  const stores: Slot[] = [];

  const add: Add = (op, kind, inputs, attributes, shape) => {
    // A load is the same as another when no store in between has changed what it sees.
    const before =
      op.kind === "load" ? stores.filter((slot) => overlaps(slot, op.attributes.slot)).length : 0;
    const key =
      op.kind === "store" || op.kind === "ring_store"
        ? `store ${op.id}`
        : [
            kind,
            op.dtype,
            shape.join(),
            inputs.map(({ id }) => id).join(),
            before,
            JSON.stringify(attributes, exactNumbers),
          ].join(" ");
    const found = optimisations.cse ? known.get(key) : undefined;
    if (found !== undefined) {
      found.ops.push(op.id);
      if (op.origin !== null) found.origins.add(op.origin);
      return found;
    }
    const { dtype, phase, id: order } = op;
    const origins = new Set(op.origin === null ? [] : [op.origin]);
    const shapes = inputs.map((input) => input.shape);
    const variant = variants === null ? null : chooseVariant(kind, shapes, shape, variants);
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
      variant,
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
    ofOp.set(op.id, build(op, inputs, add, variants));
    if (op.kind === "store" || op.kind === "ring_store") stores.push(op.attributes.slot);
  }
  return { nodes: optimisations.dce ? neededNodes(nodes, keep, ofOp) : nodes, ofOp };
}

/** Without those that were part of an operation only to be left again, as what is joined and then taken apart. */
function neededNodes(
  nodes: readonly Node[],
  keep: readonly number[],
  ofOp: ReadonlyMap<number, Node>,
): Node[] {
  const needed = new Set<Node>(keep.map((id) => found(ofOp, id)));
  for (const node of nodes.toReversed()) {
    if (isStore(node)) needed.add(node);
    if (needed.has(node)) for (const input of node.inputs) needed.add(input);
  }
  return nodes.filter((node) => needed.has(node));
}

/** JSON writes NaN and infinity as null, and -0 as 0. */
function exactNumbers(_: string, value: unknown): unknown {
  return typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0))
    ? `${1 / value} ${value}`
    : value;
}

export type Add = <K extends NodeKind>(
  op: AnyOp,
  kind: K,
  inputs: readonly Node[],
  attributes: NodeKinds[K],
  shape: Shape,
) => Node;

/** One node, or several for what one kernel would do badly. */
function build(op: AnyOp, inputs: readonly Node[], add: Add, variants: VariantOptions | null): Node {
  switch (op.kind) {
    case "detach":
      return inputs[0];
    case "softmax":
    case "log_softmax":
      return buildSoftmax(op, inputs[0], add);
    case "max_pool2d":
    case "max_pool2d_indices":
      return buildMaxPool(op, inputs[0], add);
    case "avg_pool2d":
      return buildAveragePool(op, inputs[0], add);
    case "avg_pool2d_grad":
      return buildAveragePoolGradient(op, inputs[0], add);
    case "max_pool2d_grad":
      return buildMaxPoolGradient(op, inputs[0], inputs[1], add);
    case "concat":
      return buildConcat(op, inputs, op.attributes.dim, add);
    case "sum":
    case "max":
      return buildReduction(op, op.kind, inputs[0], op.attributes.dims, add);
    case "slice":
      return buildSlice(op, inputs[0], op.attributes.starts, op.shape, add);
    case "attention":
    case "attention_grad_query":
    case "attention_grad_keys":
      return buildAttention(op, inputs, variants, add, (a, b, shape) =>
        buildMatmul(op, a, b, shape, add, variants),
      );
    case "matmul":
      return buildMatmul(op, inputs[0], inputs[1], op.shape, add, variants);
    case "conv2d":
    case "conv2d_grad_input":
    case "conv2d_grad_weight":
      return buildConvolution(op, inputs, add, (a, b) =>
        buildMatmul(op, a, b, [...a.shape.slice(0, 2), b.shape[2]], add, variants),
      );
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

/** From reductions and elementwise operations, which share a kernel with their neighbours. */
function buildSoftmax(op: Op<"softmax" | "log_softmax">, x: Node, add: Add): Node {
  const dims = [op.attributes.dim];
  const one = op.shape.map((size, dim) => (dim === op.attributes.dim ? 1 : size));
  const spread = (node: Node) => add(op, "expand", [node], {}, op.shape);
  const shifted = add(op, "sub", [x, spread(add(op, "max", [x], { dims }, one))], {}, op.shape);
  const exponentials = add(op, "exp", [shifted], {}, op.shape);
  const sum = add(op, "sum", [exponentials], { dims }, one);
  return op.kind === "softmax"
    ? add(op, "div", [exponentials, spread(sum)], {}, op.shape)
    : add(op, "sub", [shifted, spread(add(op, "log", [sum], {}, one))], {}, op.shape);
}

/** Long sums of few results are split: their parts are a batch of products, to be added. */
function buildMatmul(
  op: AnyOp,
  a: Node,
  b: Node,
  shape: Shape,
  add: Add,
  variants: VariantOptions | null,
): Node {
  const parts = variants === null ? 1 : matmulParts(a.shape, shape, variants.adapter);
  if (parts === 1) return add(op, "matmul", [a, b], {}, shape);
  const lead = shape.slice(0, -2);
  const [m, n] = shape.slice(-2);
  const part = a.shape[a.shape.length - 1] / parts;
  const rank = lead.length;
  const outer = lead.map((_, dim) => dim);
  const rows = add(op, "reshape", [a], {}, [...lead, m, parts, part]);
  const columns = add(op, "reshape", [b], {}, [...lead, parts, part, n]);
  const rowDims = [rank + 1, ...outer, rank, rank + 2];
  const columnDims = [rank, ...outer, rank + 1, rank + 2];
  const left = add(op, "permute", [rows], { dims: rowDims }, [parts, ...lead, m, part]);
  const right = add(op, "permute", [columns], { dims: columnDims }, [parts, ...lead, part, n]);
  const products = add(op, "matmul", [left, right], {}, [parts, ...shape]);
  return add(op, "reshape", [add(op, "sum", [products], { dims: [0] }, [1, ...shape])], {}, shape);
}

function largestDivisor(length: number, most: number): number {
  for (let each = most; each > 1; each--) if (length % each === 0) return each;
  return 1;
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
