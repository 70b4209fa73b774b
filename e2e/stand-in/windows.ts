/** `BrowserWindow`: nothing is on a screen; what a window would show of itself is kept as state. */
import { EventEmitter } from "node:events";
import type { BrowserWindow, BrowserWindowConstructorOptions, Rectangle } from "electron";
import { app, preventable } from "./app";
import { StandInWebContents } from "./web-contents";

type UsedWindow = Pick<
  BrowserWindow,
  | "loadURL"
  | "show"
  | "focus"
  | "maximize"
  | "restore"
  | "close"
  | "destroy"
  | "isVisible"
  | "isMaximized"
  | "isMinimized"
  | "isDestroyed"
  | "getNormalBounds"
  | "setDocumentEdited"
  | "isDocumentEdited"
>;

const all = new Set<StandInWindow>();

export class StandInWindow extends EventEmitter implements UsedWindow {
  readonly webContents: StandInWebContents;
  readonly #bounds: Rectangle;
  #visible: boolean;
  #maximized = false;
  #edited = false;

  static getAllWindows(): StandInWindow[] {
    return [...all];
  }
  static fromWebContents(contents: StandInWebContents): StandInWindow | null {
    return [...all].find((window) => window.webContents === contents) ?? null;
  }

  constructor(options: BrowserWindowConstructorOptions = {}) {
    super();
    const { x = 0, y = 0, width = 800, height = 600, show = true, webPreferences } = options;
    this.#bounds = { x, y, width, height };
    this.#visible = show;
    this.webContents = new StandInWebContents(webPreferences?.preload, this);
    this.webContents.on("did-finish-load", () => this.emit("ready-to-show"));
    void this.webContents.page.then((page) => page.setViewportSize({ width, height }));
    all.add(this);
    app.windows.add(this);
    app.emit("web-contents-created", {}, this.webContents);
  }

  loadURL(url: string) {
    return this.webContents.loadURL(url);
  }
  show() {
    this.#visible = true;
  }
  focus() {}
  maximize() {
    this.#maximized = true;
  }
  restore() {}
  isVisible() {
    return this.#visible;
  }
  isMaximized() {
    return this.#maximized;
  }
  isMinimized() {
    return false;
  }
  isDestroyed() {
    return !all.has(this);
  }
  getNormalBounds() {
    return { ...this.#bounds };
  }
  setDocumentEdited(edited: boolean) {
    this.#edited = edited;
  }
  isDocumentEdited() {
    return this.#edited;
  }

  close() {
    const event = preventable({});
    this.emit("close", event);
    if (!event.defaultPrevented) this.destroy();
  }
  destroy() {
    void this.webContents.page.then((page) => page.close());
    this.pageClosed();
  }
  pageClosed() {
    if (!all.delete(this)) return;
    app.windows.delete(this);
    this.webContents.emit("destroyed");
    this.emit("closed");
    if (all.size === 0) app.emit("window-all-closed");
  }
}

export function focusedWindow(): StandInWindow | null {
  return [...all][0] ?? null;
}

export const webContents = {
  fromDevToolsTargetId: (targetId: string) =>
    [...all].find((window) => window.webContents.targetId === targetId)?.webContents,
};
