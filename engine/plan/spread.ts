/**
 * How many workgroups each kernel of a dispatch gets. A processor's adapter runs a dispatch in a few batches of
 * workgroups, and four lanes of each go through the code of all kernels, whichever they are for: so there are few workgroups
 * of four threads that do much each, and every kernel has as many as its share of the work.
 */
import { type Constants, type Kernel, usualThreads } from "../../shaders/index";

/** What is one instruction. */
const lanes = 4;
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
  const THREADS = works.every(({ kernel }) => kernel.over !== undefined) ? lanes : usualThreads;
  return works.map(({ kernel, constants, cost }) => {
    if (!software || kernel.over === undefined) return constants;
    const workgroups = Math.min(batches, Math.max(1, Math.round((finest * cost) / total)));
    return kernel.over({ ...constants, THREADS }, workgroups);
  });
}
