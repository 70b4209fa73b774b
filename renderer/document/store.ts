/** The open document: the project with its history, where it is saved, and what is selected. */
import { create } from "zustand";
import { emptyProject, type Project } from "../../engine";
import type { HostFile } from "../host";
import { begin, type Command, type History, perform, redo, undo } from "./history";

interface DocumentState extends History {
  /** Where it was opened from or saved to; null for one that has no file yet. */
  readonly file: HostFile | null;
  readonly savedRevision: number;
  /** Ids. Not history. */
  readonly selectedNodes: readonly string[];
  readonly selectedEdges: readonly string[];

  run<Result>(command: Command<Result>): Result;
  undo(): void;
  redo(): void;
  /** Another document: history and selection begin anew. */
  open(project: Project, file: HostFile | null): void;
  markSaved(file: HostFile, revision: number): void;
  select(nodes: readonly string[], edges?: readonly string[]): void;
}

const firstDocument = begin(emptyProject("untitled"));

export const useDocument = create<DocumentState>((set, get) => ({
  ...firstDocument,
  file: null,
  savedRevision: firstDocument.revision,
  selectedNodes: [],
  selectedEdges: [],

  run(command) {
    const [history, result] = perform(get(), command, Date.now());
    set(withSelection(history, get()));
    return result;
  },
  undo: () => set(withSelection(undo(get()), get())),
  redo: () => set(withSelection(redo(get()), get())),
  open(project, file) {
    const history = begin(project);
    set({ ...history, file, savedRevision: history.revision, selectedNodes: [], selectedEdges: [] });
  },
  markSaved: (file, revision) => set({ file, savedRevision: revision }),
  select(nodes, edges = []) {
    const { selectedNodes, selectedEdges } = get();
    if (sameList(nodes, selectedNodes) && sameList(edges, selectedEdges)) return;
    set({ selectedNodes: nodes, selectedEdges: edges });
  },
}));

export function isUnsaved({
  revision,
  savedRevision,
}: Pick<DocumentState, "revision" | "savedRevision">): boolean {
  return revision !== savedRevision;
}

/** The file's name, or the one that it would get. */
export function nameOf({ file, project }: Pick<DocumentState, "file" | "project">): string {
  return file?.name ?? `${project.name || "untitled"}.loom.json`;
}

export function useDocumentName(): string {
  return useDocument(nameOf);
}

/** Runs a command on the open document. */
export function run<Result>(command: Command<Result>): Result {
  return useDocument.getState().run(command);
}

/** What is no longer there is no longer selected. */
function withSelection(history: History, state: DocumentState): Partial<DocumentState> {
  const { project, revision, past, future } = history;
  const keep = (ids: readonly string[], things: readonly { readonly id: string }[]) => {
    const known = new Set(things.map(({ id }) => id));
    return ids.every((id) => known.has(id)) ? ids : ids.filter((id) => known.has(id));
  };
  return {
    project,
    revision,
    past,
    future,
    selectedNodes: keep(state.selectedNodes, project.graph.nodes),
    selectedEdges: keep(state.selectedEdges, project.graph.edges),
  };
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((entry, index) => entry === b[index]);
}
