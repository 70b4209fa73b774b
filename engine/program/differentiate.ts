/**
 * Reverse-mode differentiation: one rule a primitive, one walk backwards. The rules build ordinary operations, so a
 * gradient is more of the same program.
 */
import { elementCount } from "../tensor/tensor";
import type { Builder, Value } from "./builder";
import type { AttentionAttributes, Op, PrimitiveName } from "./program";

/**
 * Gives, for each input, how to build its gradient from the result's: the vector–Jacobian product. Only those asked
 * for are built. `null` for an input through which no gradient flows (indices, conditions).
 */
type Rule<K extends PrimitiveName> = (
  ops: Builder,
  op: Op<K>,
  grad: Value,
  inputs: readonly Value[],
  result: Value,
) => readonly ((() => Value) | null)[];

/** A primitive without a rule does not type-check. `"none"`: its result is constant almost everywhere, or an effect. */
type Rules = { readonly [K in PrimitiveName]: Rule<K> | "none" };

/**
 * Appends the gradients of the scalar `loss` to the program.
 * @returns one value for each of `wrt`, of its shape; zeros where the loss does not depend on it
 */
export function differentiate(ops: Builder, loss: Value, wrt: readonly Value[]): Value[] {
  const phase = ops.phase;
  ops.phase = "backward";
  const needed = dependents(ops, loss, wrt);
  const grads = new Map<number, Value>([[loss.id, ops.constant(1, loss.shape)]]);
  for (let id = loss.id; id >= 0; id--) {
    const grad = grads.get(id);
    if (!grad || !needed.has(id)) continue;
    const value = ops.value(id);
    ops.origin = value.origin;
    const inputs = value.inputs.map((input) => ops.value(input));
    gradients(ops, value, grad, inputs).forEach((build, i) => {
      if (!build || !needed.has(inputs[i].id)) return;
      const before = grads.get(inputs[i].id);
      const more = build();
      grads.set(inputs[i].id, before ? ops.add(before, more) : more);
    });
  }
  const result = wrt.map((value) => grads.get(value.id) ?? ops.constant(0, value.shape));
  ops.origin = null;
  ops.phase = phase;
  return result;
}

function gradients<K extends PrimitiveName>(ops: Builder, op: Op<K>, grad: Value, inputs: readonly Value[]) {
  const rule: Rule<K> | "none" = rules[op.kind];
  return rule === "none" ? [] : rule(ops, op, grad, inputs, ops.value(op.id));
}

/** Operations that depend on one of `wrt`, those included. */
function dependents(ops: Builder, loss: Value, wrt: readonly Value[]): ReadonlySet<number> {
  const found = new Set(wrt.map((value) => value.id));
  for (let id = 0; id <= loss.id; id++) {
    if (ops.value(id).inputs.some((input) => found.has(input))) found.add(id);
  }
  return found;
}

