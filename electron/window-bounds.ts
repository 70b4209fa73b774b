/** Where the window was and how large, kept between starts. */
import type { BrowserWindow, Rectangle } from "electron";
import * as v from "valibot";
import { stateFile } from "./state-file";

const smallest = { width: 1024, height: 700 };

const schema = v.object({
  x: v.optional(v.number()),
  y: v.optional(v.number()),
  width: v.pipe(v.number(), v.minValue(smallest.width)),
  height: v.pipe(v.number(), v.minValue(smallest.height)),
  maximized: v.boolean(),
});
export type WindowBounds = v.InferOutput<typeof schema>;

export function windowBounds(file: string) {
  const state = stateFile(file, schema, { width: 1440, height: 900, maximized: false });
  return {
    smallest,
    /** A place on a screen that is no longer there is forgotten, the size is not. */
    restore(screens: readonly Rectangle[]): WindowBounds {
      const bounds = state.read();
      const { x, y, ...size } = bounds;
      return isOnScreen(bounds, screens) ? bounds : size;
    },
    remember(window: Pick<BrowserWindow, "getNormalBounds" | "isMaximized">): void {
      state.write({ ...window.getNormalBounds(), maximized: window.isMaximized() });
    },
  };
}

/** Enough of the title bar has to be visible to take hold of the window. */
function isOnScreen({ x, y, width }: WindowBounds, screens: readonly Rectangle[]): boolean {
  if (x === undefined || y === undefined) return false;
  const grip = 100;
  return screens.some(
    (screen) =>
      x + width - grip > screen.x &&
      x + grip < screen.x + screen.width &&
      y >= screen.y &&
      y + grip < screen.y + screen.height,
  );
}
