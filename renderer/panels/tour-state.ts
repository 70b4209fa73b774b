/** Where the tour is. It begins by itself once, for somebody who has never seen the window. */
import { create } from "zustand";
import { readStored, writeStored } from "../ui/stored";

const key = "tour-seen";

/** The number of the step; null while there is no tour. */
export const useTour = create<{ readonly step: number | null }>(() => ({
  step: readStored(key, (value) => value === true) ? null : 0,
}));

export function startTour(): void {
  useTour.setState({ step: 0 });
}

export function nextStep(step: number): void {
  useTour.setState({ step });
}

export function endTour(): void {
  useTour.setState({ step: null });
  writeStored(key, true);
}
