/**
 * Everything the app does with a person's files. A file is reached only because a person chose it in a dialog, from the
 * recent projects or by opening it with the app; the renderer knows it by an opaque id.
 */
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
import type { IdTable } from "./ids";
import type { Language, LocalText, Response } from "./ipc";
import type { Recents } from "./recents";

export type FileHandlers = Omit<Handlers, "setUnsavedChanges" | "setLanguage">;

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
  /** Ids of exports may not be saved to: only a project's may. */
  const projects = new Set<string>();

  function usedProject(file: string): Response<"saveProject"> {
    projects.add(file);
    recents.add(file);
    needs.onProjectUsed(file);
    return ids.grant(file);
  }

  async function open(file: string): Promise<Response<"openProject">> {
    const bytes = await readBytes(file);
    return { ...usedProject(file), bytes };
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
  const projectFilters = () =>
    filters({ en: "Tensorloom project", zh: "Tensorloom 项目" }, ["loom.json", "json"]);

  return {
    async openProject() {
      const chosen = await choose({ properties: ["openFile"], filters: projectFilters() });
      return chosen && open(chosen[0]);
    },

    async saveProject(id, bytes) {
      const file = ids.pathOf(id);
      if (file === null || !projects.has(file)) throw new Error("saveProject: no project has this id");
      await writeAtomically(file, bytes, { backup: true });
      return usedProject(file);
    },

    async saveProjectAs(suggestedName, bytes) {
      const chosen = await chooseTarget(suggestedName, projectFilters());
      if (chosen === null) return null;
      // Not every system's dialog adds it, and without it the file would not be offered for opening again.
      const file = path.extname(chosen) === "" ? `${chosen}.loom.json` : chosen;
      await writeAtomically(file, bytes, { backup: true });
      return usedProject(file);
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
          ...filters({ en: "Data", zh: "数据" }, ["csv", "tsv", "txt", "gz", "idx", "ubyte"]),
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
  };
}

/** A name from the renderer becomes one that any file system takes, and never a path. */
export function safeName(name: string): string {
  // Control characters and what Windows forbids; leading dots would hide the file or climb out of the folder.
  // oxlint-disable-next-line no-control-regex -- those are the characters to remove
  const safe = name.replace(/[\u0000-\u001f\u007f/\\:*?"<>|]/g, "-").replace(/^[.\s]+|[.\s]+$/g, "");
  return safe || "untitled";
}
