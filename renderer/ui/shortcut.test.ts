import { describe, expect, it } from "vitest";
import { matchesShortcut, pressedShortcut } from "./shortcut";

const press = (
  key: string,
  held: Partial<Record<"ctrlKey" | "metaKey" | "shiftKey" | "altKey", boolean>> = {},
) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...held,
});

describe("shortcuts", () => {
  it("wants exactly the keys that are named", () => {
    expect(matchesShortcut(press("z", { ctrlKey: true }), "Mod+Z", false)).toBe(true);
    expect(matchesShortcut(press("Z", { ctrlKey: true, shiftKey: true }), "Mod+Z", false)).toBe(false);
    expect(matchesShortcut(press("Z", { ctrlKey: true, shiftKey: true }), "Mod+Shift+Z", false)).toBe(true);
    expect(matchesShortcut(press("z"), "Mod+Z", false)).toBe(false);
    expect(matchesShortcut(press("Delete"), "Delete", false)).toBe(true);
  });

  it("takes Command for Mod on a Mac", () => {
    expect(matchesShortcut(press("s", { metaKey: true }), "Mod+S", true)).toBe(true);
    expect(matchesShortcut(press("s", { ctrlKey: true }), "Mod+S", true)).toBe(false);
  });

  it("find a sign wherever a layout has it", () => {
    expect(matchesShortcut(press("?", { shiftKey: true }), "?", false)).toBe(true);
    expect(matchesShortcut(press("/", { shiftKey: true }), "/", false)).toBe(true);
    expect(matchesShortcut(press("?", { ctrlKey: true, shiftKey: true }), "?", false)).toBe(false);
  });

  it("that are pressed are written as they are matched", () => {
    for (const keys of [
      press("k", { ctrlKey: true }),
      press("K", { ctrlKey: true, shiftKey: true }),
      press("?", { shiftKey: true }),
      press("+", { ctrlKey: true, shiftKey: true }),
      press(" "),
      press("ArrowUp", { altKey: true }),
    ])
      expect(matchesShortcut(keys, pressedShortcut(keys, false) ?? "", false), keys.key).toBe(true);
    expect(pressedShortcut(press("k", { ctrlKey: true }), false)).toBe("Mod+K");
    expect(pressedShortcut(press("Shift", { shiftKey: true }), false)).toBeNull();
  });
});
