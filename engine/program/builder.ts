/**
 * Builds a program. One method a primitive that checks shapes and gives the result's, and a few composites that every
 * layer needs. A wrong shape here is a bug in a layer or rule, never a person's mistake: it throws a plain Error.
 */
import { broadcastShapes } from "../tensor/dims";
import { type DType, elementCount, type Shape } from "../tensor/tensor";
import type {
  AnyOp,
  AttentionAttributes,
  AveragePoolAttributes,
  ConvolutionAttributes,
  Op,
  Phase,
  PoolAttributes,
  PrimitiveName,
  Primitives,
  Program,
  Slot,
} from "./program";

/** The result of an operation, to be given to others. */
export type Value = AnyOp;

/** q, k, v and perhaps mask, as an attention has them. */
export type AttentionInputs = readonly Value[];

export class Builder {
  readonly #ops: AnyOp[] = [];
  /** Where the operations built next come from. */
  origin: string | null = null;
  phase: Phase = "forward";

  program(): Program {
    return { ops: this.#ops };
  }

  value(id: number): Value {
    return this.#ops[id];
  }

  // Sources

  load(slot: Slot, shape: Shape, dtype: DType = "float32"): Value {
    expect(elementCount(shape) === slot.length, `load: ${slot.length} elements as ${show(shape)}`);
    return this.#emit("load", [], { slot }, shape, dtype);
  }

  constant(value: number, shape: Shape = [], dtype: DType = "float32"): Value {
    return this.#emit("constant", [], { value }, shape, dtype);
  }

  iota(shape: Shape, dim: number): Value {
    return this.#emit("iota", [], { dim }, shape, "int64");
  }

  random(seed: Value, step: Value, id: number, shape: Shape): Value {
    return this.#emit("random", [seed, step], { id }, shape, "float32");
  }

  takeRows(table: Value, order: Value, start: Value, count: number): Value {
    return this.#emit(
      "take_rows",
      [table, order, start],
      { count },
      [count, ...table.shape.slice(1)],
      table.dtype,
    );
  }

  // Elementwise

  neg = (x: Value): Value => this.#unary("neg", x);
  exp = (x: Value): Value => this.#unary("exp", x);
  log = (x: Value): Value => this.#unary("log", x);
  sqrt = (x: Value): Value => this.#unary("sqrt", x);
  abs = (x: Value): Value => this.#unary("abs", x);
  sign = (x: Value): Value => this.#unary("sign", x);
  sigmoid = (x: Value): Value => this.#unary("sigmoid", x);
  tanh = (x: Value): Value => this.#unary("tanh", x);
  erf = (x: Value): Value => this.#unary("erf", x);
  relu = (x: Value): Value => this.#unary("relu", x);
  detach = (x: Value): Value => this.#unary("detach", x);

  cast(x: Value, dtype: DType): Value {
    return x.dtype === dtype ? x : this.#emit("cast", [x], { dtype }, x.shape, dtype);
  }

  /** Binary operations broadcast as PyTorch does; a number stands for a constant. */
  add = (a: Value | number, b: Value | number): Value => this.#binary("add", a, b);
  sub = (a: Value | number, b: Value | number): Value => this.#binary("sub", a, b);
  mul = (a: Value | number, b: Value | number): Value => this.#binary("mul", a, b);
  div = (a: Value | number, b: Value | number): Value => this.#binary("div", a, b);
  maximum = (a: Value | number, b: Value | number): Value => this.#binary("maximum", a, b);
  minimum = (a: Value | number, b: Value | number): Value => this.#binary("minimum", a, b);
  pow = (a: Value | number, b: Value | number): Value => this.#binary("pow", a, b);
  less = (a: Value | number, b: Value | number): Value => this.#binary("less", a, b);
  equal = (a: Value | number, b: Value | number): Value => this.#binary("equal", a, b);

  where(condition: Value, then: Value | number, otherwise: Value | number): Value {
    const [a, b] = this.#together(then, otherwise, condition.shape);
    return this.#emit("where", [this.broadcast(condition, a.shape), a, b], {}, a.shape, a.dtype);
  }

  // Movement

  reshape(x: Value, shape: Shape): Value {
    if (sameShape(x.shape, shape)) return x;
    expect(elementCount(x.shape) === elementCount(shape), `reshape: ${show(x.shape)} to ${show(shape)}`);
    return this.#emit("reshape", [x], {}, shape, x.dtype);
  }

