/** The document's wires as React Flow's edges. */
import type { Edge } from "@xyflow/react";
import { useMemo } from "react";
import { useChecked, useDiagnosticsByNode } from "../document/checked";
import { titleOf } from "../document/layers";
import { useDocument } from "../document/store";
import { useRun } from "../training/run";
import type { Translate } from "../ui/text";
import { editor } from "../ui/texts/editor";

export type CanvasEdge = Edge<{ readonly live: boolean; readonly bad: boolean }, "wire">;

export function useCanvasEdges(t: Translate): CanvasEdge[] {
  const graph = useDocument((state) => state.graph);
  const selected = useDocument((state) => state.selectedEdges);
  const checked = useChecked();
  const problems = useDiagnosticsByNode();
  const live = useRun(({ state }) => state === "running");

  return useMemo(() => {
    const names = new Map(
      graph.nodes.map(({ id, name, type }) => [id, name || (checked.nodes[id]?.name ?? titleOf(type))]),
    );
    const chosen = new Set(selected);
    return graph.edges.map(({ id, from, to }) => ({
      id,
      type: "wire",
      source: from.node,
      sourceHandle: from.port,
      target: to.node,
      targetHandle: to.port,
      selected: chosen.has(id),
      reconnectable: "target",
      ariaLabel: t(editor.wireBetween, { from: names.get(from.node) ?? "", to: names.get(to.node) ?? "" }),
      data: {
        live,
        bad: (problems.get(to.node) ?? []).some(
          ({ severity, port }) => severity === "error" && (port === null || port === to.port),
        ),
      },
    }));
  }, [graph, selected, checked, problems, live, t]);
}
