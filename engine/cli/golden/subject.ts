/** What one golden case comes to, and exact comparing. */

/** `unsupported`: a layer that does not exist yet, named by `reason`. A wrong answer is always `failed`. */
export type Outcome =
  | { readonly status: "passed" }
  | { readonly status: "failed" | "unsupported"; readonly reason: string };

export function failed(reason: string): Outcome {
  return { status: "failed", reason };
}

export function unsupported(layer: string): Outcome {
  return { status: "unsupported", reason: layer };
}

/** Failed with the first difference that was found, or passed. */
export function outcomeOf(differences: readonly (string | null)[]): Outcome {
  const difference = differences.find((each) => each !== null);
  return difference == null ? { status: "passed" } : failed(difference);
}

/** Compares plain values exactly. */
export function exactly(what: string, actual: unknown, expected: unknown): string | null {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  return a === b ? null : `${what}: ${a} instead of ${b}`;
}