const rules: Rules = {
  load: "none",
  constant: "none",
  iota: "none",
  random: "none",
  /** Each row of the table gets the sum over the places that it was taken to: a product with a matrix of ones and zeros. */
  take_rows: (ops, { attributes }, grad, [table, order, start]) => [
    () => {
      const taken = ops.takeRows(order, ops.iota(order.shape, 0), start, attributes.count);
      const [rows, ...rest] = table.shape;
      const places = [rows, attributes.count];
      const chosen = ops.equal(ops.iota(places, 0), ops.broadcast(taken, places));
      const width = elementCount(rest);
      const sums = ops.matmul(chosen, ops.reshape(grad, [attributes.count, width]));
      return ops.reshape(sums, table.shape);
    },
    null,
    null,
  ],

  neg: (ops, _, grad) => [() => ops.neg(grad)],
  exp: (ops, _, grad, __, y) => [() => ops.mul(grad, y)],
  log: (ops, _, grad, [x]) => [() => ops.div(grad, x)],
  sqrt: (ops, _, grad, __, y) => [() => ops.div(ops.mul(grad, 0.5), y)],
  abs: (ops, _, grad, [x]) => [() => ops.mul(grad, ops.sign(x))],
  sign: "none",
  sigmoid: (ops, _, grad, __, y) => [() => ops.mul(grad, ops.mul(y, ops.sub(1, y)))],
  tanh: (ops, _, grad, __, y) => [() => ops.mul(grad, ops.sub(1, ops.mul(y, y)))],
  erf: (ops, _, grad, [x]) => [
    () => ops.mul(grad, ops.mul(ops.exp(ops.neg(ops.mul(x, x))), 2 / Math.sqrt(Math.PI))),
  ],
  relu: (ops, _, grad, __, y) => [() => ops.where(ops.less(0, y), grad, 0)],
  detach: "none",
  cast: (ops, op, grad, [x]) => [op.attributes.dtype === x.dtype ? () => ops.cast(grad, x.dtype) : null],
  add: (_, __, grad) => [() => grad, () => grad],
  sub: (ops, _, grad) => [() => grad, () => ops.neg(grad)],
  mul: (ops, _, grad, [a, b]) => [() => ops.mul(grad, b), () => ops.mul(grad, a)],
  div: (ops, _, grad, [, b], y) => [() => ops.div(grad, b), () => ops.neg(ops.div(ops.mul(grad, y), b))],
  maximum: (ops, _, grad, [a, b]) => [() => share(ops, grad, b, a), () => share(ops, grad, a, b)],
  minimum: (ops, _, grad, [a, b]) => [() => share(ops, grad, a, b), () => share(ops, grad, b, a)],
  pow: (ops, _, grad, [a, b], y) => [
    () => ops.mul(grad, ops.mul(b, ops.pow(a, ops.sub(b, 1)))),
    () => ops.where(ops.less(0, a), ops.mul(grad, ops.mul(y, ops.log(a))), 0),
  ],
  less: "none",
  equal: "none",
  where: (ops, _, grad, [condition]) => [
    null,
    () => ops.where(condition, grad, 0),
    () => ops.where(condition, 0, grad),
  ],

  reshape: (ops, _, grad, [x]) => [() => ops.reshape(grad, x.shape)],
  permute: (ops, { attributes }, grad) => [
    () =>
      ops.permute(
        grad,
        attributes.dims.map((_, dim) => attributes.dims.indexOf(dim)),
      ),
  ],
  expand: (ops, _, grad, [x]) => [() => ops.unbroadcast(grad, x.shape)],
  slice: (ops, { attributes }, grad, [x]) => [() => ops.pad(grad, attributes.starts, x.shape)],
  pad: (ops, { attributes }, grad, [x]) => [() => ops.slice(grad, attributes.before, x.shape)],
  concat: (ops, { attributes: { dim } }, grad, inputs) => {
    let start = 0;
    return inputs.map((input) => {
      const starts = input.shape.map((_, index) => (index === dim ? start : 0));
      start += input.shape[dim];
      return () => ops.slice(grad, starts, input.shape);
    });
  },

  sum: (ops, _, grad, [x]) => [() => ops.expand(grad, x.shape)],
  /** Ties share the gradient evenly, as in `torch.amax`. */
  max: (ops, { attributes }, grad, [x], y) => [
    () => {
      const mask = ops.equal(x, y);
      return ops.mul(mask, ops.div(grad, ops.sum(mask, attributes.dims)));
    },
  ],
  argmax: "none",

  matmul: (ops, _, grad, [a, b]) => {
    const rank = grad.shape.length;
    return [
      () => ops.matmul(grad, ops.transpose(b, rank - 2, rank - 1)),
      () => ops.matmul(ops.transpose(a, rank - 2, rank - 1), grad),
    ];
  },
  conv2d: (ops, { attributes }, grad, [x, weight]) => [
    () => ops.conv2dGradInput(grad, weight, attributes, x.shape),
    () => ops.conv2dGradWeight(x, grad, attributes, weight.shape),
  ],
  conv2d_grad_input: (ops, { attributes }, grad, [y, weight]) => [
    // A larger input than y came from (a transposed convolution's output_padding) may have room for more.
    () => ops.slice(ops.conv2d(grad, weight, attributes), [0, 0, 0, 0], y.shape),
    () => ops.conv2dGradWeight(grad, y, attributes, weight.shape),
  ],
  conv2d_grad_weight: (ops, { attributes }, grad, [x, y]) => [
    () => ops.conv2dGradInput(y, grad, attributes, x.shape),
    () => ops.conv2d(x, grad, attributes),
  ],
  max_pool2d: (ops, { attributes }, grad, [x]) => [
    () => ops.maxPool2dGrad(grad, ops.maxPool2dIndices(x, attributes), attributes, x.shape),
  ],
  max_pool2d_indices: "none",
  max_pool2d_grad: () => {
    throw new Error("program: max_pool2d_grad is differentiated only once");
  },
  avg_pool2d: (ops, { attributes }, grad, [x]) => [() => ops.avgPool2dGrad(grad, attributes, x.shape)],
  avg_pool2d_grad: (ops, { attributes }, grad) => [() => ops.avgPool2d(grad, attributes)],
  attention: (ops, { attributes }, grad, inputs, y) => {
    const [width, , ofValue] = inputs.map(({ shape }) => shape[shape.length - 1]);
    let both: Value | null = null;
    const keys = () => {
      both ??= ops.attentionGradKeys(inputs, y, grad, attributes);
      return both;
    };
    const gradients = [
      () => ops.attentionGradQuery(inputs, y, grad, attributes),
      () => ops.columns(keys(), 0, width),
      () => ops.columns(keys(), width, width + ofValue),
      () => scoreGradient(ops, attributes, inputs, y, grad),
    ];
    return gradients.slice(0, inputs.length);
  },
  attention_grad_query: () => {
    throw new Error("program: attention_grad_query is differentiated only once");
  },
  attention_grad_keys: () => {
    throw new Error("program: attention_grad_keys is differentiated only once");
  },
  softmax: (ops, { attributes: { dim } }, grad, _, y) => [
    () => ops.mul(y, ops.sub(grad, ops.sum(ops.mul(grad, y), [dim]))),
  ],
  log_softmax: (ops, { attributes: { dim } }, grad, _, y) => [
    () => ops.sub(grad, ops.mul(ops.exp(y), ops.sum(grad, [dim]))),
  ],

  store: "none",
  ring_store: "none",
};

