/**
 * Which attention is a kernel, and what is made of the others: products, reductions and elementwise operations, which
 * write the scores out. So are those of a step that is one dispatch.
 */
import type { AttentionAttributes, Op } from "../program/program";
import type { Shape } from "../tensor/tensor";
import type { Add, Node } from "./nodes";
import { buildSlice } from "./slices";
import { attentionVariant, type VariantOptions } from "./variants";

type AttentionOp = Op<"attention" | "attention_grad_query" | "attention_grad_keys">;
type Multiply = (a: Node, b: Node, shape: Shape) => Node;

/** @param variants null where no kernels are chosen */
export function buildAttention(
  op: AttentionOp,
  inputs: readonly Node[],
  variants: VariantOptions | null,
  add: Add,
  multiply: Multiply,
): Node {
  const build = new AttentionBuilder(op, add, multiply);
  const shapes = inputs.map(({ shape }) => shape);
  const isKernel = variants !== null && attentionVariant(op.kind, shapes, variants) !== "products";
  if (op.kind === "attention") {
    const [q, k, v, mask] = inputs;
    return isKernel ? add(op, op.kind, inputs, op.attributes, op.shape) : build.forward(q, k, v, mask);
  }
  const [q, k, v, y, grad, ...masks] = inputs;
  if (isKernel) {
    const ofRows = [build.last(y, v), build.level(v, y, grad)];
    return add(op, op.kind, [q, k, v, build.first(grad, v), ...ofRows, ...masks], op.attributes, op.shape);
  }
  const shares = build.shares(build.scores(q, k, masks[0]), build.last(y, v));
  const slopes = build.slopes(shares, v, y, grad);
  return op.kind === "attention_grad_query"
    ? multiply(slopes, k, q.shape)
    : build.besides(
        multiply(build.turned(slopes), q, k.shape),
        multiply(build.turned(shares), build.first(grad, v), v.shape),
      );
}

class AttentionBuilder {
  readonly #op: AttentionOp;
  readonly #add: Add;
  readonly #multiply: Multiply;
  /** The last dimension. */
  readonly #dim: number;

  constructor(op: AttentionOp, add: Add, multiply: Multiply) {
    this.#op = op;
    this.#add = add;
    this.#multiply = multiply;
    this.#dim = op.shape.length - 1;
  }

  forward(q: Node, k: Node, v: Node, mask: Node | undefined): Node {
    const scores = this.scores(q, k, mask);
    const one = scores.shape.with(-1, 1);
    const dims = [this.#dim];
    const largest = this.#add(this.#op, "max", [scores], { dims }, one);
    const shifted = this.#pair("sub", scores, largest);
    const sum = this.#add(this.#op, "sum", [this.#one("exp", shifted)], { dims }, one);
    const logSum = this.#pair("add", this.#one("log", sum), largest);
    return this.besides(this.#multiply(this.shares(scores, logSum), v, this.#values(v)), logSum);
  }

  scores(q: Node, k: Node, mask: Node | undefined): Node {
    const shape = q.shape.with(-1, k.shape[this.#dim - 1]);
    const products = this.#multiply(q, this.turned(k), shape);
    const masked = mask === undefined ? products : this.#pair("add", products, mask);
    const { causal }: AttentionAttributes = this.#op.attributes;
    if (!causal) return masked;
    const whole = { ...this.#op, dtype: "int64" } as const;
    const along = (dim: number) => this.#add(whole, "iota", [], { dim }, shape);
    const later = this.#add(this.#op, "less", [along(this.#dim - 1), along(this.#dim)], {}, shape);
    const none = this.#add(this.#op, "constant", [], { value: -Infinity }, shape);
    return this.#add(this.#op, "where", [later, none, masked], {}, shape);
  }

  shares(scores: Node, logSum: Node): Node {
    return this.#one("exp", this.#pair("sub", scores, logSum));
  }

  /** The gradient of the scores. */
  slopes(shares: Node, v: Node, y: Node, grad: Node): Node {
    const ofShares = this.#multiply(this.first(grad, v), this.turned(v), shares.shape);
    return this.#pair("mul", shares, this.#pair("sub", ofShares, this.level(v, y, grad)));
  }

  /** What the gradients of a row's shares are on average, by these shares: (…, L, 1). */
  level(v: Node, y: Node, grad: Node): Node {
    const product = this.#pair("mul", this.first(grad, v), this.first(y, v));
    const mean = this.#add(this.#op, "sum", [product], { dims: [this.#dim] }, y.shape.with(-1, 1));
    return this.#pair("sub", mean, this.last(grad, v));
  }

  turned(x: Node): Node {
    const dims = x.shape.map((_, dim) => dim);
    [dims[this.#dim - 1], dims[this.#dim]] = [this.#dim, this.#dim - 1];
    return this.#add(
      this.#op,
      "permute",
      [x],
      { dims },
      dims.map((dim) => x.shape[dim]),
    );
  }

  /** Of an attention's result, or its gradient: what is of the values. */
  first(y: Node, v: Node): Node {
    const starts = y.shape.map(() => 0);
    return buildSlice(this.#op, y, starts, this.#values(v, y), this.#add);
  }

  /** And the last column, which is of the sums. */
  last(y: Node, v: Node): Node {
    const starts = y.shape.map((_, dim) => (dim === this.#dim ? v.shape[dim] : 0));
    return buildSlice(this.#op, y, starts, y.shape.with(-1, 1), this.#add);
  }

  besides(a: Node, b: Node): Node {
    const width = a.shape[this.#dim] + b.shape[this.#dim];
    return this.#add(this.#op, "concat", [a, b], { dim: this.#dim }, a.shape.with(-1, width));
  }

  #values(v: Node, y: { readonly shape: Shape } = this.#op): Shape {
    return y.shape.with(-1, v.shape[this.#dim]);
  }

  #one(kind: "exp" | "log", x: Node): Node {
    return this.#add(this.#op, kind, [x], {}, x.shape);
  }

  /** The second is spread over the last dimension. */
  #pair(kind: "add" | "sub" | "mul", a: Node, b: Node): Node {
    const spread = String(a.shape) === String(b.shape) ? b : this.#add(this.#op, "expand", [b], {}, a.shape);
    return this.#add(this.#op, kind, [a, spread], {}, a.shape);
  }
}
