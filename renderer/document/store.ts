/** The open document: the project with its history, where it is saved, and what is selected. */
import { create } from "zustand";
import { emptyProject, type Graph, graphAt, type LevelPath, type Project } from "../../engine";
import type { HostFile } from "../host";
import { begin, type Command, type History, perform, redo, undo } from "./history";

interface DocumentState extends History {
  /** Where it was opened from or saved to; null for one that has no file yet. */
  readonly file: HostFile | null;
  readonly savedRevision: number;
  /** The blocks that were entered to get to what is shown, by their nodes' ids. Not history. */
  readonly path: LevelPath;
  /** The graph that is shown: the drawing itself, or what is inside a block. */
  readonly graph: Graph;
  /** Ids of nodes and frames. Not history. */
  readonly selectedNodes: readonly string[];
  readonly selectedEdges: readonly string[];

  run<Result>(command: Command<Result>): Result;
  undo(): void;
  redo(): void;
  /** The document as it was after so many of its steps, undone ones among them. */
  jump(steps: number): void;
  /** Another document: history and selection begin anew. It counts as saved unless it is said to be unsaved. */
  open(project: Project, file: HostFile | null, unsaved?: "unsaved"): void;
  markSaved(file: HostFile, revision: number): void;
  select(nodes: readonly string[], edges?: readonly string[]): void;
  /** Shows another level. A way that leads nowhere is followed as far as it goes. */
  go(path: LevelPath): void;
}

const firstDocument = begin(emptyProject("untitled"));

export const useDocument = create<DocumentState>((set, get) => ({
  ...firstDocument,
  file: null,
  savedRevision: firstDocument.revision,
  path: [],
  graph: firstDocument.project.graph,
  selectedNodes: [],
  selectedEdges: [],

  run(command) {
    const [history, result] = perform(get(), command, Date.now(), get().path);
    set(showing(history, get(), get().path));
    return result;
  },
  undo: () => set(showing(undo(get()), get(), get().past.at(-1)?.path ?? [])),
  redo: () => set(showing(redo(get()), get(), get().future.at(0)?.path ?? [])),
  jump(steps) {
    for (let before = get(); steps < before.past.length; before = get()) before.undo();
    for (let before = get(); steps > before.past.length && before.future.length > 0; before = get())
      before.redo();
  },
  open(project, file, unsaved) {
    const history = begin(project);
    set({
      ...history,
      file,
      savedRevision: unsaved ? 0 : history.revision,
      path: [],
      graph: project.graph,
      selectedNodes: [],
      selectedEdges: [],
    });
  },
  markSaved: (file, revision) => set({ file, savedRevision: revision }),
  select(nodes, edges = []) {
    const { selectedNodes, selectedEdges } = get();
    if (sameList(nodes, selectedNodes) && sameList(edges, selectedEdges)) return;
    set({ selectedNodes: nodes, selectedEdges: edges });
  },
  go(path) {
    if (!sameList(path, get().path))
      set({ ...showing(get(), get(), path), selectedNodes: [], selectedEdges: [] });
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

/** The document at a level, or as near to it as there is one. What is not there is not selected. */
function showing(history: History, state: DocumentState, wanted: LevelPath): Partial<DocumentState> {
  const { project, revision, past, future } = history;
  const path = reachable(project.graph, wanted);
  const graph = graphAt(project.graph, path) ?? project.graph;
  const keep = (ids: readonly string[], things: readonly { readonly id: string }[]) => {
    const known = new Set(things.map(({ id }) => id));
    return ids.every((id) => known.has(id)) ? ids : ids.filter((id) => known.has(id));
  };
  return {
    project,
    revision,
    past,
    future,
    path: sameList(path, state.path) ? state.path : path,
    graph,
    selectedNodes: keep(state.selectedNodes, [...graph.nodes, ...(graph.frames ?? [])]),
    selectedEdges: keep(state.selectedEdges, graph.edges),
  };
}

function reachable(drawing: Graph, path: LevelPath): LevelPath {
  const far = path.findIndex((_, index) => !graphAt(drawing, path.slice(0, index + 1)));
  return far < 0 ? path : path.slice(0, far);
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((entry, index) => entry === b[index]);
}
