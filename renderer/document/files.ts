/** New, open, save: the document and its file. Nothing is lost without asking, and a broken file changes nothing. */
import { emptyProject, parseProject, printProject, type Text } from "../../engine";
import type { HostFile, OpenedFile } from "../host";
import { currentHost } from "../host-current";
import { isPng, projectInPng } from "../picture/png";
import { clearNotices, notify } from "../ui/notices";
import { ask } from "../ui/question";
import { filled } from "../ui/text-values";
import { editor } from "../ui/texts/editor";
import { safety } from "../ui/texts/safety";
import { isUnsaved, nameOf, useDocument } from "./store";

export async function newProject(): Promise<void> {
  if (await mayLeave()) useDocument.getState().open(emptyProject("untitled"), null);
}

export async function openProject(): Promise<void> {
  await openFrom(() => currentHost().openProject());
}

export async function openRecent(id: string): Promise<void> {
  await openFrom(() => currentHost().openRecent(id));
}

/** A project file, or a picture with a project inside, that was dropped on the window. */
export async function openDropped(file: File): Promise<void> {
  await openFrom(async () => {
    const opened = await currentHost().openDropped(file);
    return opened ?? { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) };
  });
}

/** A project that comes with the app: it has no file until it is saved. */
export async function openExample(name: string, text: string): Promise<void> {
  if (await mayLeave()) openText(text, `${name}.loom.json`, null);
}

/** True when it is saved. */
export async function saveProject(): Promise<boolean> {
  const { file } = useDocument.getState();
  if (!file) return saveProjectAs();
  const saved = await save((bytes) => currentHost().saveProject(file.id, bytes, false));
  return saved === "changed" ? settleChanged(file) : saved;
}

export async function saveProjectAs(): Promise<boolean> {
  return (await save((bytes) => currentHost().saveProjectAs(documentName(), bytes))) === true;
}

/** The file on the disk is not the one that was opened. */
async function settleChanged(file: HostFile): Promise<boolean> {
  const answer = await ask({
    title: filled(safety.changedTitle, { file: file.name }),
    text: safety.changedText,
    answers: [
      { id: "cancel", label: editor.cancel },
      { id: "reload", label: safety.reload },
      { id: "overwrite", label: safety.overwrite },
      { id: "saveAs", label: editor.fileSaveAs },
    ],
    escape: "cancel",
  });
  switch (answer) {
    case "cancel":
      return false;
    case "reload":
      return readInto(() => currentHost().openRecent(file.id));
    case "overwrite":
      return (await save((bytes) => currentHost().saveProject(file.id, bytes, true))) === true;
    case "saveAs":
      return saveProjectAs();
  }
}

/** The file's name, or the one that it would get. */
export function documentName(): string {
  return nameOf(useDocument.getState());
}

/** Asks when something would be lost. False: stay. */
async function mayLeave(): Promise<boolean> {
  const state = useDocument.getState();
  if (!isUnsaved(state)) return true;
  const answer = await ask({
    title: filled(editor.discardTitle, { file: documentName() }),
    text: editor.discardText,
    answers: [
      { id: "cancel", label: editor.cancel },
      { id: "discard", label: editor.discard },
      { id: "save", label: editor.save },
    ],
    escape: "cancel",
  });
  return answer === "discard" || (answer === "save" && (await saveProject()));
}

/** A file that was read; without an id it cannot be saved to. */
type Read = Pick<OpenedFile, "name" | "bytes"> & Partial<Pick<OpenedFile, "id">>;

async function openFrom(choose: () => Promise<Read | null>): Promise<void> {
  if (await mayLeave()) await readInto(choose);
}

/** True when what was read is the document. */
async function readInto(choose: () => Promise<Read | null>): Promise<boolean> {
  let opened: Read | null;
  try {
    opened = await choose();
  } catch (error) {
    notify({ severity: "error", title: editor.cannotOpenFile, text: reasonText(error) });
    return false;
  }
  if (!opened) return false;
  const { id, name, bytes } = opened;
  if (!isPng(bytes)) return openText(new TextDecoder().decode(bytes), name, id ? { id, name } : null);
  const inside = projectInPng(bytes);
  // The picture is not the project's file: saving asks for one.
  if (inside !== null) return openText(inside, name, null);
  notify({
    severity: "error",
    title: filled(editor.cannotOpen, { file: name }),
    text: unchanged(safety.noProjectInside),
  });
  return false;
}

function openText(text: string, name: string, file: HostFile | null): boolean {
  const result = parseProject(text);
  if (result.ok) {
    useDocument.getState().open(result.project, file);
    clearNotices();
  } else
    notify({
      severity: "error",
      title: filled(editor.cannotOpen, { file: name }),
      text: unchanged(result.error.message),
    });
  return result.ok;
}

async function save(
  write: (bytes: Uint8Array) => Promise<HostFile | "changed" | null>,
): Promise<boolean | "changed"> {
  // Edits go on while the file is written: what was written is the revision of this moment.
  const { project, revision } = useDocument.getState();
  try {
    const file = await write(new TextEncoder().encode(printProject(project)));
    if (!file) return false;
    if (file === "changed") return file;
    useDocument.getState().markSaved(file, revision);
    clearNotices();
    return true;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    notify({
      severity: "error",
      title: filled(editor.cannotSave, { file: documentName() }),
      text: filled(editor.saveFailedHint, { reason }),
    });
    return false;
  }
}

function unchanged(message: Text): Text {
  return { en: `${message.en} ${editor.nothingChanged.en}`, zh: `${message.zh}${editor.nothingChanged.zh}` };
}

function reasonText(error: unknown): Text {
  const reason = error instanceof Error ? error.message : String(error);
  return unchanged({ en: reason, zh: reason });
}
