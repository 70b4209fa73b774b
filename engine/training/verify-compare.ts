/** What verifying a node found: each tensor of the device beside the reference's. Plain data. */
import { forwardTolerance, gradientTolerance } from "../program/tolerance";
import type { Elements } from "../runtime/memory";
import { elementCount } from "../tensor/tensor";
import type { Result } from "./verify-program";

export interface Comparison {
  readonly part: Result["part"];
  /** The port's, weight's or buffer's name. */
  readonly name: string;
  readonly shape: readonly number[];
  /** The largest difference of two elements; infinite where one of them is NaN or infinite and the other is not. */
  readonly absolute: number;
  /** The same, divided by the largest absolute value of the reference's tensor. */
  readonly relative: number;
  /** What `absolute` may be. */
  readonly bound: number;
  readonly passed: boolean;
}

export interface Verdict {
  readonly node: string;
  /** The node's name in PyTorch code: `conv1`. */
  readonly name: string;
  readonly type: string;
  /** Rows of the random batch: the project's, or fewer where the reference would take long. */
  readonly batchSize: number;
  readonly comparisons: readonly Comparison[];
  /** The largest relative difference. */
  readonly relative: number;
  readonly passed: boolean;
}

export function compare(
  { part, name, shape, dtype }: Result,
  actual: Elements,
  expected: Float64Array,
): Comparison {
  let [absolute, largest] = [0, 0];
  for (let i = 0; i < elementCount(shape); i++) {
    const [a, b] = [actual[i], expected[i]];
    if (Number.isFinite(b)) largest = Math.max(largest, Math.abs(b));
    if (Object.is(a, b) || a === b) continue;
    const apart = Math.abs(a - b);
    absolute = Math.max(absolute, Number.isNaN(apart) ? Number.POSITIVE_INFINITY : apart);
  }
  const { absolute: least, relative } = part.endsWith("gradient") ? gradientTolerance : forwardTolerance;
  // Class numbers and positions are right or wrong.
  const bound = dtype === "int64" ? 0 : least + relative * largest;
  return {
    part,
    name,
    shape,
    absolute,
    relative: absolute === 0 ? 0 : absolute / (largest || 1),
    bound,
    passed: absolute <= bound,
  };
}
