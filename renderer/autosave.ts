/** Unsaved work outlives an end that nobody asked for: a journal while it lasts, an offer at the next start. */
import { create } from "zustand";
import { isUnsaved, nameOf, useDocument } from "./document/store";
import type { Host } from "./host";
import { currentHost } from "./host-current";
import { type JournalEntry, keepJournal, parseEntry } from "./journal";
import { notify } from "./ui/notices";
import { ask } from "./ui/question";
import { fill, filled } from "./ui/text-values";
import { safety } from "./ui/texts/safety";

interface AutosaveState {
  /** When the unsaved work was last kept, in milliseconds since 1970; null when there is none. */
  readonly at: number | null;
  /** What an earlier run has left has been recovered or thrown away. */
  readonly settled: boolean;
}

export const useAutosave = create<AutosaveState>(() => ({ at: null, settled: false }));

let started: Promise<void> | null = null;

/** Offers what an earlier run has left, and keeps the journal from then on. Once, however often it is called. */
export function startAutosave(): Promise<void> {
  started ??= start(currentHost());
  return started;
}

async function start(host: Host): Promise<void> {
  const left = await host.leftAutosave().catch(() => null);
  // One that cannot be read, perhaps of a later version, stays until there is other work to keep.
  const entry = left && parseEntry(left);
  if (entry) await offer(entry);
  useAutosave.setState({ settled: true });
  let told = false;
  const changed = keepJournal({
    host,
    unsaved() {
      const state = useDocument.getState();
      const { revision, project } = state;
      return isUnsaved(state) ? { revision, project, name: nameOf(state) } : null;
    },
    isKept: entry !== null,
    onKept(at) {
      told = false;
      useAutosave.setState({ at });
    },
    onError(error) {
      useAutosave.setState({ at: null });
      if (!told) sayFailed(error);
      told = true;
    },
  });
  useDocument.subscribe(changed);
  changed();
}

/** What is recovered opens as a new project without a file, so that it cannot be saved over the original unasked. */
async function offer({ name, at, project }: JournalEntry): Promise<void> {
  const values = (locale: string) => ({
    file: name,
    time: new Date(at).toLocaleString(locale, { dateStyle: "medium", timeStyle: "short" }),
  });
  const answer = await ask({
    title: safety.recoverTitle,
    text: {
      en: fill(safety.recoverText.en, values("en-US")),
      zh: fill(safety.recoverText.zh, values("zh-CN")),
    },
    answers: [
      { id: "discard", label: safety.recoverDiscard },
      { id: "recover", label: safety.recover },
    ],
    escape: "recover",
  });
  if (answer === "recover") useDocument.getState().open(renamed(project, name), null, "unsaved");
}

/** The name that is suggested for saving is not the original's. */
function renamed(project: JournalEntry["project"], file: string): JournalEntry["project"] {
  const base = file.replace(/(\.loom)?\.json$/, "").replace(/-recovered$/, "");
  return { ...project, name: `${base}-recovered` };
}

function sayFailed(error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  notify({
    severity: "error",
    title: safety.autosaveFailed,
    text: filled(safety.autosaveFailedHint, { reason }),
  });
}