/** The gradient where `smaller` < `larger`, half of it at a tie, as PyTorch shares it. */
function share(ops: Builder, grad: Value, smaller: Value, larger: Value): Value {
  return ops.mul(grad, ops.add(ops.less(smaller, larger), ops.mul(ops.equal(smaller, larger), 0.5)));
}

/** The gradient of an attention's scores, and so of its mask, from ordinary operations: as many elements as scores. */
function scoreGradient(
  ops: Builder,
  { causal }: AttentionAttributes,
  [q, k, v, mask]: readonly Value[],
  y: Value,
  grad: Value,
): Value {
  const rank = q.shape.length;
  const turned = (x: Value) => ops.transpose(x, rank - 2, rank - 1);
  const width = v.shape[rank - 1];
  const ofOutput = ops.columns(grad, 0, width);
  const last = (x: Value) => ops.columns(x, width, width + 1);
  const shares = ops.exp(ops.sub(ops.add(ops.matmul(q, turned(k)), mask), last(y)));
  const mean = ops.sum(ops.mul(ofOutput, ops.columns(y, 0, width)), [rank - 1]);
  const ofShares = ops.sub(ops.matmul(ofOutput, turned(v)), ops.sub(mean, last(grad)));
  const gradient = ops.mul(shares, ofShares);
  if (!causal) return gradient;
  const later = ops.less(ops.iota(gradient.shape, rank - 2), ops.iota(gradient.shape, rank - 1));
  return ops.where(later, 0, gradient);
}
