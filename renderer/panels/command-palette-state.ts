import { create } from "zustand";

export const useCommandPalette = create<{ readonly open: boolean }>(() => ({ open: false }));

export function openCommandPalette(): void {
  useCommandPalette.setState({ open: true });
}

export function closeCommandPalette(): void {
  useCommandPalette.setState({ open: false });
}

/** The list of shortcuts. */
export const useShortcutSheet = create<{ readonly open: boolean }>(() => ({ open: false }));

export function showShortcutSheet(open: boolean): void {
  useShortcutSheet.setState({ open });
}
