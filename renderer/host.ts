/**
 * What the app needs from where it runs: files chosen by the person. Electron answers over IPC with opaque ids, the
 * browser with the File System Access API or downloads. The renderer never sees a path.
 */
export interface HostFile {
  /** Opaque; good for `save` until the app closes. */
  readonly id: string;
  readonly name: string;
}

export interface OpenedFile extends HostFile {
  readonly bytes: Uint8Array;
}

/** A data file or a folder's files; `path` is relative to the chosen folder's parent, `/` between its parts. */
export interface OpenedData {
  readonly name: string;
  readonly files: readonly { readonly path: string; readonly bytes: Uint8Array }[];
}

export interface Host {
  readonly kind: "electron" | "browser";
  /** Null when the person cancels. */
  openProject(): Promise<OpenedFile | null>;
  /**
   * Overwrites the file that was opened or saved under this id; "changed" when somebody else has written it since, and
   * `overwrite` does not say that this is wanted.
   */
  saveProject(id: string, bytes: Uint8Array, overwrite: boolean): Promise<HostFile | "changed">;
  saveProjectAs(suggestedName: string, bytes: Uint8Array): Promise<HostFile | null>;
  /** Any other file to take away: exports, weights. */
  exportFile(suggestedName: string, bytes: Uint8Array): Promise<HostFile | null>;
  openDataFiles(): Promise<OpenedData | null>;
  openDataFolder(): Promise<OpenedData | null>;
  /**
   * Data that the person has chosen before, by the names of the files or the folder, so that a project that is opened
   * again finds them. Null when they are not known or no longer there.
   */
  reopenData(names: readonly string[]): Promise<OpenedData | null>;
  recentProjects(): Promise<readonly HostFile[]>;
  /** Reads a recent project, or again the one that was opened or saved under this id. */
  openRecent(id: string): Promise<OpenedFile | null>;
  /** A file that was dropped on the window; null when only its bytes can be had, and it cannot be saved to. */
  openDropped(file: File): Promise<OpenedFile | null>;
  /** The journal of unsaved work, outside of any file. Outlives an end that nobody asked for. */
  writeAutosave(bytes: Uint8Array): Promise<void>;
  clearAutosave(): Promise<void>;
  /** The journal that an earlier run has left. */
  leftAutosave(): Promise<Uint8Array | null>;
  /** Commands from the native menu, by the id of a renderer command. Returns the function that stops listening. */
  onMenu(listener: (command: string) => void): () => void;
  /** Shortcuts that the person chose, by command, empty for none: a native menu shows them. */
  setShortcuts(chosen: Readonly<Record<string, string>>): void;
  /** Told so that closing the window can ask first. */
  setUnsavedChanges(unsaved: boolean): void;
}
