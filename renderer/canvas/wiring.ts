/** What becomes of a wire that was drawn or pulled: where it was dropped decides. */
import type { Connection, OnConnectEnd, OnConnectStart, ReactFlowProps } from "@xyflow/react";
import { create } from "zustand";
import type { PortRef } from "../../engine";
import { connect, disconnect, reconnect } from "../document/commands";
import { layerOf } from "../document/layers";
import { run, useDocument } from "../document/store";
import type { CanvasEdge } from "./canvas-edges";
import { firstFreeInput, shownOutputs } from "./ports";
import { openQuickAdd } from "./quick-add-state";
import type { CanvasNode } from "./view";
import { beginWire, endWire, type WireEnd } from "./wire-verdicts";

type Pointer = MouseEvent | TouchEvent;

const onConnectStart: OnConnectStart = (_, { nodeId, handleId, handleType }) => {
  if (nodeId && handleId)
    beginWire({ node: nodeId, port: handleId }, handleType === "source" ? "output" : "input");
};

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

/** A new wire that ends on a node's body takes a port of it; one that ends on the canvas asks what to add there. */
const dropNewWire: OnConnectEnd = (event, { fromHandle, toHandle }) => {
  endWire();
  if (toHandle || !fromHandle?.id) return;
  const from = { node: fromHandle.nodeId, port: fromHandle.id };
  const side: WireEnd = fromHandle.type === "source" ? "output" : "input";
  const node = nodeUnder(event);
  if (node === from.node) return;
  if (node === null) return openQuickAdd(pointOf(event), { from, side });
  const to = side === "output" ? freeInputOf(node) : firstOutputOf(node);
  if (to) run(side === "output" ? connect(from, to) : connect(to, from));
};

/** A wire whose end is pulled off a port goes to where it is dropped: a node's first free input, or away. */
function dropOldWire(event: Pointer, { id, source, sourceHandle, target }: CanvasEdge): void {
  endWire();
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

/** React Flow ends a wire that is moved as it ends a new one, too. */
let reconnecting = false;

/** What React Flow tells about wires. */
export const wireHandlers = {
  onConnectStart,
  onConnect,
  onConnectEnd(...end) {
    if (!reconnecting) dropNewWire(...end);
  },
  onReconnectStart() {
    reconnecting = true;
  },
  onReconnect,
  onReconnectEnd(event, edge, _, { toHandle }) {
    reconnecting = false;
    if (!toHandle) dropOldWire(event, edge);
  },
  isValidConnection,
} satisfies Partial<ReactFlowProps<CanvasNode, CanvasEdge>>;

/** A wire under the pointer, whatever else lies there. */
export function wireUnder({ clientX, clientY }: { readonly clientX: number; readonly clientY: number }) {
  const hit = document
    .elementsFromPoint(clientX, clientY)
    .find((element) => element.classList.contains("wire-hit"));
  return hit?.getAttribute("data-wire") ?? null;
}

/** Whether a node of this type has both an input and an output. */
export function canLieInWire(type: string): boolean {
  const layer = layerOf(type);
  return layer !== undefined && Object.keys(layer.inputs).length > 0 && Object.keys(layer.outputs).length > 0;
}

/** The wire that a node would be put into if it were dropped now. */
export const useTargetWire = create<{ readonly id: string | null }>(() => ({ id: null }));

export function markWire(id: string | null): void {
  if (useTargetWire.getState().id !== id) useTargetWire.setState({ id });
}

export function pointOf(event: Pointer): { readonly x: number; readonly y: number } {
  const { clientX, clientY } = "changedTouches" in event ? event.changedTouches[0] : event;
  return { x: clientX, y: clientY };
}

/** The node under the pointer; null over the canvas and over frames, which take no wires. */
export function nodeUnder(event: Pointer): string | null {
  const { x, y } = pointOf(event);
  const element = document.elementFromPoint(x, y)?.closest(".react-flow__node:not(.react-flow__node-frame)");
  return element?.getAttribute("data-id") ?? null;
}

/** The input that a wire dropped on the node takes; null when none is free. */
function freeInputOf(id: string): PortRef | null {
  const { nodes, edges } = useDocument.getState().graph;
  const layer = layerOf(nodes.find((node) => node.id === id)?.type ?? "");
  const wired = new Set(edges.filter(({ to }) => to.node === id).map(({ to }) => to.port));
  const port = layer && firstFreeInput(layer, wired);
  return port === undefined ? null : { node: id, port };
}

function firstOutputOf(id: string): PortRef | null {
  const layer = layerOf(useDocument.getState().graph.nodes.find((node) => node.id === id)?.type ?? "");
  const port = layer && shownOutputs(layer, new Set(), undefined)[0];
  return port === undefined ? null : { node: id, port };
}
