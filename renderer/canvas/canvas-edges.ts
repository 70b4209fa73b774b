/** The document's wires as React Flow's edges. */
import type { Edge } from "@xyflow/react";
import { useMemo } from "react";
import type { GraphEdge } from "../../engine";
import { useChecked, useDiagnosticsByNode } from "../document/checked";
import { titleOf } from "../document/layers";
import { useDocument } from "../document/store";
import { useRun } from "../training/run";
import type { Translate } from "../ui/text";
import { editor } from "../ui/texts/editor";
import { keeping } from "./keeping";

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
    const looks = graph.edges.map((drawn): Look => {
      const { from, to } = drawn;
      const ends = { from: names.get(from.node) ?? "", to: names.get(to.node) ?? "" };
      return {
        drawn,
        label: t(editor.wireBetween, ends),
        selected: chosen.has(drawn.id),
        live,
        bad: (problems.get(to.node) ?? []).some(
          ({ severity, port }) => severity === "error" && (port === null || port === to.port),
        ),
      };
    });
    return edgesOf(looks);
  }, [graph, selected, checked, problems, live, t]);
}

interface Look {
  readonly drawn: GraphEdge;
  readonly label: string;
  readonly selected: boolean;
  readonly live: boolean;
  readonly bad: boolean;
}

/** There is one canvas. */
const edgesOf = keeping(edgeOf);

function edgeOf({ drawn: { id, from, to }, label, selected, live, bad }: Look): CanvasEdge {
  return {
    id,
    type: "wire",
    source: from.node,
    sourceHandle: from.port,
    target: to.node,
    targetHandle: to.port,
    selected,
    reconnectable: "target",
    ariaLabel: label,
    data: { live, bad },
  };
}
