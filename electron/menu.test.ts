import type { MenuItemConstructorOptions } from "electron";
import { expect, test, vi } from "vitest";
import { menuCommands } from "./ipc";
import type { MenuNeeds } from "./menu";
import { menuTemplate } from "./menu";

const needs: MenuNeeds = {
  language: "en",
  platform: "linux",
  isPackaged: true,
  shortcuts: {},
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

test("a shortcut that the person chose is the menu's, and the usual one is not", () => {
  const shortcuts = { "edit.undo": "Mod+Shift+ArrowUp", "edit.redo": "", "file.save": "Mod+保" };
  const items = itemsOf(menuTemplate({ ...needs, shortcuts }));
  const acceleratorOf = (command: string) => items.find(({ id }) => id === command)?.accelerator;
  expect(acceleratorOf("edit.undo")).toBe("CmdOrCtrl+Shift+Up");
  expect(acceleratorOf("edit.redo")).toBeUndefined();
  expect(acceleratorOf("file.save")).toBeUndefined();
  expect(acceleratorOf("file.open")).toBe("CmdOrCtrl+O");
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
