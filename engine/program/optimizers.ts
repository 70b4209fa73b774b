/**
 * Optimizers as more operations of the program: one update over the flat vector of all parameters, so that the
 * whole network costs one dispatch. Formulas: PyTorch's `torch/optim`. What changes the shape of the update is an
 * argument here; numbers are in the hyper memory.
 */
import type { Builder, Value } from "./builder";

export interface OptimizerRule {
  /** Numbers that live in the hyper memory, in this order; changing one while training needs no new program. */
  readonly hyper: readonly string[];
  /** State vectors of the parameters' length, zero before the first step; `first` tells a rule that it wants another start. */
  readonly state: readonly string[];
  /** State scalars, zero at the start. */
  readonly scalars: readonly string[];
  /** @returns the new parameter vector and the new state, by name */
  update(
    ops: Builder,
    args: UpdateArguments,
  ): { readonly param: Value; readonly state: Readonly<Record<string, Value>> };
}

export interface UpdateArguments {
  /** All parameters, (P). */
  readonly param: Value;
  readonly grad: Value;
  /** Vectors (P) and scalars (), by name. */
  readonly state: Readonly<Record<string, Value>>;
  readonly hyper: Readonly<Record<string, Value>>;
  /** 1 in the first step, 0 afterwards; a float32 scalar. */
  readonly first: Value;
}

/** PyTorch starts the momentum buffer with the first gradient, undampened. */
export function sgd({ nesterov }: { readonly nesterov: boolean }): OptimizerRule {
  return {
    hyper: ["lr", "momentum", "dampening", "weight_decay"],
    state: ["momentum_buffer"],
    scalars: [],
    update(ops, { param, grad, state, hyper, first }) {
      const decayed = withDecay(ops, grad, param, hyper.weight_decay);
      const dampened = ops.mul(decayed, ops.sub(1, hyper.dampening));
      const later = ops.add(ops.mul(state.momentum_buffer, hyper.momentum), dampened);
      const buffer = ops.where(ops.broadcast(first, param.shape), decayed, later);
      const direction = nesterov ? ops.add(decayed, ops.mul(buffer, hyper.momentum)) : buffer;
      return { param: ops.sub(param, ops.mul(direction, hyper.lr)), state: { momentum_buffer: buffer } };
    },
  };
}

/**
 * Adam, and with `decoupled` AdamW, whose weight decay shrinks the parameters instead of adding to the gradient.
 *
 * The bias corrections 1 - βᵗ are carried as c ← βc + (1 - β): in float32 `1 - pow(β, t)` is off by up to 1 % for
 * small t. Where β₁ moves by a schedule, its correction is given among the hyper numbers.
 */
export function adam(flags: { readonly amsgrad: boolean; readonly decoupled: boolean }): OptimizerRule {
  const { amsgrad, decoupled } = flags;
  return {
    hyper: ["lr", "beta1", "beta2", "eps", "weight_decay"],
    state: ["exp_avg", "exp_avg_sq", ...(amsgrad ? ["max_exp_avg_sq"] : [])],
    scalars: ["correction1", "correction2"],
    update(ops, { param, grad, state, hyper }) {
      const shrunk = decoupled ? ops.mul(param, ops.sub(1, ops.mul(hyper.lr, hyper.weight_decay))) : param;
      const direction = decoupled ? grad : withDecay(ops, grad, param, hyper.weight_decay);
      const exp_avg = follow(ops, state.exp_avg, hyper.beta1, direction);
      const exp_avg_sq = follow(ops, state.exp_avg_sq, hyper.beta2, ops.mul(direction, direction));
      const correction1 = hyper.correction1 ?? follow(ops, state.correction1, hyper.beta1, 1);
      const correction2 = follow(ops, state.correction2, hyper.beta2, 1);
      const max_exp_avg_sq = amsgrad ? ops.maximum(state.max_exp_avg_sq, exp_avg_sq) : exp_avg_sq;
      const denominator = ops.add(ops.sqrt(ops.div(max_exp_avg_sq, correction2)), hyper.eps);
      const stepSize = ops.div(hyper.lr, correction1);
      return {
        param: ops.sub(shrunk, ops.mul(stepSize, ops.div(exp_avg, denominator))),
        state: { exp_avg, exp_avg_sq, ...(amsgrad && { max_exp_avg_sq }), correction1, correction2 },
      };
    },
  };
}

