import {
  Background,
  type Connection,
  type EdgeChange,
  type EdgeTypes,
  type FitViewOptions,
  type NodeChange,
  type NodeTypes,
  type OnConnectEnd,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
  useReactFlow,
} from "@xyflow/react";
import { type DragEvent, type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { gridStep } from "../commands";
import { addNode, connect, disconnect, reconnect } from "../document/commands";
import { run, useDocument } from "../document/store";
import { useText } from "../ui/text";
import { CanvasControls } from "./canvas-controls";
import { signInCanvas } from "./control";
import { layerDragType } from "./drag-layer";
import { freeInputOf, nodeUnder } from "./drop-wire";
import { EmptyCanvas } from "./empty-canvas";
import { ErrorCard } from "./error-card";
import { LayerNode } from "./layer-node";
import { type CanvasEdge, type CanvasNode, useCanvasEdges, useCanvasNodes } from "./view";
import { Wire } from "./wire";
import "./canvas.css";

const nodeTypes: NodeTypes = { layer: LayerNode };
const edgeTypes: EdgeTypes = { wire: Wire };
/** Where the pointer holds a dropped node: the middle of its head. */
const holdAt = { x: 82, y: 20 };
/** Time to move the pointer from a node to its card. */
const cardGraceMilliseconds = 200;

export function Canvas() {
  return (
    <ReactFlowProvider>
      <Flow />
    </ReactFlowProvider>
  );
}

/** React Flow shows the document; every change goes through a command. */
function Flow() {
  const t = useText();
  const { nodes, onLayoutChange, endDrag } = useCanvasNodes(t);
  const edges = useCanvasEdges(t);
  const [dragging, setDragging] = useState(false);
  const [hovered, hover] = useHovered();
  const flow = useReactFlow<CanvasNode, CanvasEdge>();
  /** React Flow ends a wire that is moved as it ends a new one, too. */
  const reconnecting = useRef(false);
  const empty = nodes.length === 0;
  useControl();
  useFitOnOpen(empty);

  const onNodesChange = useCallback(
    (changes: NodeChange<CanvasNode>[]) => {
      onLayoutChange(changes);
      selectBy(changes, "selectedNodes");
    },
    [onLayoutChange],
  );
  const onEdgesChange = useCallback(
    (changes: EdgeChange<CanvasEdge>[]) => selectBy(changes, "selectedEdges"),
    [],
  );

  const onDrop = (event: DragEvent) => {
    const type = event.dataTransfer.getData(layerDragType);
    if (!type) return;
    event.preventDefault();
    const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }, { snapToGrid: false });
    useDocument
      .getState()
      .select([run(addNode(type, { x: Math.round(at.x - holdAt.x), y: Math.round(at.y - holdAt.y) }))]);
  };

  return (
    <ReactFlow
      nodes={nodes}
      edges={edges}
      nodeTypes={nodeTypes}
      edgeTypes={edgeTypes}
      onNodesChange={onNodesChange}
      onEdgesChange={onEdgesChange}
      onConnect={onConnect}
      onReconnect={onReconnect}
      onConnectEnd={(...end) => !reconnecting.current && dropNewWire(...end)}
      onReconnectStart={() => {
        reconnecting.current = true;
      }}
      onReconnectEnd={(event, edge, _, { toHandle }) => {
        reconnecting.current = false;
        if (!toHandle) dropOldWire(event, edge);
      }}
      isValidConnection={isValidConnection}
      onNodeDragStart={() => setDragging(true)}
      onNodeDragStop={(_, __, dragged) => {
        setDragging(false);
        endDrag(dragged);
      }}
      onSelectionDragStop={(_, dragged) => endDrag(dragged)}
      onNodeMouseEnter={(_, node) => hover(node.id)}
      onNodeMouseLeave={() => hover(null)}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes(layerDragType)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = "copy";
      }}
      onDrop={onDrop}
      onKeyDown={selectFocused}
      deleteKeyCode={null}
      disableKeyboardA11y
      selectionKeyCode="Shift"
      selectionMode={SelectionMode.Partial}
      multiSelectionKeyCode={["Shift", "Meta", "Control"]}
      connectionRadius={24}
      snapToGrid
      snapGrid={[gridStep / 2, gridStep / 2]}
      minZoom={0.1}
      maxZoom={2}
      zoomOnDoubleClick={false}
      elevateNodesOnSelect={false}
      proOptions={{ hideAttribution: true }}
    >
      <Background gap={gridStep} size={2} color="var(--dots)" />
      {empty ? (
        <EmptyCanvas />
      ) : (
        <>
          <CanvasControls />
          {!dragging && <ErrorCard hovered={hovered} keep={hover} />}
        </>
      )}
    </ReactFlow>
  );
}

function onConnect({ source, sourceHandle, target, targetHandle }: Connection): void {
  if (sourceHandle && targetHandle) {
    run(connect({ node: source, port: sourceHandle }, { node: target, port: targetHandle }));
  }
}

function onReconnect({ id }: CanvasEdge, { source, sourceHandle, target, targetHandle }: Connection): void {
  if (sourceHandle && targetHandle) {
    run(reconnect(id, { node: source, port: sourceHandle }, { node: target, port: targetHandle }));
  }
}

