/** The running app as a test handles it: its page, its native menu and dialogs, and what went wrong in it. */
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { _electron, type ElectronApplication, type Locator, type Page } from "@playwright/test";

const root = path.resolve(import.meta.dirname, "..");

export class Desktop {
  /** Errors on the page's console and uncaught ones, since the last `reload`. */
  readonly errors: string[] = [];

  /**
   * Starts the real bundles, on Electron's binary or on the stand-in for it.
   *
   * @param userData the app's own folder, of an earlier run; a new one when it is not given
   * @param files that the app is started with, as by a double click
   */
  static async launch(userData = newFolder(), files: readonly string[] = []): Promise<Desktop> {
    useStandInWithoutBinary();
    const args = [`--user-data-dir=${userData}`, ...adapter, ".", ...files];
    const app = await _electron.launch({ args, cwd: root });
    const page = await app.firstWindow();
    await page.waitForURL(/index\.html$/);
    const desktop = new Desktop(app, page, userData);
    await desktop.#refuseDialogs();
    await page.addLocatorHandler(desktop.skipTour, (skip) => skip.click());
    return desktop;
  }

  private constructor(
    readonly app: ElectronApplication,
    readonly page: Page,
    readonly userData: string,
  ) {
    page.on("console", (message) => {
      if (message.type() === "error") this.errors.push(message.text());
    });
    page.on("pageerror", (error) => this.errors.push(error.stack ?? error.message));
  }

  /** In the way of a story: whoever comes across it presses it. */
  get skipTour(): Locator {
    return this.page.getByRole("button", { name: "Skip the tour" });
  }

  /** The app as somebody finds it who has only skipped the tour: an empty project, nothing remembered, nothing to recover. */
  async reload(): Promise<void> {
    await this.page.evaluate(() => {
      localStorage.clear();
      sessionStorage.clear();
      localStorage.setItem("tensorloom.tour-seen", "true");
    });
    await this.reopen();
  }

  /** The window opened again: an empty project, and what the page remembers, but nothing to recover. */
  async reopen(): Promise<void> {
    const journal = path.join(this.userData, "autosave.json");
    do {
      // The page before may have written it once more while it was leaving.
      await rm(journal, { force: true });
      await this.app.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()[0].loadURL("app://bundle/index.html"),
      );
    } while (existsSync(journal));
    this.errors.length = 0;
  }

  /** Ends the app as a power cut does: nothing is asked, nothing is tidied. Its folder stays. */
  async kill(): Promise<void> {
    const closed = this.app.waitForEvent("close");
    const { pid } = this.app.process();
    if (pid === undefined) throw new Error("the app is not running");
    // All of its processes: Playwright makes them a group where there are groups.
    process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
    await closed;
  }

  /** Ends the app without asking about unsaved changes. */
  async quit(): Promise<void> {
    const closed = this.app.waitForEvent("close");
    // The connection breaks while the app is leaving.
    await this.app.evaluate(({ app }) => app.exit(0)).catch(() => undefined);
    await closed;
    // Chromium's helpers take a moment to follow it, and write until then.
    await rm(this.userData, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }

  /** Clicks the item of the native menu that has this id, such as `file.save`. */
  async menu(id: string): Promise<void> {
    await this.app.evaluate(({ Menu }, id) => {
      const item = Menu.getApplicationMenu()?.getMenuItemById(id);
      if (!item) throw new Error(`the native menu has no item ${id}`);
      item.click();
    }, id);
  }

  /** What the person chooses in the next open dialog; null cancels it. */
  async answerOpen(paths: readonly string[] | null): Promise<void> {
    await this.app.evaluate(({ dialog }, filePaths) => {
      const refuse = dialog.showOpenDialog;
      dialog.showOpenDialog = async () => {
        dialog.showOpenDialog = refuse;
        return { canceled: filePaths === null, filePaths: [...(filePaths ?? [])] };
      };
    }, paths);
  }

  /** Where the person saves in the next save dialog; null cancels it. */
  async answerSave(file: string | null): Promise<void> {
    await this.app.evaluate(({ dialog }, filePath) => {
      const refuse = dialog.showSaveDialog;
      dialog.showSaveDialog = async () => {
        dialog.showSaveDialog = refuse;
        return { canceled: filePath === null, filePath: filePath ?? "" };
      };
    }, file);
  }

  /** Which button the person presses in the next question, counted from 0. */
  async answerQuestion(response: number): Promise<void> {
    await this.app.evaluate(({ dialog }, response) => {
      const refuse = dialog.showMessageBox;
      dialog.showMessageBox = async () => {
        dialog.showMessageBox = refuse;
        return { response, checkboxChecked: false };
      };
    }, response);
  }

  /** Without an answer a native dialog would wait for ever. */
  async #refuseDialogs(): Promise<void> {
    await this.app.evaluate(({ dialog }) => {
      const refuse = (name: string) => () =>
        Promise.reject(new Error(`${name} was called and no answer is scripted`));
      dialog.showOpenDialog = refuse("showOpenDialog");
      dialog.showSaveDialog = refuse("showSaveDialog");
      dialog.showMessageBox = refuse("showMessageBox");
    });
  }
}

function newFolder(): string {
  return mkdtempSync(path.join(tmpdir(), "tensorloom-user-data-"));
}

/** Every machine trains on the same adapter. Elsewhere the system always has one. */
const adapter = process.platform === "linux" ? ["--use-webgpu-adapter=swiftshader"] : [];

function useStandInWithoutBinary(): void {
  const electron = path.join(root, "node_modules/electron");
  const pathFile = path.join(electron, "path.txt");
  const hasBinary =
    existsSync(pathFile) && existsSync(path.join(electron, "dist", readFileSync(pathFile, "utf8")));
  // Playwright asks node_modules/electron, which looks here first.
  if (!hasBinary) process.env.ELECTRON_OVERRIDE_DIST_PATH ??= path.join(root, "dist/stand-in");
}
