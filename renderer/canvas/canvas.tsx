import {
  Background,
  type EdgeChange,
  type EdgeTypes,
  type NodeChange,
  type NodeTypes,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
  useReactFlow,
  useStoreApi,
} from "@xyflow/react";
import {
  type DragEvent,
  type KeyboardEvent,
  type MouseEvent,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { gridStep } from "../commands";
import { keptFor } from "../document/block-library";
import { addNode } from "../document/commands";
import { dropIntoWire, insertIntoWire } from "../document/node-commands";
import { run, useDocument } from "../document/store";
import { useText } from "../ui/text";
import { Breadcrumbs } from "./breadcrumbs";
import { CanvasControls } from "./canvas-controls";
import { type CanvasEdge, useCanvasEdges } from "./canvas-edges";
import { layerDragType } from "./drag-layer";
import { EmptyCanvas } from "./empty-canvas";
import { ErrorCard } from "./error-card";
import { FrameNode } from "./frame-node";
import { Guides } from "./guides";
import { LayerNode } from "./layer-node";
import { enterBlock } from "./levels";
import { useNodeMenu } from "./node-menu";
import { QuickAdd } from "./quick-add";
import { openQuickAdd } from "./quick-add-state";
import { RerouteNode } from "./reroute-node";
import { useControl, useFitOnOpen } from "./use-control";
import { useWheel, zoomRange } from "./use-wheel";
import { type CanvasNode, useCanvasNodes } from "./view";
import { Wire } from "./wire";
import { WireHint } from "./wire-hint";
import { useWireDrag } from "./wire-verdicts";
import {
  canLieInWire,
  dropNewWire,
  dropOldWire,
  isValidConnection,
  markWire,
  onConnect,
  onConnectStart,
  onReconnect,
  wireUnder,
} from "./wiring";
import "./canvas.css";
import "./drawing.css";

const nodeTypes: NodeTypes = { layer: LayerNode, reroute: RerouteNode, frame: FrameNode };
const edgeTypes: EdgeTypes = { wire: Wire };
/** Where the pointer holds a dropped node: the middle of its head. */
const holdAt = { x: 82, y: 20 };
/** From the corner of a reroute point to its middle. */
const rerouteMiddle = 8;
/** The left and the middle button move the view. */
const mouseButtons = [0, 1];
/** From here on only what is in view is drawn. */
const manyNodes = 150;
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
  const { nodes, guides, onLayoutChange, endDrag, draggedTo } = useCanvasNodes(t);
  const edges = useCanvasEdges(t);
  const [dragging, setDragging] = useState(false);
  const [hovered, hover] = useHovered();
  const flow = useReactFlow<CanvasNode, CanvasEdge>();
  /** React Flow ends a wire that is moved as it ends a new one, too. */
  const reconnecting = useRef(false);
  const empty = useDocument(({ project }) => project.graph.nodes.length === 0);
  const drawing = useWireDrag((state) => state.drag !== null);
  const nodeMenu = useNodeMenu();
  const pane = useRef<HTMLDivElement>(null);
  const store = useStoreApi();
  useWheel(pane);
  useControl();
  useFitOnOpen(empty);

  const onNodesChange = useCallback(
    (changes: NodeChange<CanvasNode>[]) => {
      onLayoutChange(changes, store.getState().transform[2]);
      selectBy(changes, "selectedNodes");
    },
    [onLayoutChange, store],
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
    const position = { x: Math.round(at.x - holdAt.x), y: Math.round(at.y - holdAt.y) };
    const wire = wireUnder(event);
    const blocks = keptFor(type);
    const command =
      wire !== null && canLieInWire(type)
        ? insertIntoWire(wire, type, position)
        : addNode(type, position, {}, blocks);
    markWire(null);
    useDocument.getState().select(run(command));
  };

  const stopDrag = (
    event: globalThis.MouseEvent | TouchEvent | MouseEvent,
    dragged: readonly CanvasNode[],
  ) => {
    setDragging(false);
    const wire = dragged.length === 1 ? wireFor(event, dragged[0].id) : null;
    const to = draggedTo(dragged[0]?.id ?? "");
    markWire(null);
    endDrag();
    if (wire !== null && to) run(dropIntoWire(wire, dragged[0].id, to));
  };

  /** Two clicks: on the canvas a list of what can be added, on a wire a point to lead it through. */
  const onDoubleClick = (event: MouseEvent) => {
    if (!(event.target instanceof Element)) return;
    const { clientX: x, clientY: y } = event;
    const wire = event.target.getAttribute("data-wire");
    if (wire !== null) {
      const at = flow.screenToFlowPosition({ x, y }, { snapToGrid: false });
      const position = { x: Math.round(at.x - rerouteMiddle), y: Math.round(at.y - rerouteMiddle) };
      useDocument.getState().select(run(insertIntoWire(wire, "Reroute", position)));
    } else if (event.target.classList.contains("react-flow__pane")) openQuickAdd({ x, y });
  };

  return (
    <ReactFlow
      ref={pane}
      nodes={nodes}
      edges={edges}
      nodeTypes={nodeTypes}
      edgeTypes={edgeTypes}
      onNodesChange={onNodesChange}
      onEdgesChange={onEdgesChange}
      onConnectStart={onConnectStart}
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
      onNodeDrag={(event, _, dragged) =>
        markWire(dragged.length === 1 ? wireFor(event, dragged[0].id) : null)
      }
      onNodeDragStop={(event, _, dragged) => stopDrag(event, dragged)}
      onSelectionDragStop={(event, dragged) => stopDrag(event, dragged)}
      onNodeDoubleClick={(_, node) => enterBlock(node.id)}
      onNodeContextMenu={(event, node) => nodeMenu.open(event, node.id)}
      onNodeMouseEnter={(_, node) => hover(node.id)}
      onNodeMouseLeave={() => hover(null)}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes(layerDragType)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = "copy";
        markWire(wireUnder(event));
      }}
      onDragLeave={() => markWire(null)}
      onDrop={onDrop}
      onDoubleClick={onDoubleClick}
      onKeyDown={selectFocused}
      deleteKeyCode={null}
      disableKeyboardA11y
      selectionKeyCode="Shift"
      selectionMode={SelectionMode.Partial}
      multiSelectionKeyCode={["Shift", "Meta", "Control"]}
      connectionRadius={24}
      snapToGrid
      snapGrid={[gridStep / 2, gridStep / 2]}
      minZoom={zoomRange.min}
      maxZoom={zoomRange.max}
      panOnScroll
      panOnScrollSpeed={1}
      panOnDrag={mouseButtons}
      onlyRenderVisibleElements={nodes.length > manyNodes}
      zoomOnDoubleClick={false}
      elevateNodesOnSelect={false}
      proOptions={{ hideAttribution: true }}
    >
      <Breadcrumbs />
      <Background gap={gridStep} size={2} color="var(--dots)" />
      {empty ? (
        <EmptyCanvas />
      ) : (
        <>
          <CanvasControls />
          {!dragging && !drawing && <ErrorCard hovered={hovered} keep={hover} />}
          {nodeMenu.menu}
          <Guides guides={guides} />
          <WireHint />
        </>
      )}
      <QuickAdd />
    </ReactFlow>
  );
}

/** The wire that a node without wires would be put into where it is dropped. */
function wireFor(event: globalThis.MouseEvent | TouchEvent | MouseEvent, id: string): string | null {
  if (!("clientX" in event)) return null;
  const { nodes, edges } = useDocument.getState().graph;
  const node = nodes.find((each) => each.id === id);
  const isWired = edges.some(({ from, to }) => from.node === id || to.node === id);
  return node && !isWired && canLieInWire(node.type) ? wireUnder(event) : null;
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
