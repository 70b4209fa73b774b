/** The checked graph of the open document, made anew when the graph, the batch size or the data's shapes change. */
import {
  type CheckedGraph,
  createChecker,
  type DataTensors,
  type Diagnostic,
  type Graph,
  type LevelPath,
  shownAt,
  viewLevel,
} from "../../engine";
import { useDataTensors } from "./data-tensors";
import { useDocument } from "./store";

/** With the nodes of the level that is shown under the ids that they are drawn with; see `viewLevel`. */
export function useChecked(): CheckedGraph {
  const graph = useDocument((state) => state.project.graph);
  const path = useDocument((state) => state.path);
  const batchSize = useDocument((state) => state.project.training.batch_size);
  const data = useDataTensors((state) => state.tensors);
  return viewOf(checkedOf(graph, batchSize, data), graph, path);
}

/** Outside of components: the checked graph of this moment. */
export function checkedNow(): CheckedGraph {
  const { project, path } = useDocument.getState();
  const checked = checkedOf(project.graph, project.training.batch_size, useDataTensors.getState().tensors);
  return viewOf(checked, project.graph, path);
}

let lastView: {
  readonly checked: CheckedGraph;
  readonly graph: Graph;
  readonly path: LevelPath;
  readonly view: CheckedGraph;
} | null = null;

function viewOf(checked: CheckedGraph, graph: Graph, path: LevelPath): CheckedGraph {
  if (lastView?.checked !== checked || lastView.graph !== graph || lastView.path !== path)
    lastView = { checked, graph, path, view: viewLevel(checked, graph, path) };
  return lastView.view;
}

/** Remembers each node, so that an edit costs what depends on it. */
const check = createChecker();

let last: { graph: Graph; batchSize: number; data: DataTensors; checked: CheckedGraph } | null = null;

/** Every panel asks for the same graph: the last answer is kept. */
function checkedOf(graph: Graph, batchSize: number, data: DataTensors): CheckedGraph {
  if (last?.graph !== graph || last.batchSize !== batchSize || last.data !== data) {
    last = { graph, batchSize, data, checked: check(graph, { batchSize, data }) };
  }
  return last.checked;
}

/** What is wrong by the nodes of the level that is shown, errors first. A block has what is wrong inside it. */
export function useDiagnosticsByNode(): ReadonlyMap<string, readonly Diagnostic[]> {
  const path = useDocument((state) => state.path);
  return diagnosticsByNode(useChecked(), path);
}

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
