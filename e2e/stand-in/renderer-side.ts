/**
 * The part of the stand-in that runs in the page: `require("electron")` for the preload, in the manner of a sandboxed
 * preload with context isolation, although in the page's own world.
 */
import { wire } from "./wire";

/** What the page's side asks of the main process's side. */
export type Ask = (
  kind: "invoke" | "open",
  target: string,
  args: unknown[],
) => Promise<{ value?: unknown; error?: string }>;

type Listener = (event: object, ...args: unknown[]) => void;

/** Names on `window`: the first is gone before the page's scripts run, the second cannot be seen by enumeration. */
export const askName = "__standInAsk";
export const deliverName = "__standInDeliver";

/** The script to run in every document before its own. The preload is part of its text: the page's CSP forbids eval. */
export function rendererScript(preload: string): string {
  const run = `(require, module, exports) => {\n${preload}\n}`;
  return `(${install.toString()})((${wire.toString()})(), ${run}, ${JSON.stringify({ askName, deliverName })});`;
}

function install(
  { encode, decode }: ReturnType<typeof wire>,
  runPreload: (require: (name: string) => unknown, module: object, exports: object) => void,
  names: { askName: string; deliverName: string },
): void {
  // Electron runs preloads in the main frame only.
  if (window !== window.top) return;
  const page = window as unknown as Record<string, unknown>; // The names are known at run time only.
  const ask = page[names.askName] as Ask;
  delete page[names.askName];

  const listeners = new Map<string, Set<Listener>>();
  const ipcRenderer = {
    async invoke(channel: string, ...args: unknown[]) {
      const reply = await ask("invoke", channel, args.map(encode));
      if (reply.error !== undefined) {
        throw new Error(`Error invoking remote method '${channel}': ${reply.error}`);
      }
      return decode(reply.value);
    },
    on(channel: string, listener: Listener) {
      const known = listeners.get(channel) ?? new Set();
      listeners.set(channel, known.add(listener));
      return ipcRenderer;
    },
  };
  Object.defineProperty(window, names.deliverName, {
    value: (channel: string, args: unknown[]) => {
      for (const listener of listeners.get(channel) ?? []) listener({}, ...args.map(decode));
    },
  });
  window.open = (address) => {
    void ask("open", String(new URL(address ?? "about:blank", location.href)), []);
    return null;
  };

  /** What crosses the bridge is copied, functions are wrapped, and the copy cannot be changed. */
  const bridged = (value: unknown): unknown => {
    if (typeof value === "function") {
      return (...args: unknown[]) => {
        const result: unknown = value(...args.map(bridged));
        return result instanceof Promise ? result.then(bridged) : bridged(result);
      };
    }
    if (value === null || typeof value !== "object" || value instanceof Uint8Array || value instanceof File)
      return value;
    if (Array.isArray(value)) return Object.freeze(value.map(bridged));
    const copy = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, bridged(inner)]));
    return Object.freeze(copy);
  };
  const contextBridge = {
    exposeInMainWorld(key: string, api: unknown) {
      Object.defineProperty(window, key, { value: bridged(api), enumerable: true });
    },
  };

  // A file that a test drops has no place on a disk.
  const webUtils = { getPathForFile: () => "" };

  const require = (name: string) => {
    if (name === "electron") return { ipcRenderer, contextBridge, webUtils };
    throw new Error(`module not found: ${name} (a sandboxed preload has only "electron")`);
  };
  runPreload(require, {}, {});
}
