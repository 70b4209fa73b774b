/** The checked graph of the open document, made anew when the graph, the batch size or the data's shapes change. */
import {
  type CheckedGraph,
  type CheckedNode,
  createChecker,
  type DataTensors,
  type Diagnostic,
  type Graph,
  type LevelPath,
  shownAt,
  viewLevel,
} from "../../engine";
import { useDataTensors } from "./data-tensors";
import { sameNetwork } from "./same-network";
import { useDocument } from "./store";

/** With the nodes of the level that is shown under the ids that they are drawn with; see `viewLevel`. */
export function useChecked(): CheckedGraph {
  // New data are a reason to look again; what is looked at is the state of the moment.
  useDataTensors((state) => state.tensors);
  return useDocument(checkedOf);
}

/** One node of it: the same object as long as nothing that it depends on has changed. */
export function useCheckedNode(id: string): CheckedNode | undefined {
  useDataTensors((state) => state.tensors);
  return useDocument((state) => checkedOf(state).nodes[id]);
}

/** Outside of components: the checked graph of this moment. */
export function checkedNow(): CheckedGraph {
  return checkedOf(useDocument.getState());
}

type Shown = Pick<ReturnType<typeof useDocument.getState>, "project" | "path">;

function checkedOf({ project: { graph, training }, path }: Shown): CheckedGraph {
  const checked = checkDrawing(graph, training.batch_size, useDataTensors.getState().tensors);
  if (lastView?.checked !== checked || lastView.path !== path)
    lastView = { checked, path, view: viewLevel(checked, graph, path) };
  return lastView.view;
}

let lastView: {
  readonly checked: CheckedGraph;
  readonly path: LevelPath;
  readonly view: CheckedGraph;
} | null = null;

/** Remembers each node, so that an edit costs what depends on it. */
const check = createChecker();

let last: { graph: Graph; batchSize: number; data: DataTensors; checked: CheckedGraph } | null = null;

/** Every panel asks for the same graph: the last answer is kept. Where a node lies does not matter to it. */
function checkDrawing(graph: Graph, batchSize: number, data: DataTensors): CheckedGraph {
  if (last && last.batchSize === batchSize && last.data === data && sameNetwork(last.graph, graph))
    last.graph = graph;
  else last = { graph, batchSize, data, checked: check(graph, { batchSize, data }) };
  return last.checked;
}

/** What is wrong by the nodes of the level that is shown, errors first. A block has what is wrong inside it. */
export function useDiagnosticsByNode(): ReadonlyMap<string, readonly Diagnostic[]> {
  useDataTensors((state) => state.tensors);
  return useDocument((state) => diagnosticsByNode(checkedOf(state), state.path));
}

/** What is wrong with one node, errors first. */
export function useDiagnostics(node: string): readonly Diagnostic[] {
  useDataTensors((state) => state.tensors);
  return useDocument((state) => diagnosticsByNode(checkedOf(state), state.path).get(node)) ?? fine;
}

const fine: readonly Diagnostic[] = [];

/** @param checked of the level at `path` */
export function diagnosticsByNode(
  checked: CheckedGraph,
  path: LevelPath,
): ReadonlyMap<string, readonly Diagnostic[]> {
  const known = byNode.get(checked) ?? groupByNode(checked.diagnostics, path);
  byNode.set(checked, known);
  return known;
}

/** Every node asks: the answer is made once a checked graph. */
const byNode = new WeakMap<CheckedGraph, ReadonlyMap<string, readonly Diagnostic[]>>();

function groupByNode(
  diagnostics: readonly Diagnostic[],
  path: LevelPath,
): ReadonlyMap<string, readonly Diagnostic[]> {
  const groups = new Map<string, Diagnostic[]>();
  for (const diagnostic of bySeverity(diagnostics)) {
    const node = diagnostic.node === null ? null : shownAt(path, diagnostic.node);
    if (node === null) continue;
    const group = groups.get(node);
    if (group) group.push(diagnostic);
    else groups.set(node, [diagnostic]);
  }
  return groups;
}

export function bySeverity(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.toSorted((a, b) => Number(a.severity === "warning") - Number(b.severity === "warning"));
}
