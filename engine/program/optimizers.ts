/**
 * Optimizers as more operations of the program: one update over the flat vector of all parameters, so that the
 * whole network costs one dispatch. Formulas: `torch/optim/{sgd,adam}.py`.
 */
import type { Builder, Value } from "./builder";

export interface OptimizerRule {
  /** Numbers that live in the hyper memory, in this order; changing one while training needs no new program. */
  readonly hyper: readonly string[];
  /** State vectors of the parameters' length, zero at the start. */
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
export function sgd({ nesterov = false, maximize = false }): OptimizerRule {
  return {
    hyper: ["lr", "momentum", "dampening", "weight_decay"],
    state: ["momentum_buffer"],
    scalars: [],
    update(ops, { param, grad, state, hyper, first }) {
      const decayed = ops.add(maximize ? ops.neg(grad) : grad, ops.mul(param, hyper.weight_decay));
      const dampened = ops.mul(decayed, ops.sub(1, hyper.dampening));
      const later = ops.add(ops.mul(state.momentum_buffer, hyper.momentum), dampened);
      const buffer = ops.where(ops.broadcast(first, param.shape), decayed, later);
      const direction = nesterov ? ops.add(decayed, ops.mul(buffer, hyper.momentum)) : buffer;
      return { param: ops.sub(param, ops.mul(direction, hyper.lr)), state: { momentum_buffer: buffer } };
    },
  };
}

/**
 * The bias corrections 1 - βᵗ are carried as c ← βc + (1 - β): in float32 `1 - pow(β, t)` is off by up to 1 % for
 * small t.
 */
export function adam({ amsgrad = false, maximize = false }): OptimizerRule {
  return {
    hyper: ["lr", "beta1", "beta2", "eps", "weight_decay"],
    state: ["exp_avg", "exp_avg_sq", ...(amsgrad ? ["max_exp_avg_sq"] : [])],
    scalars: ["correction1", "correction2"],
    update(ops, { param, grad, state, hyper }) {
      const decayed = ops.add(maximize ? ops.neg(grad) : grad, ops.mul(param, hyper.weight_decay));
      const follow = (old: Value, beta: Value, target: Value | number) =>
        ops.add(ops.mul(old, beta), ops.mul(ops.sub(1, beta), target));
      const exp_avg = follow(state.exp_avg, hyper.beta1, decayed);
      const exp_avg_sq = follow(state.exp_avg_sq, hyper.beta2, ops.mul(decayed, decayed));
      const correction1 = follow(state.correction1, hyper.beta1, 1);
      const correction2 = follow(state.correction2, hyper.beta2, 1);
      const max_exp_avg_sq = amsgrad ? ops.maximum(state.max_exp_avg_sq, exp_avg_sq) : exp_avg_sq;
      const denominator = ops.add(ops.sqrt(ops.div(max_exp_avg_sq, correction2)), hyper.eps);
      const stepSize = ops.div(hyper.lr, correction1);
      return {
        param: ops.sub(param, ops.mul(stepSize, ops.div(exp_avg, denominator))),
        state: { exp_avg, exp_avg_sq, ...(amsgrad && { max_exp_avg_sq }), correction1, correction2 },
      };
    },
  };
}
