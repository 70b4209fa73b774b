/** The desktop app: one window on an origin of its own, with everything else shut. */
import path from "node:path";
import { app, BrowserWindow, dialog, ipcMain, Menu, nativeTheme, protocol, screen, session } from "electron";
import { createAutosave } from "./autosave";
import { askBeforeClosing } from "./closing";
import { createFileHandlers } from "./files";
import { registerHandlers } from "./handlers";
import { createIdTable } from "./ids";
import type { Language, MenuCommand } from "./ipc";
import { menuChannel, origin } from "./ipc";
import { type MenuNeeds, menuTemplate } from "./menu";
import { scheme, serveBundle } from "./origin";
import { isProjectName } from "./project-names";
import { createRecents } from "./recents";
import { windowBounds } from "./window-bounds";

app.enableSandbox();
// Chromium on Linux still counts WebGPU as unsafe.
if (process.platform === "linux") app.commandLine.appendSwitch("enable-unsafe-webgpu");
protocol.registerSchemesAsPrivileged([
  { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
]);

app.on("web-contents-created", (_event, contents) => {
  contents.setWindowOpenHandler(() => ({ action: "deny" }));
  contents.on("will-navigate", (event) => event.preventDefault());
  contents.on("will-attach-webview", (event) => event.preventDefault());
});

/** macOS names the file that was double-clicked in an event, which may come before the app is ready. */
const openedFiles: string[] = [];
let openFile = (file: string): void => void openedFiles.push(file);
app.on("open-file", (event, file) => {
  event.preventDefault();
  openFile(file);
});
app.on("window-all-closed", () => app.quit());

if (app.requestSingleInstanceLock()) void app.whenReady().then(start);
else app.quit();

async function start(): Promise<void> {
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.defaultSession.setPermissionCheckHandler(() => false);
  protocol.handle(scheme, serveBundle(path.join(__dirname, "../renderer")));

  const userData = app.getPath("userData");
  const recents = createRecents(path.join(userData, "recents.json"), 10);
  const recentData = createRecents(path.join(userData, "recent-data.json"), 50);
  const autosave = createAutosave(path.join(userData, "autosave.json"));
  const ids = createIdTable();
  let language: Language = app.getLocale().startsWith("zh") ? "zh" : "en";

  let shortcuts: MenuNeeds["shortcuts"] = {};

  const window = createWindow(path.join(userData, "window.json"));
  const send = (command: MenuCommand) => window.webContents.send(menuChannel, command);
  const closing = askBeforeClosing({
    window,
    ask: (options) => dialog.showMessageBox(window, options),
    language: () => language,
    requestSave: () => send("file.save"),
    leave: () => autosave.forget(),
  });

  // The page that takes the place of a broken one finds the work in the autosave.
  window.webContents.on("render-process-gone", (_event, { reason }) => {
    if (reason !== "clean-exit") void window.loadURL(`${origin}/index.html`);
  });

  const showMenu = () => {
    const template = menuTemplate({
      language,
      platform: process.platform,
      isPackaged: app.isPackaged,
      shortcuts,
      recents: recents.paths().map((file) => ids.grant(file)),
      send,
    });
    Menu.setApplicationMenu(Menu.buildFromTemplate(template));
  };

  const files = createFileHandlers({
    dialogs: {
      open: (options) => dialog.showOpenDialog(window, options),
      save: (options) => dialog.showSaveDialog(window, options),
    },
    ids,
    recents,
    recentData,
    language: () => language,
    onProjectUsed: (file) => {
      app.addRecentDocument(file);
      showMenu();
    },
  });

  registerHandlers(ipcMain, {
    ...files,
    saveProject: orStay(files.saveProject),
    saveProjectAs: orStay(files.saveProjectAs),
    writeAutosave: (bytes) => autosave.write(bytes),
    clearAutosave: () => autosave.clear(),
    leftAutosave: () => autosave.left(),
    setUnsavedChanges: (unsaved) => closing.setUnsavedChanges(unsaved),
    setShortcuts: (chosen) => {
      shortcuts = chosen;
      showMenu();
    },
    setLanguage: (chosen) => {
      language = chosen;
      showMenu();
    },
  });

  /** A window that closes once its project is saved stays when it is not. */
  function orStay<A extends unknown[], T>(
    save: (...request: A) => T | Promise<T>,
  ): (...request: A) => Promise<T> {
    return async (...request) => {
      let saved: T | null = null;
      try {
        saved = await save(...request);
        return saved;
      } finally {
        if (saved === null || saved === "changed") closing.savingFailed();
      }
    };
  }

  openFile = (file) => {
    recents.add(file);
    send(`file.openRecent:${ids.grant(file).id}`);
  };
  app.on("second-instance", (_event, argv, folder) => {
    if (window.isMinimized()) window.restore();
    window.focus();
    for (const file of projectArguments(argv)) openFile(path.resolve(folder, file));
  });

  showMenu();
  await window.loadURL(`${origin}/index.html`);
  for (const file of [...openedFiles, ...projectArguments(process.argv)]) openFile(path.resolve(file));
}

/** Projects named on the command line, as a double click on Linux and Windows does. */
function projectArguments(argv: readonly string[]): string[] {
  return argv.slice(1).filter((argument) => !argument.startsWith("-") && isProjectName(argument));
}

function createWindow(boundsFile: string): BrowserWindow {
  const bounds = windowBounds(boundsFile);
  const { maximized, ...place } = bounds.restore(screen.getAllDisplays().map((display) => display.workArea));
  const window = new BrowserWindow({
    ...place,
    minWidth: bounds.smallest.width,
    minHeight: bounds.smallest.height,
    show: false,
    title: app.getName(),
    // The background tokens of the two themes, so that nothing flashes before the page is there.
    backgroundColor: nativeTheme.shouldUseDarkColors ? "#0d0f13" : "#eef0f4",
    webPreferences: {
      preload: path.join(__dirname, "preload.cjs"),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      // Training goes on while the window is behind another one.
      backgroundThrottling: false,
    },
  });
  if (maximized) window.maximize();
  window.once("ready-to-show", () => window.show());
  window.on("close", () => bounds.remember(window));
  return window;
}
