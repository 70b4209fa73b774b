/** Which rows train and which validate. */
import { uniform } from "../program/random";

export interface Split {
  /** Shuffled, so that a batch taken in order is a mixture. */
  readonly train: Int32Array;
  readonly validation: Int32Array;
}

/**
 * A shuffle that the seed decides. With `labels` every class gives the same share to validation, as near as whole
 * rows allow. Of two rows or more at least one trains and, when `share` is not 0, at least one validates.
 *
 * @param share of the rows kept for validation, 0 ≤ share < 1
 */
export function splitRows(rows: number, share: number, seed: number, labels: Int32Array | null): Split {
  const order = shuffle(rows, seed);
  const wanted = share === 0 || rows < 2 ? 0 : Math.min(Math.max(Math.round(rows * share), 1), rows - 1);
  const classOf = (row: number) => (labels ? labels[row] : 0);
  const left = quotas(Array.from(order, classOf), wanted);
  const train: number[] = [];
  const validation: number[] = [];
  for (const row of order) {
    if (left[classOf(row)] > 0) {
      left[classOf(row)]--;
      validation.push(row);
    } else train.push(row);
  }
  return { train: Int32Array.from(train), validation: Int32Array.from(validation) };
}

/** Fisher and Yates, "Statistical Tables", 1938, in Durstenfeld's form. */
export function shuffle(count: number, seed: number): Int32Array {
  const order = Int32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(uniform(seed, 0, 0, last) * (last + 1));
    [order[last], order[other]] = [order[other], order[last]];
  }
  return order;
}

/** How many rows each class gives, `wanted` in all: its share rounded down, the rest to the largest remainders. */
function quotas(classes: readonly number[], wanted: number): number[] {
  const counts = new Array<number>(classes.reduce((most, label) => Math.max(most, label), 0) + 1).fill(0);
  for (const label of classes) counts[label]++;
  const shares = counts.map((count) => (count * wanted) / classes.length);
  const quota = shares.map(Math.floor);
  const byRemainder = shares
    .map((_, label) => label)
    .sort((a, b) => shares[b] - quota[b] - (shares[a] - quota[a]));
  const missing = wanted - quota.reduce((sum, count) => sum + count, 0);
  for (const label of byRemainder.slice(0, missing)) quota[label]++;
  return quota;
}
