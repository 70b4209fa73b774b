/** `app`: its life from start to quit, the switches for Chromium, and where its files are. */
import { EventEmitter } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { App, CommandLine } from "electron";
import { type RunningChromium, startChromium } from "./chromium";

type UsedApp = Pick<
  App,
  | "isPackaged"
  | "enableSandbox"
  | "getName"
  | "getLocale"
  | "getPath"
  | "addRecentDocument"
  | "requestSingleInstanceLock"
  | "isReady"
  | "whenReady"
  | "quit"
  | "exit"
>;

/** An event that a listener can prevent, as Electron's are. */
export function preventable<T extends object>(extra: T) {
  return {
    defaultPrevented: false,
    preventDefault() {
      this.defaultPrevented = true;
    },
    ...extra,
  };
}

// Private by TypeScript's word only: through the proxy of `loud` a #field cannot be reached.
class StandInApp extends EventEmitter implements UsedApp {
  readonly isPackaged = false;
  readonly commandLine: Pick<CommandLine, "appendSwitch"> = {
    appendSwitch: (name, value = "") => {
      // Lists of features add up; of other switches the last one counts.
      const before = name.endsWith("-features") ? this.switches.get(name) : undefined;
      this.switches.set(name, before ? `${before},${value}` : value);
    },
  };
  /** Of all windows: each announces itself and its end. */
  readonly windows = new Set<{ close(): void }>();
  private readonly switches = new Map<string, string>();
  private readonly userData = userDataFolder();
  private readonly started: Promise<RunningChromium>;
  private name = "app";
  private ready = false;
  private ended = false;

  constructor() {
    super();
    // One turn later, so that the app's own switches are known.
    this.started = new Promise((resolve) => setImmediate(resolve)).then(() =>
      startChromium(this.userData, this.switches),
    );
    this.started.then(
      () => {
        this.emit("ready", {}, {});
        this.ready = true;
      },
      (error: unknown) => {
        console.error(error);
        this.exit(1);
      },
    );
  }

  chromium(): Promise<RunningChromium> {
    return this.started;
  }
  setName(name: string) {
    this.name = name;
  }

  enableSandbox() {}
  getName() {
    return this.name;
  }
  getLocale() {
    return "en-US";
  }
  getPath(name: Parameters<App["getPath"]>[0]) {
    if (name !== "userData") throw new Error(`electron stand-in: app.getPath("${name}") is not implemented`);
    return this.userData;
  }
  addRecentDocument() {}
  requestSingleInstanceLock() {
    return true;
  }
  isReady() {
    return this.ready;
  }
  async whenReady() {
    await this.started;
  }

  quit() {
    if (this.ended) return;
    for (const window of this.windows) window.close();
    // A window that asks first keeps the app alive.
    if (this.windows.size === 0) this.exit(0);
  }
  exit(code = 0) {
    if (this.ended) return;
    this.ended = true;
    this.emit("quit", {}, code);
    process.exit(code);
  }
}

/** Whoever starts the app with `--user-data-dir=…` owns that folder; without it there is a new one each time. */
function userDataFolder(): string {
  const option = "--user-data-dir=";
  const given = process.argv.find((argument) => argument.startsWith(option));
  return given ? given.slice(option.length) : mkdtempSync(path.join(tmpdir(), "tensorloom-stand-in-"));
}

export const app = new StandInApp();
