/**
 * Everything the app does with a person's files. A file is reached only because a person chose it in a dialog, from the
 * recent projects or by opening it with the app; the renderer knows it by an opaque id.
 */
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import path from "node:path";
import type {
  FileFilter,
  OpenDialogOptions,
  OpenDialogReturnValue,
  SaveDialogOptions,
  SaveDialogReturnValue,
} from "electron";
import { readDataFiles, readDataFolder } from "./data-files";
import { readBytes, writeAtomically } from "./disk";
import type { Handlers } from "./handlers";
import { HostError } from "./host-error";
import type { FileId, IdTable } from "./ids";
import type { Language, LocalText, Response } from "./ipc";
import { offeredName } from "./project-names";
import type { Recents } from "./recents";

export type FileHandlers = Omit<
  Handlers,
  "setUnsavedChanges" | "setShortcuts" | "setLanguage" | "writeAutosave" | "clearAutosave" | "leftAutosave"
>;

/** The system's dialogs, on the app's window. */
export interface FileDialogs {
  open(options: OpenDialogOptions): Promise<OpenDialogReturnValue>;
  save(options: SaveDialogOptions): Promise<SaveDialogReturnValue>;
}

export interface FileNeeds {
  readonly dialogs: FileDialogs;
  readonly ids: IdTable;
  readonly recents: Recents;
  /** Data files and folders that were chosen in a dialog. */
  readonly recentData: Recents;
  readonly language: () => Language;
  /** A project was opened or saved: menus and the system's list of recent documents follow. */
  readonly onProjectUsed: (path: string) => void;
}

export function createFileHandlers(needs: FileNeeds): FileHandlers {
  const { dialogs, ids, recents, recentData } = needs;
  /** The digest of each project as it was last read or written here. Only these may be saved to, never an export. */
  const projects = new Map<string, string>();

  function usedProject(file: string, bytes: Uint8Array): FileId {
    projects.set(file, digest(bytes));
    recents.add(file);
    needs.onProjectUsed(file);
    return ids.grant(file);
  }

  async function open(file: string): Promise<Response<"openDropped">> {
    const bytes = await readBytes(file);
    // A picture has a project inside, but a project is never saved over a picture.
    const used = file.endsWith(".png") ? ids.grant(file) : usedProject(file, bytes);
    return { ...used, bytes };
  }

  async function save(file: string, bytes: Uint8Array): Promise<FileId> {
    await writeAtomically(file, bytes, { backup: true });
    return usedProject(file, bytes);
  }

  /** Somebody else has written it since. One that is gone, or cannot be read, is for the writing to deal with. */
  async function hasChanged(file: string): Promise<boolean> {
    const bytes = await readBytes(file).catch(() => null);
    return bytes !== null && digest(bytes) !== projects.get(file);
  }

  /** Files, or one folder. */
  async function openData(chosen: readonly string[]): Promise<Response<"openDataFiles">> {
    const isFolder = (await stat(chosen[0])).isDirectory();
    const opened = await (isFolder ? readDataFolder(chosen[0]) : readDataFiles(chosen));
    for (const file of chosen) recentData.add(file);
    return opened;
  }

  async function choose(options: OpenDialogOptions): Promise<string[] | null> {
    const answer = await dialogs.open(options);
    return answer.canceled || answer.filePaths.length === 0 ? null : answer.filePaths;
  }

  async function chooseTarget(suggestedName: string, filters: FileFilter[]): Promise<string | null> {
    const answer = await dialogs.save({ defaultPath: safeName(suggestedName), filters });
    return answer.canceled || !answer.filePath ? null : answer.filePath;
  }

  const filters = (name: LocalText, extensions: string[]): FileFilter[] => [
    { name: name[needs.language()], extensions },
  ];
  const projectFilters = (...more: string[]) =>
    filters({ en: "Tensorloom project", zh: "Tensorloom 项目" }, ["loom.json", "loom", "json", ...more]);

  return {
    async openProject() {
      const chosen = await choose({ properties: ["openFile"], filters: projectFilters("png") });
      return chosen && open(chosen[0]);
    },

    async saveProject(id, bytes, overwrite) {
      const file = ids.pathOf(id);
      if (file === null || !projects.has(file)) throw new Error("saveProject: no project has this id");
      if (!overwrite && (await hasChanged(file))) return "changed";
      return save(file, bytes);
    },

    async saveProjectAs(suggestedName, bytes) {
      const chosen = await chooseTarget(offeredName(suggestedName, process.platform), projectFilters());
      if (chosen === null) return null;
      // Not every system's dialog adds it, and without it the file would not be offered for opening again.
      const file = path.extname(chosen) === "" ? offeredName(chosen, process.platform) : chosen;
      return save(file, bytes);
    },

    async exportFile(suggestedName, bytes) {
      const extension = path.extname(suggestedName).slice(1);
      const file = await chooseTarget(
        suggestedName,
        extension ? [{ name: extension, extensions: [extension] }] : [],
      );
      if (file === null) return null;
      await writeAtomically(file, bytes, { backup: false });
      return ids.grant(file);
    },

    async openDataFiles() {
      const chosen = await choose({
        properties: ["openFile", "multiSelections"],
        filters: [
          ...filters({ en: "Data", zh: "数据" }, ["csv", "tsv", "txt", "zip", "gz", "idx", "ubyte"]),
          ...filters({ en: "All files", zh: "所有文件" }, ["*"]),
        ],
      });
      return chosen && openData(chosen);
    },

    async openDataFolder() {
      const chosen = await choose({ properties: ["openDirectory"] });
      return chosen && openData(chosen);
    },

    async reopenData(names) {
      const known = recentData.paths();
      const found = names.map((name) => known.find((file) => path.basename(file) === name));
      const files = found.filter((file) => file !== undefined);
      return files.length === 0 || files.length < names.length ? null : openData(files);
    },

    recentProjects: () => recents.paths().map((file) => ids.grant(file)),

    async openRecent(id) {
      const file = ids.pathOf(id);
      if (file === null || !recents.has(file)) throw new Error("openRecent: no recent project has this id");
      return open(file);
    },

    async openDropped(file) {
      // The page cannot name a path, but whoever broke into it might: nothing but projects is read this way.
      if (!path.isAbsolute(file) || ![".json", ".loom", ".png"].includes(path.extname(file)))
        throw notAProject(file);
      return open(file);
    },
  };
}

function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function notAProject(file: string): HostError {
  const name = path.basename(file);
  return new HostError({
    en: `${name} is no project: drop a .loom or .loom.json file, or a picture that Tensorloom has saved.`,
    zh: `${name} 不是项目：请拖入 .loom 或 .loom.json 文件，或由 Tensorloom 保存的图片。`,
  });
}

/** A name from the renderer becomes one that any file system takes, and never a path. */
export function safeName(name: string): string {
  // Control characters and what Windows forbids; leading dots would hide the file or climb out of the folder.
  // oxlint-disable-next-line no-control-regex -- those are the characters to remove
  const safe = name.replace(/[\u0000-\u001f\u007f/\\:*?"<>|]/g, "-").replace(/^[.\s]+|[.\s]+$/g, "");
  return safe || "untitled";
}
