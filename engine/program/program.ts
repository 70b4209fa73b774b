/**
 * A program: a list of tensor operations in single-assignment form, from a small set of primitives.
 * It knows nothing of layers or of GPUs. Shapes are concrete and dense; there are no strides here.
 *
 * An operation's result is its index in `ops`. Operations run in order: a `load` sees what every `store` before it
 * has written, and nothing of those after it.
 */
import type { DType, Shape } from "../tensor/tensor";

/**
 * Elements of a named memory that outlives a step. `float32` memories: params, optimizer, buffers, hyper,
 * ring, metrics, data.*; `int64` memories (32 bits on a GPU): counters, order, data.*.
 */
export interface Slot {
  readonly memory: string;
  readonly offset: number;
  readonly length: number;
}

export interface ConvolutionAttributes {
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly groups: number;
}

export interface PoolAttributes {
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number];
  readonly dilation: readonly [number, number];
  /** Output height and width; given, because ceil_mode decides them. */
  readonly output: readonly [number, number];
}

export interface AveragePoolAttributes extends PoolAttributes {
  readonly count_include_pad: boolean;
  /** Replaces the window's size as divisor. */
  readonly divisor: number | null;
}

export interface AttentionAttributes {
  /** A query sees no key that comes after it. */
  readonly causal: boolean;
}

type None = Readonly<Record<never, never>>;

/** Every primitive and its attributes. Shapes of inputs and results are told at the builder's methods. */
export interface Primitives {
  // Sources
  load: { readonly slot: Slot };
  constant: { readonly value: number };
  /** The index along `dim`, as int64. */
  iota: { readonly dim: number };
  /** Uniform on [0, 1) from (seed, step, id, element); see `random.ts`. Inputs: seed and step, int64 scalars. */
  random: { readonly id: number };
  /** `table[order[start + i]]` for i < count. Inputs: table (rows, …), order (m) int64, start () int64. */
  take_rows: { readonly count: number };

  // Elementwise: all inputs have the result's shape
  neg: None;
  exp: None;
  log: None;
  sqrt: None;
  abs: None;
  sign: None;
  sigmoid: None;
  tanh: None;
  erf: None;
  relu: None;
  /** The same values, through which no gradient flows. */
  detach: None;
  cast: { readonly dtype: DType };
  add: None;
  sub: None;
  mul: None;
  div: None;
  maximum: None;
  minimum: None;
  pow: None;
  /** 1 or 0, as float32. */
  less: None;
  /** 1 or 0, as float32. */
  equal: None;
  /** condition (float32, nonzero is true), then, otherwise. */
  where: None;

  // Movement
  reshape: None;
  permute: { readonly dims: readonly number[] };
  /** Repeats dimensions of size 1; the rank stays. */
  expand: None;
  slice: { readonly starts: readonly number[] };
  /** Surrounds with zeros. */
  pad: { readonly before: readonly number[] };
  concat: { readonly dim: number };

  // Reductions: the reduced dimensions stay, with size 1
  sum: { readonly dims: readonly number[] };
  max: { readonly dims: readonly number[] };
  /** The first index of the largest, int64. */
  argmax: { readonly dim: number };

  // Kernels of their own
  matmul: None;
  conv2d: ConvolutionAttributes;
  conv2d_grad_input: ConvolutionAttributes;
  conv2d_grad_weight: ConvolutionAttributes;
  max_pool2d: PoolAttributes;
  /** Where in the H·W plane each window's first maximum lies, int64. */
  max_pool2d_indices: PoolAttributes;
  max_pool2d_grad: PoolAttributes;
  avg_pool2d: AveragePoolAttributes;
  avg_pool2d_grad: AveragePoolAttributes;
  /**
   * softmax(q · kᵀ + mask) · v, and beside it, as the last column, the logarithm of what each row's exponentials sum
   * to. Inputs: q (…, L, E), k (…, S, E), v (…, S, V) and perhaps mask (…, L, S). A row without any key is NaN.
   */
  attention: AttentionAttributes;
  /** The gradient of q, from q, k, v, attention's result, the result's gradient and perhaps mask. */
  attention_grad_query: AttentionAttributes;
  /** The gradients of k and v side by side, from the same. */
  attention_grad_keys: AttentionAttributes;
  softmax: { readonly dim: number };
  log_softmax: { readonly dim: number };

  // Effects
  store: { readonly slot: Slot };
  /** Writes the k elements of input 0 as entry `index mod (length / k)` of the slot. Input 1: index, int64 scalar. */
  ring_store: { readonly slot: Slot };
}

export type PrimitiveName = keyof Primitives;

export type Phase = "forward" | "backward" | "update";

export interface Op<K extends PrimitiveName = PrimitiveName> {
  /** Its index in the program. */
  readonly id: number;
  readonly kind: K;
  readonly inputs: readonly number[];
  readonly attributes: Primitives[K];
  readonly shape: Shape;
  readonly dtype: DType;
  /** The graph node it came from, if any. */
  readonly origin: string | null;
  readonly phase: Phase;
}

/** A union, so that testing `kind` narrows `attributes`. */
export type AnyOp = { [K in PrimitiveName]: Op<K> }[PrimitiveName];

export interface Program {
  readonly ops: readonly AnyOp[];
}

/** Readable form: `%7 = matmul %3 %6 : 32×10`. */
export function printProgram(program: Program): string {
  return program.ops.map(printOp).join("\n");
}

function printOp(op: AnyOp): string {
  const attributes = Object.entries(op.attributes).map(([name, value]) => `${name}=${printAttribute(value)}`);
  const head = op.kind === "store" || op.kind === "ring_store" ? op.kind : `%${op.id} = ${op.kind}`;
  const words = [head, ...op.inputs.map((id) => `%${id}`), ...attributes];
  const type = op.shape.length === 0 ? "scalar" : op.shape.join("×");
  return `${words.join(" ")} : ${type}${op.dtype === "int64" ? " int64" : ""}`;
}

function printAttribute(value: unknown): string {
  return isSlot(value)
    ? `${value.memory}[${value.offset}:${value.offset + value.length}]`
    : JSON.stringify(value);
}

function isSlot(value: unknown): value is Slot {
  return typeof value === "object" && value !== null && "memory" in value;
}
