import { randomUUID } from "node:crypto";
import type { IpcMainInvokeEvent } from "electron";
import { describe, expect, expectTypeOf, test, vi } from "vitest";
import type { Host } from "../renderer/host";
import type { Handlers } from "./handlers";
import { isTrusted, registerHandlers } from "./handlers";
import { HostError } from "./host-error";
import type { HostApi } from "./ipc";
import { channels } from "./ipc";

const id = randomUUID();
const bytes = new Uint8Array([1, 2, 3]);

/** The handlers behind the registration, and a way to call a channel as a page would. */
function registered(overrides: Partial<Handlers> = {}) {
  const handlers: Handlers = {
    openProject: vi.fn(() => ({ id, name: "iris.loom.json", bytes })),
    saveProject: vi.fn(() => ({ id, name: "iris.loom.json" })),
    saveProjectAs: vi.fn(() => null),
    exportFile: vi.fn(() => null),
    openDataFiles: vi.fn(() => null),
    openDataFolder: vi.fn(() => null),
    reopenData: vi.fn(() => null),
    recentProjects: vi.fn(() => []),
    openRecent: vi.fn(() => null),
    openDropped: vi.fn(() => ({ id, name: "iris.loom.json", bytes })),
    writeAutosave: vi.fn(),
    clearAutosave: vi.fn(),
    leftAutosave: vi.fn(() => null),
    setUnsavedChanges: vi.fn(),
    setShortcuts: vi.fn(),
    setLanguage: vi.fn(),
    ...overrides,
  };
  const listeners = new Map<string, (event: IpcMainInvokeEvent, ...args: unknown[]) => Promise<unknown>>();
  registerHandlers({ handle: (channel, listener) => void listeners.set(channel, listener) }, handlers);
  const call = async (
    channel: string,
    args: unknown[],
    url = "app://bundle/index.html",
    parent: object | null = null,
  ) => listeners.get(channel)?.(eventFrom(url, parent), ...args);
  return { handlers, listeners, call };
}

/** Only the sender's frame is read. */
function eventFrom(url: string, parent: object | null): IpcMainInvokeEvent {
  return { senderFrame: { url, parent } } as unknown as IpcMainInvokeEvent;
}

test("the preload's API is the renderer's host", () => {
  expectTypeOf<HostApi>().toExtend<Omit<Host, "kind">>();
});

test("every channel of the contract has a handler", () => {
  expect([...registered().listeners.keys()].sort()).toEqual(Object.keys(channels).sort());
});

test("a good request reaches the handler and its answer travels back", async () => {
  const { handlers, call } = registered();
  expect(await call("saveProject", [id, bytes, false])).toEqual({
    ok: true,
    value: { id, name: "iris.loom.json" },
  });
  expect(handlers.saveProject).toHaveBeenCalledWith(id, bytes, false);
});

describe("a request that breaks the contract is refused before the handler runs", () => {
  test.each([
    ["a path for an id", "saveProject", ["/etc/passwd", bytes, false]],
    ["text for bytes", "saveProject", [id, "text", false]],
    ["an array for bytes", "saveProject", [id, [1, 2, 3], false]],
    ["nothing", "saveProject", []],
    ["too much", "openProject", ["/etc/passwd"]],
    ["one argument more", "saveProject", [id, bytes, false, "/etc/passwd"]],
    ["an empty name", "saveProjectAs", ["", bytes]],
    ["an endless name", "exportFile", ["a".repeat(1000), bytes]],
    ["a language we lack", "setLanguage", ["xx"]],
    ["a number for a shortcut", "setShortcuts", [{ "edit.undo": 1 }]],
    ["a word for a flag", "setUnsavedChanges", ["yes"]],
  ] as const)("%s", async (_what, channel, args) => {
    const { handlers, call } = registered();
    await expect(call(channel, [...args])).rejects.toThrow(`${channel}: argument`);
    expect(handlers[channel]).not.toHaveBeenCalled();
  });
});

describe("a sender that is not the app's page is refused", () => {
  test.each([
    ["another origin", "https://example.com/", null],
    ["an origin that begins like ours", "app://bundle.example.com/", null],
    ["a file", "file:///index.html", null],
    ["a frame inside the page", "app://bundle/index.html", {}],
  ])("%s", async (_what, url, parent) => {
    const { handlers, call } = registered();
    await expect(call("openProject", [], url, parent)).rejects.toThrow("not the app's page");
    expect(handlers.openProject).not.toHaveBeenCalled();
  });

  test("a frame that is gone", () => {
    expect(isTrusted({ senderFrame: null })).toBe(false);
  });
});

test("an answer with a path in it never leaves the main process", async () => {
  const { call } = registered({ saveProjectAs: () => ({ id, name: "/home/someone/iris.loom.json" }) });
  await expect(call("saveProjectAs", ["iris", bytes])).rejects.toThrow("without a path");
  const climbing = registered({ openDataFolder: () => ({ name: "x", files: [{ path: "../x", bytes }] }) });
  await expect(climbing.call("openDataFolder", [])).rejects.toThrow("relative path");
});

test("what a person caused comes back as a text in both languages, a bug as a rejection", async () => {
  const text = { en: "The disk is full.", zh: "磁盘已满。" };
  const full = registered({ saveProject: () => Promise.reject(new HostError(text)) });
  expect(await full.call("saveProject", [id, bytes, false])).toEqual({ ok: false, error: text });
  const broken = registered({ saveProject: () => Promise.reject(new Error("a bug")) });
  await expect(broken.call("saveProject", [id, bytes, false])).rejects.toThrow("a bug");
});
