/** Puts the cursor into the search of the layers, unfolding them first. */
import { isPaletteFolded, useLayout } from "../layout";

/** The search box's id in the page. */
export const layerSearchId = "layer-search";

export function focusLayerSearch(): void {
  if (isPaletteFolded(useLayout.getState())) useLayout.getState().togglePalette();
  // The box may only be drawn now.
  requestAnimationFrame(() => document.getElementById(layerSearchId)?.focus());
}