  permute(x: Value, dims: readonly number[]): Value {
    if (dims.every((dim, index) => dim === index)) return x;
    expect(dims.length === x.shape.length, `permute: ${show(dims)} of ${show(x.shape)}`);
    return this.#emit(
      "permute",
      [x],
      { dims },
      dims.map((dim) => x.shape[dim]),
      x.dtype,
    );
  }

  transpose(x: Value, a: number, b: number): Value {
    const dims = x.shape.map((_, dim) => dim);
    [dims[a], dims[b]] = [dims[b], dims[a]];
    return this.permute(x, dims);
  }

  expand(x: Value, shape: Shape): Value {
    if (sameShape(x.shape, shape)) return x;
    const fits =
      x.shape.length === shape.length && x.shape.every((size, dim) => size === shape[dim] || size === 1);
    expect(fits, `expand: ${show(x.shape)} to ${show(shape)}`);
    return this.#emit("expand", [x], {}, shape, x.dtype);
  }

  /** Adds leading dimensions, then expands. */
  broadcast(x: Value, shape: Shape): Value {
    const lead = shape.length - x.shape.length;
    expect(lead >= 0, `broadcast: ${show(x.shape)} to ${show(shape)}`);
    return this.expand(this.reshape(x, [...new Array<number>(lead).fill(1), ...x.shape]), shape);
  }

  slice(x: Value, starts: readonly number[], sizes: Shape): Value {
    if (sameShape(x.shape, sizes)) return x;
    const fits = x.shape.every((size, dim) => starts[dim] >= 0 && starts[dim] + sizes[dim] <= size);
    expect(
      fits && starts.length === x.shape.length,
      `slice: ${show(starts)} + ${show(sizes)} of ${show(x.shape)}`,
    );
    return this.#emit("slice", [x], { starts }, sizes, x.dtype);
  }

  /** Columns `start` to `end` of the last dimension. */
  columns(x: Value, start: number, end: number): Value {
    const last = x.shape.length - 1;
    return this.slice(
      x,
      x.shape.map((_, dim) => (dim === last ? start : 0)),
      x.shape.with(last, end - start),
    );
  }

  pad(x: Value, before: readonly number[], shape: Shape): Value {
    if (sameShape(x.shape, shape)) return x;
    const fits = x.shape.every((size, dim) => before[dim] >= 0 && before[dim] + size <= shape[dim]);
    expect(fits && before.length === x.shape.length, `pad: ${show(x.shape)} to ${show(shape)}`);
    return this.#emit("pad", [x], { before }, shape, x.dtype);
  }

  concat(values: readonly Value[], dim: number): Value {
    if (values.length === 1) return values[0];
    const size = values.reduce((sum, value) => sum + value.shape[dim], 0);
    const shape = values[0].shape.map((each, index) => (index === dim ? size : each));
    return this.#emit("concat", values, { dim }, shape, values[0].dtype);
  }

  // Reductions; `dims` that are reduced stay with size 1

  sum(x: Value, dims: readonly number[]): Value {
    return dims.length === 0 ? x : this.#emit("sum", [x], { dims }, reduced(x.shape, dims), x.dtype);
  }

  max(x: Value, dims: readonly number[]): Value {
    return dims.length === 0 ? x : this.#emit("max", [x], { dims }, reduced(x.shape, dims), x.dtype);
  }

  mean(x: Value, dims: readonly number[]): Value {
    const count = dims.reduce((product, dim) => product * x.shape[dim], 1);
    return this.div(this.sum(x, dims), count);
  }

  /**
   * The biased variance of x over `dims`, which stay with size 1. The mean may be held still for the gradient, since
   * deviations from it sum to 0.
   */
  variance(x: Value, mean: Value, dims: readonly number[]): Value {
    const deviation = this.sub(x, this.detach(mean));
    return this.mean(this.mul(deviation, deviation), dims);
  }

  argmax(x: Value, dim: number): Value {
    return this.#emit("argmax", [x], { dim }, reduced(x.shape, [dim]), "int64");
  }

  /** The sum of all elements as a scalar. */
  total(x: Value): Value {
    return this.reshape(
      this.sum(
        x,
        x.shape.map((_, dim) => dim),
      ),
      [],
    );
  }

  /** Sums away what broadcasting `shape` to `x`'s shape had repeated. */
  unbroadcast(x: Value, shape: Shape): Value {
    const lead = x.shape.length - shape.length;
    const dims = x.shape.flatMap((size, dim) =>
      dim < lead || (shape[dim - lead] === 1 && size !== 1) ? [dim] : [],
    );
    return this.reshape(this.sum(x, dims), shape);
  }

  // Kernels of their own

  /** (…, m, k) · (…, k, n) → (…, m, n); leading dimensions broadcast. */
  matmul(a: Value, b: Value): Value {
    expect(a.shape.length >= 2 && b.shape.length >= 2, `matmul: ${show(a.shape)} by ${show(b.shape)}`);
    expect(a.shape.at(-1) === b.shape.at(-2), `matmul: ${show(a.shape)} by ${show(b.shape)}`);
    const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
    const left = this.broadcast(a, [...batch, ...a.shape.slice(-2)]);
    const right = this.broadcast(b, [...batch, ...b.shape.slice(-2)]);
    const shape = [...batch, a.shape[a.shape.length - 2], b.shape[b.shape.length - 1]];
    return this.#emit("matmul", [left, right], {}, shape, "float32");
  }

  /** x (N, C, H, W), weight (O, C/groups, kh, kw) → (N, O, OH, OW) */
  conv2d(x: Value, weight: Value, attributes: ConvolutionAttributes): Value {
    const { stride, padding, dilation } = attributes;
    const size = [0, 1].map((i) => {
      const reach = dilation[i] * (weight.shape[2 + i] - 1) + 1;
      return Math.floor((x.shape[2 + i] + 2 * padding[i] - reach) / stride[i]) + 1;
    });
    return this.#emit("conv2d", [x, weight], attributes, [x.shape[0], weight.shape[0], ...size], "float32");
  }

  /** grad (N, O, OH, OW), weight (O, C/groups, kh, kw) → (N, C, H, W): `shape` */
  conv2dGradInput(grad: Value, weight: Value, attributes: ConvolutionAttributes, shape: Shape): Value {
    return this.#emit("conv2d_grad_input", [grad, weight], attributes, shape, "float32");
  }

  /** x (N, C, H, W), grad (N, O, OH, OW) → (O, C/groups, kh, kw): `shape` */
  conv2dGradWeight(x: Value, grad: Value, attributes: ConvolutionAttributes, shape: Shape): Value {
    return this.#emit("conv2d_grad_weight", [x, grad], attributes, shape, "float32");
  }

  /** x (N, C, H, W) → (N, C, OH, OW) */
  maxPool2d(x: Value, attributes: PoolAttributes): Value {
    return this.#emit(
      "max_pool2d",
      [x],
      attributes,
      [...x.shape.slice(0, 2), ...attributes.output],
      "float32",
    );
  }

  maxPool2dIndices(x: Value, attributes: PoolAttributes): Value {
    return this.#emit(
      "max_pool2d_indices",
      [x],
      attributes,
      [...x.shape.slice(0, 2), ...attributes.output],
      "int64",
    );
  }

  /** grad and indices (N, C, OH, OW) → (N, C, H, W): `shape` */
  maxPool2dGrad(grad: Value, indices: Value, attributes: PoolAttributes, shape: Shape): Value {
    return this.#emit("max_pool2d_grad", [grad, indices], attributes, shape, "float32");
  }

  avgPool2d(x: Value, attributes: AveragePoolAttributes): Value {
    return this.#emit(
      "avg_pool2d",
      [x],
      attributes,
      [...x.shape.slice(0, 2), ...attributes.output],
      "float32",
    );
  }

  avgPool2dGrad(grad: Value, attributes: AveragePoolAttributes, shape: Shape): Value {
    return this.#emit("avg_pool2d_grad", [grad], attributes, shape, "float32");
  }

  /** q (…, L, E), k (…, S, E), v (…, S, V), mask broadcast with (…, L, S) → (…, L, V + 1); leading dimensions broadcast. */
  attention(q: Value, k: Value, v: Value, mask: Value | null, attributes: AttentionAttributes): Value {
    const fits = q.shape.at(-1) === k.shape.at(-1) && k.shape.at(-2) === v.shape.at(-2);
    expect(fits, `attention: ${show(q.shape)}, ${show(k.shape)}, ${show(v.shape)}`);
    const [length, samples, width] = [q.shape.at(-2) ?? 1, k.shape.at(-2) ?? 1, v.shape.at(-1) ?? 1];
    const inputs =
      mask === null
        ? [q, k, v]
        : [q, k, v, this.broadcast(mask, broadcastShapes(mask.shape, [length, samples]))];
    const batch = inputs.map(({ shape }) => shape.slice(0, -2)).reduce(broadcastShapes);
    const same = inputs.map((each) => this.broadcast(each, [...batch, ...each.shape.slice(-2)]));
    return this.#emit("attention", same, attributes, [...batch, length, width + 1], "float32");
  }

  /** y and grad (…, L, V + 1), the others as attention has them → (…, L, E) */
  attentionGradQuery(inputs: AttentionInputs, y: Value, grad: Value, attributes: AttentionAttributes): Value {
    const [q, k, v, ...mask] = inputs;
    return this.#emit("attention_grad_query", [q, k, v, y, grad, ...mask], attributes, q.shape, "float32");
  }

  /** y and grad (…, L, V + 1), the others as attention has them → (…, S, E + V) */
  attentionGradKeys(inputs: AttentionInputs, y: Value, grad: Value, attributes: AttentionAttributes): Value {
    const [q, k, v, ...mask] = inputs;
    const shape = k.shape.with(-1, k.shape[k.shape.length - 1] + v.shape[v.shape.length - 1]);
    return this.#emit("attention_grad_keys", [q, k, v, y, grad, ...mask], attributes, shape, "float32");
  }

  softmax(x: Value, dim: number): Value {
    return this.#emit("softmax", [x], { dim }, x.shape, "float32");
  }

  logSoftmax(x: Value, dim: number): Value {
    return this.#emit("log_softmax", [x], { dim }, x.shape, "float32");
  }

  // Effects

  store(slot: Slot, value: Value): void {
    expect(
      elementCount(value.shape) === slot.length,
      `store: ${show(value.shape)} into ${slot.length} elements`,
    );
    this.#emit("store", [value], { slot }, value.shape, value.dtype);
  }

  ringStore(slot: Slot, value: Value, index: Value): void {
    expect(
      slot.length % elementCount(value.shape) === 0,
      `ring_store: ${show(value.shape)} into ${slot.length} elements`,
    );
    this.#emit("ring_store", [value, index], { slot }, value.shape, value.dtype);
  }

  #unary(
    kind: "neg" | "exp" | "log" | "sqrt" | "abs" | "sign" | "sigmoid" | "tanh" | "erf" | "relu" | "detach",
    x: Value,
  ): Value {
    return this.#emit(kind, [x], {}, x.shape, x.dtype);
  }

  #binary(
    kind: "add" | "sub" | "mul" | "div" | "maximum" | "minimum" | "pow" | "less" | "equal",
    left: Value | number,
    right: Value | number,
  ): Value {
    const [a, b] = this.#together(left, right, []);
    expect(a.dtype === b.dtype, `${kind}: ${a.dtype} with ${b.dtype}`);
    return this.#emit(kind, [a, b], {}, a.shape, kind === "less" || kind === "equal" ? "float32" : a.dtype);
  }

  /** Both operands in one shape, the broadcast one of both and of `floor`. */
  #together(left: Value | number, right: Value | number, floor: Shape): [Value, Value] {
    const dtype =
      typeof left === "number" ? (typeof right === "number" ? "float32" : right.dtype) : left.dtype;
    const of = (x: Value | number): Shape => (typeof x === "number" ? [] : x.shape);
    const shape = broadcastShapes(broadcastShapes(of(left), of(right)), floor);
    const fit = (x: Value | number): Value =>
      typeof x === "number" ? this.constant(x, shape, dtype) : this.broadcast(x, shape);
    return [fit(left), fit(right)];
  }

  #emit<K extends PrimitiveName>(
    kind: K,
    inputs: readonly Value[],
    attributes: Primitives[K],
    shape: Shape,
    dtype: DType,
  ): Value {
    const op: Op<K> = {
      id: this.#ops.length,
      kind,
      inputs: inputs.map((input) => input.id),
      attributes,
      shape,
      dtype,
      origin: this.origin,
      phase: this.phase,
    };
    // An Op of one K is a member of the union; TypeScript cannot see that for a generic K.
    const any = op as unknown as AnyOp;
    this.#ops.push(any);
    return any;
  }
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, dim) => size === b[dim]);
}

function reduced(shape: Shape, dims: readonly number[]): number[] {
  return shape.map((size, dim) => (dims.includes(dim) ? 1 : size));
}

function show(sizes: readonly number[]): string {
  return `[${sizes.join(", ")}]`;
}

function expect(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`program: ${message}`);
}
