/** How far float32 results may lie from float64 ones. Source: `engine/golden/README.md`. */
export interface Tolerance {
  readonly absolute: number;
  /** Times the largest absolute value of the tensor. */
  readonly relative: number;
}

/** Forward values and buffers. */
export const forwardTolerance: Tolerance = { absolute: 1e-6, relative: 1e-5 };
/** Gradients and optimizer trajectories. */
export const gradientTolerance: Tolerance = { absolute: 1e-5, relative: 1e-4 };
