/** The `electron` module as the main process of Tensorloom, Playwright and the tests use it. */
import type { Dialog, NativeTheme, Screen } from "electron";
import { app } from "./app";
import { ipcMain } from "./ipc-main";
import { loud } from "./loud";
import { StandInMenu } from "./menu";
import { protocol } from "./schemes";
import { session } from "./session";
import { StandInWindow, webContents } from "./windows";

/** A test puts its own function here before it opens a dialog. */
const dialog: Pick<Dialog, "showOpenDialog" | "showSaveDialog" | "showMessageBox"> = {
  showOpenDialog: unscripted("showOpenDialog"),
  showSaveDialog: unscripted("showSaveDialog"),
  showMessageBox: unscripted("showMessageBox"),
};

function unscripted(name: string) {
  return () =>
    Promise.reject(new Error(`electron stand-in: dialog.${name} was called and no answer is scripted`));
}

const nativeTheme: Pick<NativeTheme, "shouldUseDarkColors"> = { shouldUseDarkColors: true };

const workArea = { x: 0, y: 0, width: 1920, height: 1080 };
const screen = {
  // The app reads the work areas only.
  getAllDisplays: () => [{ workArea }] as ReturnType<Screen["getAllDisplays"]>,
} satisfies Pick<Screen, "getAllDisplays">;

export const electron = loud("electron", {
  app: loud("app", app),
  BrowserWindow: StandInWindow,
  dialog: loud("dialog", dialog),
  ipcMain: loud("ipcMain", ipcMain),
  Menu: StandInMenu,
  nativeTheme: loud("nativeTheme", nativeTheme),
  protocol: loud("protocol", protocol),
  screen: loud("screen", screen),
  session: { defaultSession: loud("session", session.defaultSession) },
  webContents: loud("webContents", webContents),
});
