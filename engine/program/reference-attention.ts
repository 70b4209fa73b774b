/** Attention and its gradients in float64, for `reference.ts`: a row of scores at a time. */
import { elementCount, type Shape } from "../tensor/tensor";
import type { AttentionAttributes } from "./program";

/** Row-major values. */
export interface Dense {
  readonly shape: Shape;
  readonly data: Float64Array;
}

export function attention(
  attributes: AttentionAttributes,
  shape: Shape,
  [q, k, v, mask]: readonly Dense[],
): Float64Array {
  const width = shape[shape.length - 1];
  const result = new Float64Array(elementCount(shape));
  eachRow(attributes, q, k, mask, (row, keys, shares, logSum) => {
    shares.forEach((share, j) => {
      for (let c = 0; c < width - 1; c++)
        result[row * width + c] += share * v.data[(keys + j) * (width - 1) + c];
    });
    result[row * width + width - 1] = logSum;
  });
  return result;
}

export function attentionGradQuery(
  attributes: AttentionAttributes,
  shape: Shape,
  [q, k, v, y, grad, mask]: readonly Dense[],
): Float64Array {
  const width = shape[shape.length - 1];
  const result = new Float64Array(elementCount(shape));
  eachRow(attributes, q, k, mask, (row, keys, shares) => {
    scoreGradients(shares, v, y, grad, row, keys).forEach((slope, j) => {
      for (let c = 0; c < width; c++) result[row * width + c] += slope * k.data[(keys + j) * width + c];
    });
  });
  return result;
}

export function attentionGradKeys(
  attributes: AttentionAttributes,
  shape: Shape,
  [q, k, v, y, grad, mask]: readonly Dense[],
): Float64Array {
  const [all, ofKey, ofValue] = [shape, k.shape, v.shape].map((each) => each[each.length - 1]);
  const result = new Float64Array(elementCount(shape));
  eachRow(attributes, q, k, mask, (row, keys, shares) => {
    scoreGradients(shares, v, y, grad, row, keys).forEach((slope, j) => {
      const at = (keys + j) * all;
      for (let c = 0; c < ofKey; c++) result[at + c] += slope * q.data[row * ofKey + c];
      for (let c = 0; c < ofValue; c++)
        result[at + ofKey + c] += shares[j] * grad.data[row * (ofValue + 1) + c];
    });
  });
  return result;
}

/**
 * Calls `visit` for each query's row with the place of the first of its keys, their shares of the row and the logarithm
 * of what its exponentials sum to.
 */
function eachRow(
  { causal }: AttentionAttributes,
  q: Dense,
  k: Dense,
  mask: Dense | undefined,
  visit: (row: number, keys: number, shares: readonly number[], logSum: number) => void,
): void {
  const [length, width] = q.shape.slice(-2);
  const samples = k.shape[k.shape.length - 2];
  for (let row = 0; row < q.data.length / width; row++) {
    const keys = Math.floor(row / length) * samples;
    const scores = Array.from({ length: samples }, (_, j) => {
      let score = mask?.data[row * samples + j] ?? 0;
      for (let c = 0; c < width; c++) score += q.data[row * width + c] * k.data[(keys + j) * width + c];
      return causal && j > row % length ? -Infinity : score;
    });
    const largest = Math.max(...scores);
    const logSum = largest + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - largest), 0));
    visit(
      row,
      keys,
      scores.map((score) => Math.exp(score - logSum)),
      logSum,
    );
  }
}

/** For each score of a row. `y` and `grad` hold the logarithm of the row's sum in their last column. */
function scoreGradients(
  shares: readonly number[],
  v: Dense,
  y: Dense,
  grad: Dense,
  row: number,
  keys: number,
): number[] {
  const width = v.shape[v.shape.length - 1];
  const at = row * (width + 1);
  let mean = -grad.data[at + width];
  for (let c = 0; c < width; c++) mean += grad.data[at + c] * y.data[at + c];
  return shares.map((share, j) => {
    let ofShare = -mean;
    for (let c = 0; c < width; c++) ofShare += grad.data[at + c] * v.data[(keys + j) * width + c];
    return share * ofShare;
  });
}
