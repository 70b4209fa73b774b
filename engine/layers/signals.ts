/** PyTorch computes signals (N, C, L) as images (N, C, 1, L) of height 1. */
import type { TensorType } from "../tensor/tensor";

/** (N, C, L) as (N, C, 1, L): `Tensor.unsqueeze(-2)`. */
export function asImages(x: TensorType): TensorType {
  const at = x.shape.length - 1;
  return {
    ...x,
    shape: x.shape.toSpliced(at, 0, 1),
    stride: x.stride.toSpliced(at, 0, x.shape[at] * x.stride[at]),
  };
}

/** `Tensor.squeeze(-2)` of (N, C, 1, L) */
export function asSignals(y: TensorType): TensorType {
  const at = y.shape.length - 2;
  return { ...y, shape: y.shape.toSpliced(at, 1), stride: y.stride.toSpliced(at, 1) };
}
