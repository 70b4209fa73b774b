import { describe, expect, it } from "vitest";
import { matchesShortcut } from "./shortcut";

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
});