/** With `centered` the gradient is divided by its standard deviation instead of its root mean square. */
export function rmsprop({ centered }: { readonly centered: boolean }): OptimizerRule {
  return {
    hyper: ["lr", "alpha", "eps", "momentum", "weight_decay"],
    state: ["square_avg", "momentum_buffer", ...(centered ? ["grad_avg"] : [])],
    scalars: [],
    update(ops, { param, grad, state, hyper }) {
      const decayed = withDecay(ops, grad, param, hyper.weight_decay);
      const square_avg = follow(ops, state.square_avg, hyper.alpha, ops.mul(decayed, decayed));
      const grad_avg = centered ? follow(ops, state.grad_avg, hyper.alpha, decayed) : null;
      // Rounding can make the variance of a steady gradient negative; its root would be NaN.
      const spread = grad_avg ? ops.maximum(ops.sub(square_avg, ops.mul(grad_avg, grad_avg)), 0) : square_avg;
      const direction = ops.div(decayed, ops.add(ops.sqrt(spread), hyper.eps));
      const momentum_buffer = ops.add(ops.mul(state.momentum_buffer, hyper.momentum), direction);
      return {
        param: ops.sub(param, ops.mul(momentum_buffer, hyper.lr)),
        state: { square_avg, momentum_buffer, ...(grad_avg && { grad_avg }) },
      };
    },
  };
}

export function adagrad(): OptimizerRule {
  return {
    hyper: ["lr", "lr_decay", "initial_accumulator_value", "eps", "weight_decay"],
    state: ["sum"],
    scalars: ["steps"],
    update(ops, { param, grad, state, hyper, first }) {
      const decayed = withDecay(ops, grad, param, hyper.weight_decay);
      const before = ops.where(
        ops.broadcast(first, param.shape),
        ops.broadcast(hyper.initial_accumulator_value, param.shape),
        state.sum,
      );
      const sum = ops.add(before, ops.mul(decayed, decayed));
      const lr = ops.div(hyper.lr, ops.add(1, ops.mul(state.steps, hyper.lr_decay)));
      const direction = ops.div(decayed, ops.add(ops.sqrt(sum), hyper.eps));
      return {
        param: ops.sub(param, ops.mul(direction, lr)),
        state: { sum, steps: ops.add(state.steps, 1) },
      };
    },
  };
}

export function adadelta(): OptimizerRule {
  return {
    hyper: ["lr", "rho", "eps", "weight_decay"],
    state: ["square_avg", "acc_delta"],
    scalars: [],
    update(ops, { param, grad, state, hyper }) {
      const decayed = withDecay(ops, grad, param, hyper.weight_decay);
      const square_avg = follow(ops, state.square_avg, hyper.rho, ops.mul(decayed, decayed));
      const root = (square: Value) => ops.sqrt(ops.add(square, hyper.eps));
      const delta = ops.mul(ops.div(root(state.acc_delta), root(square_avg)), decayed);
      const acc_delta = follow(ops, state.acc_delta, hyper.rho, ops.mul(delta, delta));
      return { param: ops.sub(param, ops.mul(delta, hyper.lr)), state: { square_avg, acc_delta } };
    },
  };
}

function withDecay(ops: Builder, grad: Value, param: Value, decay: Value): Value {
  return ops.add(grad, ops.mul(param, decay));
}

/** A running average: `share` of the old, the rest of the new. */
function follow(ops: Builder, old: Value, share: Value, target: Value | number): Value {
  return ops.add(ops.mul(old, share), ops.mul(ops.sub(1, share), target));
}
