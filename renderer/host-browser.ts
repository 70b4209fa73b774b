/** The host in a plain browser: the File System Access API where there is one, file inputs and downloads elsewhere. */
import type { Host, HostFile, OpenedData, OpenedFile } from "./host";
import { browserAutosave } from "./host-browser-autosave";

export function browserHost(): Host {
  const files = new Map<string, KnownFile>();
  let unsaved = false;

  window.addEventListener("beforeunload", (event) => {
    if (unsaved) event.preventDefault();
  });

  function remember(name: string, handle: FileHandle | null, bytes: Uint8Array, id = newId()): HostFile {
    files.set(id, { name, handle, bytes });
    return { id, name };
  }

  async function open(handle: FileHandle, id = newId()): Promise<OpenedFile> {
    const bytes = await readBytes(await handle.getFile());
    return { ...remember(handle.name, handle, bytes, id), bytes };
  }

  async function saveAs(suggestedName: string, bytes: Uint8Array): Promise<HostFile | null> {
    if (!window.showSaveFilePicker) {
      download(suggestedName, bytes);
      return remember(suggestedName, null, bytes);
    }
    const handle = await unlessCancelled(window.showSaveFilePicker({ suggestedName }));
    if (!handle) return null;
    await write(handle, bytes);
    return remember(handle.name, handle, bytes);
  }

  return {
    kind: "browser",

    async openProject(): Promise<OpenedFile | null> {
      if (window.showOpenFilePicker) {
        const handles = await unlessCancelled(window.showOpenFilePicker({ types: [projectType] }));
        if (!handles) return null;
        return open(handles[0]);
      }
      const [file] = await chooseFiles({ accept: ".json,.png" });
      if (!file) return null;
      const bytes = await readBytes(file);
      return { ...remember(file.name, null, bytes), bytes };
    },

    async saveProject(id, bytes, overwrite) {
      const file = files.get(id);
      if (!file) throw new Error(`No file is open under the id ${id}`);
      if (!overwrite && (await hasChanged(file))) return "changed";
      if (file.handle) await write(file.handle, bytes);
      else download(file.name, bytes);
      return remember(file.name, file.handle, bytes, id);
    },

    async openRecent(id) {
      const handle = files.get(id)?.handle;
      return handle ? open(handle, id) : null;
    },

    saveProjectAs: saveAs,
    exportFile: saveAs,

    async openDataFiles() {
      return openedData(await chooseFiles({ multiple: true }));
    },
    async openDataFolder() {
      return openedData(await chooseFiles({ folder: true }));
    },

    // A browser forgets which files it was given when its tab is closed.
    recentProjects: async () => [],
    reopenData: async () => null,
    openDropped: async () => null,
    ...browserAutosave(),
    // There is no native menu.
    onMenu: () => () => {},
    setShortcuts: () => {},

    setUnsavedChanges(value) {
      unsaved = value;
    },
  };
}

interface KnownFile {
  readonly name: string;
  /** Null for one that can only be downloaded again. */
  readonly handle: FileHandle | null;
  /** As they were last read or written here. */
  readonly bytes: Uint8Array;
}

const newId = (): string => crypto.randomUUID();

/** Somebody else has written it since. One that is gone is for the writing to deal with. */
async function hasChanged({ handle, bytes }: KnownFile): Promise<boolean> {
  const file = await handle?.getFile().catch(() => null);
  if (!file) return false;
  const found = await readBytes(file);
  return found.length !== bytes.length || found.some((byte, at) => byte !== bytes[at]);
}

/** Chosen or dropped files as data; null when there are none. Hidden files of the system are left out. */
export async function openedData(files: readonly BrowserFile[]): Promise<OpenedData | null> {
  const wanted = files.filter((file) => !file.name.startsWith(".") && file.name !== "Thumbs.db");
  if (wanted.length === 0) return null;
  const read = await Promise.all(
    wanted.map(async (file) => ({ path: pathOf(file), bytes: await readBytes(file) })),
  );
  // The order in which a browser lists a folder is its own; the same data must give the same split.
  read.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { name: dataName(read.map(({ path }) => path)), files: read };
}

/** The folder's name, or the file's, or the first of several. */
export function dataName(paths: readonly string[]): string {
  return paths[0].split("/")[0];
}

/** The part of `File` that is used here. */
export interface BrowserFile {
  readonly name: string;
  readonly webkitRelativePath: string;
  arrayBuffer(): Promise<ArrayBuffer>;
}

function pathOf(file: BrowserFile): string {
  return file.webkitRelativePath === "" ? file.name : file.webkitRelativePath;
}

async function readBytes(file: BrowserFile): Promise<Uint8Array> {
  return new Uint8Array(await file.arrayBuffer());
}

function chooseFiles(wish: {
  accept?: string;
  multiple?: boolean;
  folder?: boolean;
}): Promise<readonly File[]> {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = wish.accept ?? "";
  input.multiple = wish.multiple ?? false;
  input.webkitdirectory = wish.folder ?? false;
  return new Promise((resolve) => {
    input.addEventListener("change", () => resolve([...(input.files ?? [])]));
    input.addEventListener("cancel", () => resolve([]));
    input.click();
  });
}

function download(name: string, bytes: Uint8Array) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes.slice()]));
  link.download = name;
  link.click();
  // The browser has taken its copy once the click was handled.
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

async function write(handle: FileHandle, bytes: Uint8Array) {
  const stream = await handle.createWritable();
  await stream.write(bytes.slice());
  await stream.close();
}

async function unlessCancelled<T>(choice: Promise<T>): Promise<T | null> {
  try {
    return await choice;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return null;
    throw error;
  }
}

const projectType = {
  description: "Tensorloom",
  accept: { "application/json": [".json", ".loom"], "image/png": [".png"] },
} as const;

type FileHandle = FileSystemFileHandle;

declare global {
  /** Not in TypeScript's DOM library, because only Chromium has them. Source: WICG File System Access. */
  interface Window {
    readonly showOpenFilePicker?: (options: {
      readonly types: readonly (typeof projectType)[];
    }) => Promise<[FileHandle]>;
    readonly showSaveFilePicker?: (options: { readonly suggestedName: string }) => Promise<FileHandle>;
  }
}
