/** Keeps the journal of unsaved work in step with the document, and reads what one says. */
import { type Project, parseProject, printProject } from "../engine";
import type { Host } from "./host";

/** From a change to the moment at which it is written, so that it is safe within a second. */
export const journalMilliseconds = 400;

export interface JournalEntry {
  /** Of the file, or the one that it would get. */
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly project: Project;
}

export function printEntry({ name, at, project }: JournalEntry): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ name, at, project: printProject(project) }));
}

/** Null when it is none, or holds a project that cannot be read. */
export function parseEntry(bytes: Uint8Array): JournalEntry | null {
  let entry: unknown;
  try {
    entry = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
  if (typeof entry !== "object" || entry === null) return null;
  const { name, at, project }: { name?: unknown; at?: unknown; project?: unknown } = entry;
  if (typeof name !== "string" || typeof at !== "number" || typeof project !== "string") return null;
  const parsed = parseProject(project);
  return parsed.ok ? { name, at, project: parsed.project } : null;
}

/** What is to be kept of the document: null when there is nothing unsaved in it. */
export interface Unsaved {
  readonly revision: number;
  readonly name: string;
  readonly project: Project;
}

interface JournalNeeds {
  readonly host: Pick<Host, "writeAutosave" | "clearAutosave">;
  readonly unsaved: () => Unsaved | null;
  /** An earlier run has left an entry, which is in the document as long as that is unsaved. */
  readonly isKept: boolean;
  readonly onKept: (at: number | null) => void;
  readonly onError: (error: unknown) => void;
}

/** @returns what is to be called after each change of the document */
export function keepJournal({ host, unsaved, isKept, onKept, onError }: JournalNeeds): () => void {
  /** The revision that the journal has; null when it is empty. A revision that could not be kept is not tried again. */
  let kept: number | null = isKept ? -1 : null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let busy = false;

  async function settle(): Promise<void> {
    timer = null;
    busy = true;
    const now = unsaved();
    const before = kept;
    kept = now?.revision ?? null;
    try {
      if (now) {
        const at = Date.now();
        await host.writeAutosave(printEntry({ ...now, at }));
        onKept(at);
      } else if (before !== null) {
        await host.clearAutosave();
        onKept(null);
      }
    } catch (error) {
      onError(error);
    }
    busy = false;
    changed();
  }

  function changed(): void {
    const now = unsaved();
    if (busy || (now?.revision ?? null) === kept) return;
    if (now) {
      timer ??= setTimeout(() => void settle(), journalMilliseconds);
      return;
    }
    // Nothing is to be recovered any more, perhaps because the window closes: no waiting.
    if (timer !== null) clearTimeout(timer);
    void settle();
  }
  return changed;
}
