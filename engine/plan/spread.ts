/**
 * How many workgroups each kernel of a dispatch gets. A processor's adapter runs a dispatch in a few batches of
 * workgroups, and goes through the code of all kernels in every one, whichever it is for: so few workgroups do much each,
 * and every kernel has as many as its share of the work.
 */
import type { Constants, Kernel } from "../../shaders/index";

/** SwiftShader's batches in a dispatch, which its threads take one after the other. */
const batches = 16;
/** A workgroup has at most about this share of the work, so that no thread has to wait long for another. */
const finest = 32;

export interface Work {
  readonly kernel: Kernel;
  readonly constants: Constants;
  /** In additions, about. */
  readonly cost: number;
}

/** The constants of each kernel, with the number of workgroups that it may choose. */
export function spread(works: readonly Work[], software: boolean): Constants[] {
  const total = works.reduce((sum, { cost }) => sum + cost, 0);
  return works.map(({ kernel, constants, cost }) =>
    software && kernel.over !== undefined
      ? kernel.over(constants, Math.min(batches, Math.max(1, Math.round((finest * cost) / total))))
      : constants,
  );
}
