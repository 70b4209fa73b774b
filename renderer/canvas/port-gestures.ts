/** At a port: Alt and a click take its wires away, Ctrl or Command and a drag move them to another port. */
import type { MouseEvent as ReactMouseEvent } from "react";
import { create } from "zustand";
import type { PortRef } from "../../engine";
import { disconnect, moveWires } from "../document/commands";
import { run, useDocument } from "../document/store";
import { canvasControl } from "./control";
import { beginWire, endWire, type WireEnd } from "./wire-verdicts";

interface MovedWires {
  /** Wires that are held, by the end that is moved; empty when none are. */
  readonly ids: ReadonlySet<string>;
  readonly side: WireEnd;
  /** Where the pointer is. Canvas units. */
  readonly at: { readonly x: number; readonly y: number };
}

const none: MovedWires = { ids: new Set(), side: "output", at: { x: 0, y: 0 } };

export const useMovedWires = create<MovedWires>(() => none);

/** True when the gesture was one of these, so that no new wire begins. */
export function portGesture(event: ReactMouseEvent, port: PortRef, side: WireEnd): boolean {
  if (event.button !== 0 || !(event.altKey || event.ctrlKey || event.metaKey)) return false;
  const end = side === "output" ? "from" : "to";
  const wires = useDocument
    .getState()
    .graph.edges.filter((edge) => edge[end].node === port.node && edge[end].port === port.port);
  event.preventDefault();
  event.stopPropagation();
  if (wires.length === 0) return true;
  const ids = wires.map(({ id }) => id);
  if (event.altKey) run(disconnect(ids));
  else hold(ids, side, wires[0][side === "output" ? "to" : "from"]);
  return true;
}

/** Follows the pointer until it is let go. */
function hold(ids: readonly string[], side: WireEnd, far: PortRef): void {
  const move = ({ clientX, clientY }: MouseEvent) => {
    const at = canvasControl()?.toCanvas({ x: clientX, y: clientY });
    if (at) useMovedWires.setState({ ids: new Set(ids), side, at });
  };
  const drop = (event: MouseEvent) => {
    window.removeEventListener("mousemove", move);
    window.removeEventListener("mouseup", drop);
    useMovedWires.setState(none);
    endWire();
    const port = portUnder(event, side);
    if (port) run(moveWires(ids, side, port));
  };
  // Ports that could take them light up: those of the far end's other side.
  beginWire(far, side === "output" ? "input" : "output");
  window.addEventListener("mousemove", move);
  window.addEventListener("mouseup", drop);
}

function portUnder({ clientX, clientY }: MouseEvent, side: WireEnd): PortRef | null {
  const handle = document
    .elementsFromPoint(clientX, clientY)
    .find((element) => element.matches(`.react-flow__handle.${side === "output" ? "source" : "target"}`));
  const node = handle?.getAttribute("data-nodeid");
  const port = handle?.getAttribute("data-handleid");
  return node && port ? { node, port } : null;
}
