/** Concat and Stack take as many tensors as are wired. */

export const manyInputs = {
  x1: "(*)",
  x2: "(*)",
  x3: "(*)",
  x4: "(*)",
  x5: "(*)",
  x6: "(*)",
  x7: "(*)",
  x8: "(*)",
} as const;

export const moreInputs = ["x3", "x4", "x5", "x6", "x7", "x8"] as const;

/** Those that are wired, in the order of the ports. */
export function wired<T>(inputs: Readonly<Partial<Record<keyof typeof manyInputs, T>>>): T[] {
  return Object.values(inputs);
}

/** Their names. */
export function wiredPorts(inputs: Readonly<Partial<Record<keyof typeof manyInputs, unknown>>>): string[] {
  return Object.keys(inputs);
}
