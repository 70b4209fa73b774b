import type { Series } from "./series";
import { firstAtOrAfter } from "./series";

/** A line ready to be drawn. */
export interface Line {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/**
 * What is to be drawn of a curve between two steps. Each of `buckets` equal parts keeps its lowest and its highest
 * point, so that a spike is never lost, and the curve's look does not depend on how many steps it has.
 * One point on each side of the range is kept, so that the line runs out of the picture.
 */
export function thin(series: Series, values: Float64Array, from: number, to: number, buckets: number): Line {
  const first = Math.max(0, firstAtOrAfter(series, from) - 1);
  const end = Math.min(series.length, firstAtOrAfter(series, to) + 1);
  const x: number[] = [];
  const y: number[] = [];
  const add = (index: number) => {
    if (Number.isNaN(values[index])) return;
    x.push(series.step[index]);
    y.push(values[index]);
  };
  if (end - first <= buckets * 2) {
    for (let index = first; index < end; index++) add(index);
    return { x, y };
  }
  add(first);
  const inner = end - first - 2;
  for (let bucket = 0; bucket < buckets; bucket++) {
    const start = first + 1 + Math.floor((bucket * inner) / buckets);
    const stop = first + 1 + Math.floor(((bucket + 1) * inner) / buckets);
    let lowest = -1;
    let highest = -1;
    for (let index = start; index < stop; index++) {
      if (Number.isNaN(values[index])) continue;
      if (lowest < 0 || values[index] < values[lowest]) lowest = index;
      if (highest < 0 || values[index] > values[highest]) highest = index;
    }
    if (lowest < 0) continue;
    add(Math.min(lowest, highest));
    if (lowest !== highest) add(Math.max(lowest, highest));
  }
  add(end - 1);
  return { x, y };
}

/**
 * Exponential moving average with the bias of its start taken off, so that the curve begins at its first value.
 * `weight` is 0 (as it is) up to, not including, 1. NaN is passed over.
 */
export function smooth({ length }: Series, column: Float64Array, weight: number): Float64Array {
  const values = column.subarray(0, length);
  if (weight === 0) return values;
  const smoothed = new Float64Array(length);
  let average = 0;
  let share = 0;
  for (let index = 0; index < length; index++) {
    const value = values[index];
    if (!Number.isFinite(value)) {
      smoothed[index] = Number.NaN;
      continue;
    }
    average = weight * average + (1 - weight) * value;
    share = weight * share + (1 - weight);
    smoothed[index] = average / share;
  }
  return smoothed;
}
