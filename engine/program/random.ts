/**
 * Counter-based random numbers: the same (seed, step, id, element) always gives the same number, on every device, so
 * that a mask can be made again in the backward pass and a run repeated. The WGSL twin is `shaders/lib/random.wgsl`.
 *
 * The hash is PCG's RXS-M-XS output over a linear congruential step ("PCG: A Family of Better Random Number
 * Generators", O'Neill 2014; its use as a hash: Jarzynski and Olano, "Hash Functions for GPU Rendering", JCGT 2020).
 */
export function pcg(input: number): number {
  const state = (Math.imul(input, 747796405) + 2891336453) >>> 0;
  const word = Math.imul(((state >>> ((state >>> 28) + 4)) ^ state) >>> 0, 277803737) >>> 0;
  return ((word >>> 22) ^ word) >>> 0;
}

/** Uniform on [0, 1) with 24 bits, exactly representable in float32. */
export function uniform(seed: number, step: number, id: number, element: number): number {
  return (pcg(pcg(pcg(pcg(seed >>> 0) ^ step) ^ id) ^ element) >>> 8) / 16777216;
}
