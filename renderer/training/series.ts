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
  /** Of each loss, by its node's name, where there are several. */
  readonly losses: Readonly<Record<string, Float64Array>>;
  /** NaN where there is none (regression). */
  readonly accuracy: Float64Array;
}

export type Metric = "loss" | "accuracy";

export const emptySeries: Series = withRoom(0, []);

export function append(series: Series, points: readonly Point[]): Series {
  if (points.length === 0) return series;
  const length = series.length + points.length;
  const names = Object.keys(points[0].losses ?? {});
  const sameLosses = names.join("\n") === Object.keys(series.losses).join("\n");
  // The old arrays are written behind the old length only, where no older series looks.
  const target = length <= series.step.length && sameLosses ? series : grown(series, length, names);
  points.forEach((point, index) => {
    const at = series.length + index;
    target.step[at] = point.step;
    target.epoch[at] = point.epoch;
    target.loss[at] = point.loss;
    target.accuracy[at] = point.accuracy ?? Number.NaN;
    for (const name of names) target.losses[name][at] = point.losses?.[name] ?? Number.NaN;
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

/** Losses that were not there before have no past. */
function grown(series: Series, length: number, names: readonly string[]): Series {
  const room = withRoom(Math.max(256, length, series.step.length * 2), names);
  const copy = (from: Float64Array | undefined, to: Float64Array) =>
    from ? to.set(from.subarray(0, series.length)) : to.fill(Number.NaN, 0, series.length);
  for (const column of ["step", "epoch", "loss", "accuracy"] as const) copy(series[column], room[column]);
  for (const name of names) copy(series.losses[name], room.losses[name]);
  return room;
}

function withRoom(capacity: number, names: readonly string[]): Series {
  const column = () => new Float64Array(capacity);
  return {
    length: 0,
    step: column(),
    epoch: column(),
    loss: column(),
    accuracy: column(),
    losses: Object.fromEntries(names.map((name) => [name, column()])),
  };
}
