/** The document as React Flow's nodes and edges. Sizes and an unfinished drag live here, outside the document. */
import type { Edge, Node, NodeChange, XYPosition } from "@xyflow/react";
import { useCallback, useMemo, useState } from "react";
import { useChecked, useDiagnosticsByNode } from "../document/checked";
import { moveNodes } from "../document/commands";
import { run, useDocument } from "../document/store";
import { useRun } from "../training/run";
import type { Translate } from "../ui/text";
import { editor } from "../ui/texts/editor";

/** A node reads the document by its id; an object that never changes lets React Flow leave it alone. */
const noData = {};

export type CanvasNode = Node<Readonly<Record<string, never>>, "layer">;
export type CanvasEdge = Edge<{ readonly live: boolean; readonly bad: boolean }, "wire">;

interface CanvasNodes {
  readonly nodes: CanvasNode[];
  onLayoutChange(changes: readonly NodeChange<CanvasNode>[]): void;
  /** The drag becomes one step of the document. */
  endDrag(dragged: readonly { readonly id: string; readonly position: XYPosition }[]): void;
}

type Sizes = Readonly<Record<string, { readonly width: number; readonly height: number }>>;
type Positions = Readonly<Record<string, XYPosition>>;

export function useCanvasNodes(t: Translate): CanvasNodes {
  const graphNodes = useDocument((state) => state.project.graph.nodes);
  const selected = useDocument((state) => state.selectedNodes);
  const [sizes, setSizes] = useState<Sizes>({});
  const [dragged, setDragged] = useState<Positions>({});

  const nodes = useMemo(
    () =>
      graphNodes.map(
        (node): CanvasNode => ({
          id: node.id,
          type: "layer",
          position: dragged[node.id] ?? node.position,
          data: noData,
          measured: sizes[node.id],
          selected: selected.includes(node.id),
          ariaLabel: t(editor.nodeLabel, { type: node.type, name: node.name }),
        }),
      ),
    [graphNodes, selected, sizes, dragged, t],
  );

  const onLayoutChange = useCallback((changes: readonly NodeChange<CanvasNode>[]) => {
    const measured: Record<string, Sizes[string]> = {};
    const moved: Record<string, XYPosition> = {};
    for (const change of changes) {
      if (change.type === "dimensions" && change.dimensions) measured[change.id] = change.dimensions;
      if (change.type === "position" && change.dragging && change.position)
        moved[change.id] = change.position;
    }
    if (Object.keys(measured).length > 0) setSizes((before) => ({ ...before, ...measured }));
    if (Object.keys(moved).length > 0) setDragged((before) => ({ ...before, ...moved }));
  }, []);

  const endDrag = useCallback<CanvasNodes["endDrag"]>((ended) => {
    run(moveNodes(new Map(ended.map(({ id, position }) => [id, position]))));
    setDragged({});
  }, []);

  return { nodes, onLayoutChange, endDrag };
}

export function useCanvasEdges(t: Translate): CanvasEdge[] {
  const graph = useDocument((state) => state.project.graph);
  const selected = useDocument((state) => state.selectedEdges);
  const checked = useChecked();
  const problems = useDiagnosticsByNode();
  const live = useRun(({ state }) => state === "running");

  return useMemo(() => {
    const names = new Map(
      graph.nodes.map(({ id, name, type }) => [id, name || (checked.nodes[id]?.name ?? type)]),
    );
    return graph.edges.map(({ id, from, to }) => ({
      id,
      type: "wire",
      source: from.node,
      sourceHandle: from.port,
      target: to.node,
      targetHandle: to.port,
      selected: selected.includes(id),
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
