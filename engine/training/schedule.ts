/** Which row comes when: an epoch's order, and where in the run a step lies. Pure arithmetic. */
import { pcg } from "../program/random";

/** The rows in a random order that depends on the seed and the epoch alone (Fisher and Yates' shuffle). */
export function epochOrder(rows: Int32Array, seed: number, epoch: number): Int32Array {
  const order = rows.slice();
  const base = pcg(pcg(seed >>> 0) ^ epoch);
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor((pcg(base ^ i) / 4294967296) * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

export interface EpochShape {
  /** Batches of the full size. */
  readonly full: number;
  /** Whether a smaller batch follows. */
  readonly rest: boolean;
}

export interface StepPosition {
  readonly epoch: number;
  /** The batch within the epoch. */
  readonly batch: number;
}

export function stepsPerEpoch({ full, rest }: EpochShape): number {
  return full + (rest ? 1 : 0);
}

export function positionOf(step: number, shape: EpochShape): StepPosition {
  const each = stepsPerEpoch(shape);
  return { epoch: Math.floor(step / each), batch: step % each };
}
