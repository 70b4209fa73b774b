/** The product's weights, laid out as a peer wants them. */

/**
 * Matrices as (in, out), so that x · W needs no transpose; all else as it is.
 *
 * @param {string} name
 * @param {import("../../../engine/export/safetensors").SafeTensor} tensor
 */
export function transposed(name, tensor) {
  const isMatrix = tensor.shape.length === 2 && name.endsWith("weight");
  return isMatrix ? permuted(tensor, [1, 0]) : tensor;
}

/**
 * As numpy's transpose.
 *
 * @returns {{ shape: readonly number[], data: Float32Array }}
 */
export function permuted({ shape, data }, axes) {
  const strides = shape.map((_, dim) => shape.slice(dim + 1).reduce((a, b) => a * b, 1));
  const out = axes.map((axis) => shape[axis]);
  const values = new Float32Array(data.length);
  for (let i = 0; i < values.length; i++) {
    let [rest, from] = [i, 0];
    for (let dim = out.length - 1; dim >= 0; dim--) {
      from += (rest % out[dim]) * strides[axes[dim]];
      rest = Math.floor(rest / out[dim]);
    }
    values[i] = data[from];
  }
  return { shape: out, data: values };
}
