/** The list of layers that opens on the canvas itself. */
import { create } from "zustand";
import type { PortRef } from "../../engine";
import type { WireEnd } from "./wire-verdicts";

interface Wanted {
  readonly from: PortRef;
  readonly side: WireEnd;
}

interface QuickAdd {
  /** Screen pixels; null while it is closed. */
  readonly at: { readonly x: number; readonly y: number } | null;
  /** The wire that is to end at what is added. */
  readonly wire: Wanted | null;
}

export const useQuickAdd = create<QuickAdd>(() => ({ at: null, wire: null }));

export function openQuickAdd(
  at: { readonly x: number; readonly y: number },
  wire: Wanted | null = null,
): void {
  useQuickAdd.setState({ at, wire });
}

export function closeQuickAdd(): void {
  useQuickAdd.setState({ at: null, wire: null });
}