/** A new wire that ends on a node's body takes its first free input. */
const dropNewWire: OnConnectEnd = (event, { fromHandle, toHandle }) => {
  if (toHandle || fromHandle?.type !== "source" || !fromHandle.id) return;
  const node = nodeUnder(event);
  const to = node === null ? null : freeInputOf(node);
  if (to) run(connect({ node: fromHandle.nodeId, port: fromHandle.id }, to));
};

/** A wire whose end is pulled off a port goes to where it is dropped: a node's first free input, or away. */
function dropOldWire(event: MouseEvent | TouchEvent, { id, source, sourceHandle, target }: CanvasEdge): void {
  const node = nodeUnder(event);
  if (node === target) return;
  const to = node === null ? null : freeInputOf(node);
  if (to && sourceHandle) run(reconnect(id, { node: source, port: sourceHandle }, to));
  else run(disconnect([id]));
}

function isValidConnection({
  source,
  target,
}: {
  readonly source: string;
  readonly target: string;
}): boolean {
  return source !== target;
}

/** React Flow tells what became selected; the document's store keeps it. */
function selectBy(
  changes: readonly (NodeChange<CanvasNode> | EdgeChange<CanvasEdge>)[],
  kind: "selectedNodes" | "selectedEdges",
): void {
  const state = useDocument.getState();
  const selected = new Set(state[kind]);
  for (const change of changes) {
    if (change.type !== "select") continue;
    if (change.selected) selected.add(change.id);
    else selected.delete(change.id);
  }
  if (kind === "selectedNodes") state.select([...selected], state.selectedEdges);
  else state.select(state.selectedNodes, [...selected]);
}

/** Enter or space selects the node or wire that has the focus, as a click does; Escape lets go. */
function selectFocused(event: KeyboardEvent): void {
  const { select } = useDocument.getState();
  if (event.key === "Escape") return select([]);
  if (event.key !== "Enter" && event.key !== " ") return;
  if (!(event.target instanceof Element)) return;
  const id = event.target.getAttribute("data-id");
  if (!id) return;
  event.preventDefault();
  if (event.target.classList.contains("react-flow__node")) select([id]);
  else select([], [id]);
}

function useControl(): void {
  const flow = useReactFlow<CanvasNode, CanvasEdge>();
  const pane = useRef<HTMLElement | null>(null);
  useEffect(() => {
    pane.current = document.querySelector<HTMLElement>(".react-flow");
    return signInCanvas({
      fit: () => requestAnimationFrame(() => void flow.fitView(fitOptions(120))),
      centre: (id) => {
        useDocument.getState().select([id]);
        const node = flow.getInternalNode(id);
        if (!node) return;
        const { x, y } = node.internals.positionAbsolute;
        const { width = 0, height = 0 } = node.measured;
        void flow.setCenter(x + width / 2, y + height / 2, {
          zoom: Math.max(flow.getZoom(), 0.8),
          duration: 120,
        });
      },
      zoomIn: () => void flow.zoomIn({ duration: 120 }),
      zoomOut: () => void flow.zoomOut({ duration: 120 }),
      zoomReset: () => void flow.zoomTo(1, { duration: 120 }),
      middle: () => {
        const box = pane.current?.getBoundingClientRect() ?? new DOMRect();
        return flow.screenToFlowPosition(
          { x: box.x + box.width / 2, y: box.y + box.height / 2 },
          { snapToGrid: false },
        );
      },
    });
  }, [flow]);
}

/** Everything in view, with margins at the sides for wires that go back, where there are any. */
function fitOptions(duration: number): FitViewOptions {
  const { nodes, edges } = useDocument.getState().project.graph;
  const columns = new Map(nodes.map(({ id, position }) => [id, position.x]));
  const goesBack = edges.some(({ from, to }) => (columns.get(to.node) ?? 0) <= (columns.get(from.node) ?? 0));
  return { padding: { x: goesBack ? "60px" : "28px", y: "40px" }, maxZoom: 1, duration };
}

/** A document that was just opened is shown whole. */
function useFitOnOpen(empty: boolean): void {
  const flow = useReactFlow();
  const opened = useDocument((state) =>
    state.past.length === 0 && state.future.length === 0 ? state.revision : 0,
  );
  useEffect(() => {
    if (opened === 0 || empty) return;
    // Once the new nodes have been measured.
    const timer = setTimeout(() => void flow.fitView(fitOptions(0)), 60);
    return () => clearTimeout(timer);
  }, [flow, opened, empty]);
}

/** The node under the pointer; leaving it is believed only after a moment. */
function useHovered(): [string | null, (id: string | null) => void] {
  const [hovered, setHovered] = useState<string | null>(null);
  const leaving = useRef<ReturnType<typeof setTimeout>>(undefined);
  const hover = useMemo(
    () => (id: string | null) => {
      clearTimeout(leaving.current);
      if (id) setHovered(id);
      else leaving.current = setTimeout(() => setHovered(null), cardGraceMilliseconds);
    },
    [],
  );
  useEffect(() => () => clearTimeout(leaving.current), []);
  return [hovered, hover];
}
