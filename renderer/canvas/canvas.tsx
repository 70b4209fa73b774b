import {
  type EdgeChange,
  type EdgeTypes,
  type NodeChange,
  type NodeTypes,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
  useKeyPress,
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
import { nodeById, wiredPorts } from "../document/graph-index";
import { dropIntoWire, insertIntoWire } from "../document/node-commands";
import { run, useDocument } from "../document/store";
import { useText } from "../ui/text";
import { type CanvasEdge, useCanvasEdges } from "./canvas-edges";
import { useDetailOfZoom } from "./detail";
import { layerDragType } from "./drag-layer";
import { FrameNode } from "./frame-node";
import { Furniture } from "./furniture";
import { LayerNode } from "./layer-node";
import { enterBlock } from "./levels";
import { useNodeMenu } from "./node-menu";
import { openQuickAdd } from "./quick-add-state";
import { RerouteNode } from "./reroute-node";
import { useControl, useFitOnOpen } from "./use-control";
import { useWheel, zoomRange } from "./use-wheel";
import { type CanvasNode, useCanvasNodes } from "./view";
import { Wire } from "./wire";
import { canLieInWire, markWire, wireHandlers, wireUnder } from "./wiring";
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
const multiSelectionKeys = ["Shift", "Meta", "Control"];
const snapGrid: [number, number] = [gridStep / 2, gridStep / 2];
const proOptions = { hideAttribution: true };
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

/**
 * React Flow shows the document; every change goes through a command. While a node is dragged this is rendered once a
 * frame: what it hands down has to stay the same, or React Flow renders every node and wire anew.
 */
function Flow() {
  const t = useText();
  const { nodes, onLayoutChange, endDrag, draggedTo } = useCanvasNodes(t);
  const edges = useCanvasEdges(t);
  const [dragging, setDragging] = useState(false);
  const [hovered, hover] = useHovered();
  const flow = useReactFlow<CanvasNode, CanvasEdge>();
  const empty = useDocument(({ project }) => project.graph.nodes.length === 0);
  const { menu, open: openMenu } = useNodeMenu();
  /** Held, the mouse moves the view, whatever lies under it. */
  const space = useKeyPress("Space");
  const pane = useRef<HTMLDivElement>(null);
  const store = useStoreApi();
  useDetailOfZoom();
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
  const onNodeDragStart = useCallback(() => setDragging(true), []);
  const onSelectionDragStop = useCallback(
    (event: Pointer, dragged: readonly CanvasNode[]) => {
      setDragging(false);
      const wire = dragged.length === 1 ? wireFor(event, dragged[0].id) : null;
      const to = draggedTo(dragged[0]?.id ?? "");
      markWire(null);
      endDrag();
      if (wire !== null && to) run(dropIntoWire(wire, dragged[0].id, to));
    },
    [draggedTo, endDrag],
  );
  const onNodeDragStop = useCallback(
    (event: Pointer, _: CanvasNode, dragged: readonly CanvasNode[]) => onSelectionDragStop(event, dragged),
    [onSelectionDragStop],
  );
  const onNodeContextMenu = useCallback(
    (event: MouseEvent, { id }: CanvasNode) => openMenu(event, id),
    [openMenu],
  );
  const onNodeMouseEnter = useCallback(
    ({ buttons }: MouseEvent, { id }: CanvasNode) => buttons === 0 && hover(id),
    [hover],
  );
  const onNodeMouseLeave = useCallback(() => hover(null), [hover]);

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
      {...wireHandlers}
      onNodeDragStart={onNodeDragStart}
      onNodeDrag={onNodeDrag}
      onNodeDragStop={onNodeDragStop}
      onSelectionDragStop={onSelectionDragStop}
      onNodeClick={onNodeClick}
      onNodeDoubleClick={onNodeDoubleClick}
      onNodeContextMenu={onNodeContextMenu}
      onNodeMouseEnter={onNodeMouseEnter}
      onNodeMouseLeave={onNodeMouseLeave}
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
      multiSelectionKeyCode={multiSelectionKeys}
      connectionRadius={24}
      snapToGrid
      snapGrid={snapGrid}
      minZoom={zoomRange.min}
      maxZoom={zoomRange.max}
      panOnScroll
      panOnScrollSpeed={1}
      panOnDrag={mouseButtons}
      nodesDraggable={!space}
      nodesConnectable={!space}
      elementsSelectable={!space}
      onlyRenderVisibleElements={nodes.length > manyNodes}
      zoomOnDoubleClick={false}
      elevateNodesOnSelect={false}
      proOptions={proOptions}
    >
      <Furniture empty={empty} dragging={dragging} hovered={hovered} hover={hover} />
      {menu}
    </ReactFlow>
  );
}

type Pointer = globalThis.MouseEvent | TouchEvent | MouseEvent;

function onNodeDrag(event: Pointer, _: CanvasNode, dragged: readonly CanvasNode[]): void {
  markWire(dragged.length === 1 ? wireFor(event, dragged[0].id) : null);
}

/** A drag of one of several moves them all; a click leaves it alone selected. */
function onNodeClick({ ctrlKey, metaKey, shiftKey }: MouseEvent, { id }: CanvasNode): void {
  const { selectedNodes, selectedEdges, select } = useDocument.getState();
  if (selectedNodes.length + selectedEdges.length > 1 && !ctrlKey && !metaKey && !shiftKey) select([id]);
}

function onNodeDoubleClick(_: MouseEvent, { id }: CanvasNode): void {
  enterBlock(id);
}

function onEdgesChange(changes: readonly EdgeChange<CanvasEdge>[]): void {
  selectBy(changes, "selectedEdges");
}

/** The wire that a node without wires would be put into where it is dropped. */
function wireFor(event: Pointer, id: string): string | null {
  if (!("clientX" in event)) return null;
  const { graph } = useDocument.getState();
  const node = nodeById(graph, id);
  const { inputs, outputs } = wiredPorts(graph, id);
  return node && inputs.size + outputs.size === 0 && canLieInWire(node.type) ? wireUnder(event) : null;
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
