import type { MenuItemConstructorOptions } from "electron";
import { expect, test, vi } from "vitest";
import { menuCommands } from "./ipc";
import type { MenuNeeds } from "./menu";
import { menuTemplate } from "./menu";

const needs: MenuNeeds = {
  language: "en",
  platform: "linux",
  isPackaged: true,
  recents: [],
  send: () => undefined,
};

function itemsOf(items: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions[] {
  return items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? itemsOf(item.submenu) : [])]);
}

test.each(["linux", "darwin", "win32"] as const)(
  "on %s every command has an item that sends it",
  (platform) => {
    const send = vi.fn();
    const items = itemsOf(menuTemplate({ ...needs, platform, send }));
    for (const command of menuCommands) {
      const item = items.find(({ id }) => id === command);
      item?.click?.(undefined as never, undefined, undefined as never);
      expect(send).toHaveBeenLastCalledWith(command);
    }
  },
);

test("no two items share a shortcut", () => {
  const accelerators = itemsOf(menuTemplate(needs)).flatMap(({ accelerator }) => accelerator ?? []);
  expect(new Set(accelerators).size).toBe(accelerators.length);
});

test("recent projects are offered by name and sent by id", () => {
  const send = vi.fn();
  const items = itemsOf(menuTemplate({ ...needs, recents: [{ id: "x", name: "iris.loom.json" }], send }));
  const item = items.find(({ label }) => label === "iris.loom.json");
  item?.click?.(undefined as never, undefined, undefined as never);
  expect(send).toHaveBeenCalledWith("file.openRecent:x");
});

test("in Chinese no label is left in English", () => {
  const labels = itemsOf(menuTemplate({ ...needs, language: "zh" })).flatMap(({ label }) => label ?? []);
  expect(labels.filter((label) => !/[\u4e00-\u9fff]/.test(label))).toEqual([]);
});
