/** A computed tensor beside the one that PyTorch gave. */
import type { Tolerance } from "../../program/tolerance";
import type { CaseTensor } from "./network";

/** @returns what differs, or null when every element is within `absolute + relative · max|expected|` */
export function difference(
  what: string,
  computed: ArrayLike<number>,
  expected: Pick<CaseTensor, "data">,
  { absolute, relative }: Tolerance,
): string | null {
  if (computed.length !== expected.data.length)
    return `${what}: ${computed.length} elements instead of ${expected.data.length}`;
  const bound = absolute + relative * expected.data.reduce((max, b) => Math.max(max, Math.abs(b)), 0);
  const at = expected.data.findIndex((b, i) => !(Math.abs(computed[i] - b) <= bound));
  return at < 0
    ? null
    : `${what}[${at}]: ${computed[at]} instead of ${expected.data[at]} (± ${bound.toPrecision(2)})`;
}
