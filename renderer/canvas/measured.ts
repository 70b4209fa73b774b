/** What each node showed when its size was taken. */
import { useEffect, useReducer } from "react";

type Shown = readonly unknown[];

const measuredAs = new Map<string, Shown>();

/**
 * Whether the size that is known of a node is that of what it shows now. Then a node far away can be drawn as a box of
 * that size; otherwise it has to be laid out once with all that is on it.
 * @param shown all that its size depends on
 * @param hasSize false for a node that was never measured
 */
export function useMeasured(id: string, shown: Shown, hasSize: boolean): boolean {
  const [, lookAgain] = useReducer((count: number) => count + 1, 0);
  const known = measuredAs.get(id);
  const isMeasured = hasSize && known !== undefined && shown.every((each, index) => each === known[index]);
  useEffect(() => {
    if (isMeasured || !hasSize) return;
    // A frame to lay it out and measure it, if it was drawn in this one.
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => {
        measuredAs.set(id, shown);
        lookAgain();
      });
    });
    return () => cancelAnimationFrame(frame);
  });
  return isMeasured;
}
