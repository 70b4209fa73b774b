import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { windowBounds } from "./window-bounds";

const folder = mkdtempSync(path.join(tmpdir(), "tensorloom-bounds-"));
const file = path.join(folder, "window.json");
afterAll(() => rmSync(folder, { recursive: true }));

const screens = [{ x: 0, y: 0, width: 1920, height: 1080 }];
const place = { x: 100, y: 50, width: 1200, height: 800 };

test("a window comes back where it was", () => {
  windowBounds(file).remember({ getNormalBounds: () => place, isMaximized: () => true });
  expect(windowBounds(file).restore(screens)).toEqual({ ...place, maximized: true });
});

test("a place on a screen that is gone is forgotten, the size is not", () => {
  windowBounds(file).remember({ getNormalBounds: () => ({ ...place, x: 3000 }), isMaximized: () => false });
  expect(windowBounds(file).restore(screens)).toEqual({ width: 1200, height: 800, maximized: false });
});

test.each(["", "{", '{"width": 3, "height": 3, "maximized": false}'])(
  "%j reads as the first start's size",
  (content) => {
    writeFileSync(file, content);
    expect(windowBounds(file).restore(screens)).toEqual({ width: 1440, height: 900, maximized: false });
  },
);
