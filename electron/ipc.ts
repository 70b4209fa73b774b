/**
 * The one contract between the renderer and the main process. The preload's API and the main process's handlers are
 * derived from `channels`; the main process validates every request and every response against it.
 */
import * as v from "valibot";

/** Where the renderer lives, and the only origin whose messages are answered. */
export const origin = "app://bundle";

/** The name under which the preload puts its API on `window`. */
export const apiName = "tensorloom";

const bytes = v.custom<Uint8Array>((value) => value instanceof Uint8Array, "bytes expected");
const id = v.pipe(v.string(), v.uuid());
const suggestedName = v.pipe(v.string(), v.nonEmpty(), v.maxLength(200));
/** Names, never paths: a response with a separator in it is a bug in the main process. */
const fileName = v.pipe(v.string(), v.regex(/^[^/\\]+$/, "a file name without a path expected"));
const relativePath = v.pipe(
  v.string(),
  v.regex(/^(?![/\\])(?!.*(^|\/)\.\.(\/|$))/, "a relative path expected"),
);

const hostFile = v.strictObject({ id, name: fileName });
const openedFile = v.strictObject({ id, name: fileName, bytes });
const openedData = v.strictObject({
  name: v.string(),
  files: v.array(v.strictObject({ path: relativePath, bytes })),
});

const nothing = v.void();

/** What the page can ask for, one channel each: a tuple of arguments and the answer. */
export const channels = {
  openProject: { request: v.tuple([]), response: v.nullable(openedFile) },
  /** With the flag it overwrites what somebody else has written since; without it, the answer is "changed". */
  saveProject: {
    request: v.tuple([id, bytes, v.boolean()]),
    response: v.union([hostFile, v.literal("changed")]),
  },
  saveProjectAs: { request: v.tuple([suggestedName, bytes]), response: v.nullable(hostFile) },
  exportFile: { request: v.tuple([suggestedName, bytes]), response: v.nullable(hostFile) },
  openDataFiles: { request: v.tuple([]), response: v.nullable(openedData) },
  openDataFolder: { request: v.tuple([]), response: v.nullable(openedData) },
  reopenData: {
    request: v.tuple([v.pipe(v.array(fileName), v.readonly())]),
    response: v.nullable(openedData),
  },
  recentProjects: { request: v.tuple([]), response: v.array(hostFile) },
  openRecent: { request: v.tuple([id]), response: v.nullable(openedFile) },
  /** A file dropped on the window, by its path, which the preload asks of the system. */
  openDropped: { request: v.tuple([v.string()]), response: openedFile },
  /** Unsaved work, kept outside of any file until it is saved. */
  writeAutosave: { request: v.tuple([bytes]), response: nothing },
  clearAutosave: { request: v.tuple([]), response: nothing },
  leftAutosave: { request: v.tuple([]), response: v.nullable(bytes) },
  setUnsavedChanges: { request: v.tuple([v.boolean()]), response: nothing },
  /** Shortcuts that the person chose, by command; empty for none. As `renderer/ui/shortcut.ts` writes them. */
  setShortcuts: { request: v.tuple([v.record(v.string(), v.string())]), response: nothing },
  /** Sent by the preload when the page's `lang` changes, so that menus and dialogs speak the page's language. */
  setLanguage: { request: v.tuple([v.picklist(["en", "zh"])]), response: nothing },
} satisfies Record<string, { request: v.GenericSchema<unknown[]>; response: v.GenericSchema }>;

export type Channel = keyof typeof channels;
export type Request<C extends Channel> = v.InferOutput<(typeof channels)[C]["request"]>;
export type Response<C extends Channel> = v.InferOutput<(typeof channels)[C]["response"]>;

/** A text in each language of the app; the preload shows the one that the page is in. */
export interface LocalText {
  readonly en: string;
  readonly zh: string;
}
export type Language = keyof LocalText;

/** What travels back: the answer, or why a thing that a person asked for could not be done. */
export type Reply<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: LocalText };

/** The channel on which the main process sends the renderer a command from the native menu. */
export const menuChannel = "menu";

/** The renderer's commands that the native menu has items for. */
export const menuCommands = [
  "file.new",
  "file.open",
  "file.save",
  "file.saveAs",
  "file.openDataFiles",
  "file.openDataFolder",
  "file.exportJson",
  "file.exportTypescript",
  "file.exportPng",
  "file.exportSvg",
  "edit.undo",
  "edit.redo",
  "edit.delete",
  "edit.duplicate",
  "edit.selectAll",
  "view.commands",
  "view.fit",
  "view.zoomIn",
  "view.zoomOut",
  "view.zoomReset",
  "view.togglePalette",
  "view.toggleInspector",
  "view.toggleDock",
  "view.toggleCosts",
  "train.start",
  "train.pause",
  "train.step",
  "train.stop",
  "train.reset",
] as const;

/** `file.openRecent:<id>` asks the renderer to open a recent project, from Open Recent or a double click on its file. */
export type MenuCommand = (typeof menuCommands)[number] | `file.openRecent:${string}`;

type Call<C extends Channel> = (...request: Request<C>) => Promise<Response<C>>;

type OneWay = "setLanguage" | "setUnsavedChanges" | "setShortcuts";

/** What the page finds as `window.tensorloom`. A call rejects with a sentence in the page's language. */
export type HostApi = {
  readonly [C in Exclude<Channel, OneWay | "openDropped">]: Call<C>;
} & {
  /** Null when the file has no place on this machine's disk, such as one dragged out of another page. */
  openDropped(file: File): Promise<Response<"openDropped"> | null>;
  setUnsavedChanges(unsaved: boolean): void;
  setShortcuts(chosen: Request<"setShortcuts">[0]): void;
  /** Returns the function that stops listening. */
  onMenu(listener: (command: string) => void): () => void;
};
