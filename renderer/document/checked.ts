/** The checked graph of the open document, made anew when the graph, the batch size or the data's shapes change. */
import {
  type CheckedGraph,
  createChecker,
  type DataTensors,
  type Diagnostic,
  type Graph,
} from "../../engine";
import { useDataTensors } from "./data-tensors";
import { useDocument } from "./store";

export function useChecked(): CheckedGraph {
  const graph = useDocument((state) => state.project.graph);
  const batchSize = useDocument((state) => state.project.training.batch_size);
  const data = useDataTensors((state) => state.tensors);
  return checkedOf(graph, batchSize, data);
}

/** Outside of components: the checked graph of this moment. */
export function checkedNow(): CheckedGraph {
  const { graph, training } = useDocument.getState().project;
  return checkedOf(graph, training.batch_size, useDataTensors.getState().tensors);
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

/** What is wrong by node id, errors first. */
export function useDiagnosticsByNode(): ReadonlyMap<string, readonly Diagnostic[]> {
  const checked = useChecked();
  const known = byNode.get(checked) ?? groupByNode(checked.diagnostics);
  byNode.set(checked, known);
  return known;
}

/** Every node asks: the answer is made once a checked graph. */
const byNode = new WeakMap<CheckedGraph, ReadonlyMap<string, readonly Diagnostic[]>>();

function groupByNode(diagnostics: readonly Diagnostic[]): ReadonlyMap<string, readonly Diagnostic[]> {
  const groups = new Map<string, Diagnostic[]>();
  for (const diagnostic of bySeverity(diagnostics)) {
    if (diagnostic.node === null) continue;
    const group = groups.get(diagnostic.node);
    if (group) group.push(diagnostic);
    else groups.set(diagnostic.node, [diagnostic]);
  }
  return groups;
}

export function bySeverity(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.toSorted((a, b) => Number(a.severity === "warning") - Number(b.severity === "warning"));
}
