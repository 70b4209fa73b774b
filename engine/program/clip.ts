/** Gradient clipping over all gradients together, as `torch.nn.utils.clip_grad_norm_` and `clip_grad_value_`. */
import type { Builder, Value } from "./builder";

/** Scales (P) so that its norm is at most `maxNorm`. `normType` is p of the p-norm, Infinity for the largest magnitude. */
export function clipNorm(
  ops: Builder,
  grad: Value,
  maxNorm: number,
  normType: number,
): { grad: Value; norm: Value } {
  const size = ops.abs(grad);
  const dims = grad.shape.map((_, dim) => dim);
  const norm =
    normType === Number.POSITIVE_INFINITY
      ? ops.reshape(ops.max(size, dims), [])
      : normType === 2
        ? ops.sqrt(ops.total(ops.mul(grad, grad)))
        : ops.pow(ops.total(ops.pow(size, normType)), 1 / normType);
  const scale = ops.minimum(ops.div(maxNorm, ops.add(norm, 1e-6)), 1);
  return { grad: ops.mul(grad, scale), norm };
}

export function clipValue(ops: Builder, grad: Value, limit: number): Value {
  return ops.maximum(ops.minimum(grad, limit), -limit);
}
