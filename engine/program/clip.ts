/** Gradient clipping over all gradients together, as `torch.nn.utils.clip_grad_norm_` and `clip_grad_value_`. */
import type { Builder, Value } from "./builder";

/** Scales all so that their norm is at most `maxNorm`. `normType` is p of the p-norm, Infinity for the largest magnitude. */
export function clipNorm(
  ops: Builder,
  grads: readonly Value[],
  maxNorm: number,
  normType: number,
): { grads: readonly Value[]; norm: Value } {
  const norm = normOf(ops, grads, normType);
  const scale = ops.minimum(ops.div(maxNorm, ops.add(norm, 1e-6)), 1);
  return { grads: grads.map((grad) => ops.mul(grad, scale)), norm };
}

function normOf(ops: Builder, grads: readonly Value[], normType: number): Value {
  const sum = (power: (grad: Value) => Value) =>
    grads.map((grad) => ops.total(power(grad))).reduce((a, b) => ops.add(a, b));
  switch (normType) {
    case Number.POSITIVE_INFINITY:
      return grads
        .map((grad) => ops.reshape(ops.max(ops.abs(grad), [...grad.shape.keys()]), []))
        .reduce((a, b) => ops.maximum(a, b));
    case 2:
      return ops.sqrt(sum((grad) => ops.mul(grad, grad)));
    default:
      return ops.pow(
        sum((grad) => ops.pow(ops.abs(grad), normType)),
        1 / normType,
      );
  }
}

export function clipValue(ops: Builder, grad: Value, limit: number): Value {
  return ops.maximum(ops.minimum(grad, limit), -limit);
}
