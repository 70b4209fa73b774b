/** New, open, save: the document and its file. Nothing is lost without asking, and a broken file changes nothing. */
import { emptyProject, parseProject, printProject, type Text } from "../../engine";
import type { HostFile, OpenedFile } from "../host";
import { currentHost } from "../host-current";
import { clearNotices, notify } from "../ui/notices";
import { ask } from "../ui/question";
import { filled } from "../ui/text-values";
import { editor } from "../ui/texts/editor";
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

/** A project that comes with the app: it has no file until it is saved. */
export async function openExample(name: string, text: string): Promise<void> {
  if (await mayLeave()) openText(text, `${name}.loom.json`, null);
}

/** True when it is saved. */
export async function saveProject(): Promise<boolean> {
  const { file } = useDocument.getState();
  if (!file) return saveProjectAs();
  return save((bytes) => currentHost().saveProject(file.id, bytes));
}

export async function saveProjectAs(): Promise<boolean> {
  return save((bytes) => currentHost().saveProjectAs(documentName(), bytes));
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

async function openFrom(choose: () => Promise<OpenedFile | null>): Promise<void> {
  if (!(await mayLeave())) return;
  let opened: OpenedFile | null;
  try {
    opened = await choose();
  } catch (error) {
    notify({ severity: "error", title: editor.cannotOpenFile, text: reasonText(error) });
    return;
  }
  if (opened)
    openText(new TextDecoder().decode(opened.bytes), opened.name, { id: opened.id, name: opened.name });
}

function openText(text: string, name: string, file: HostFile | null): void {
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
}

async function save(write: (bytes: Uint8Array) => Promise<HostFile | null>): Promise<boolean> {
  // Edits go on while the file is written: what was written is the revision of this moment.
  const { project, revision } = useDocument.getState();
  try {
    const file = await write(new TextEncoder().encode(printProject(project)));
    if (!file) return false;
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
