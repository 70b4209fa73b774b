import type { Point } from "../../engine/training/protocol";

/**
 * The points of a curve by column. A value: `append` gives a longer series and leaves this one as it was. The arrays
 * may be longer than `length`; what lies behind it is spare room that a longer series may already use.
 */
export interface Series {
  readonly length: number;
  readonly step: Float64Array;
  readonly epoch: Float64Array;
  readonly loss: Float64Array;
  /** NaN where there is none (regression). */
  readonly accuracy: Float64Array;
}

export type Metric = "loss" | "accuracy";

export const emptySeries: Series = withRoom(0);

export function append(series: Series, points: readonly Point[]): Series {
  if (points.length === 0) return series;
  const length = series.length + points.length;
  // The old arrays are written behind the old length only, where no older series looks.
  const target = length <= series.step.length ? series : grown(series, length);
  points.forEach((point, index) => {
    const at = series.length + index;
    target.step[at] = point.step;
    target.epoch[at] = point.epoch;
    target.loss[at] = point.loss;
    target.accuracy[at] = point.accuracy ?? Number.NaN;
  });
  return { ...target, length };
}

/** The point whose step is nearest, -1 when there is none. Steps ascend. */
export function nearest(series: Series, step: number): number {
  if (series.length === 0) return -1;
  const after = firstAtOrAfter(series, step);
  if (after === series.length) return after - 1;
  if (after === 0) return 0;
  return step - series.step[after - 1] <= series.step[after] - step ? after - 1 : after;
}

/** The first point at or after a step; `length` when all lie before it. */
export function firstAtOrAfter(series: Series, step: number): number {
  let low = 0;
  let high = series.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (series.step[middle] < step) low = middle + 1;
    else high = middle;
  }
  return low;
}

function grown(series: Series, length: number): Series {
  const room = withRoom(Math.max(256, length, series.step.length * 2));
  for (const column of ["step", "epoch", "loss", "accuracy"] as const) {
    room[column].set(series[column].subarray(0, series.length));
  }
  return room;
}

function withRoom(capacity: number): Series {
  return {
    length: 0,
    step: new Float64Array(capacity),
    epoch: new Float64Array(capacity),
    loss: new Float64Array(capacity),
    accuracy: new Float64Array(capacity),
  };
}
