/** The document's nodes and frames as React Flow's. Sizes and an unfinished drag live here, outside the document. */
import type { Node, NodeChange, XYPosition } from "@xyflow/react";
import { useCallback, useMemo, useState } from "react";
import type { Frame, GraphNode } from "../../engine";
import { moveNodes } from "../document/commands";
import { titleOf } from "../document/layers";
import { run, useDocument } from "../document/store";
import type { Translate } from "../ui/text";
import { drawing } from "../ui/texts/drawing";
import { editor } from "../ui/texts/editor";
import { align, around, type Box, type Guide, holds } from "./align";

/** A node reads the document by its id; an object that never changes lets React Flow leave it alone. */
const noData = {};

export type CanvasNode = Node<Readonly<Record<string, never>>, "layer" | "reroute" | "frame">;

export interface CanvasNodes {
  readonly nodes: CanvasNode[];
  /** Lines that show with what the dragged nodes are aligned. */
  readonly guides: readonly Guide[];
  onLayoutChange(changes: readonly NodeChange<CanvasNode>[], zoom: number): void;
  /** The drag becomes one step of the document. */
  endDrag(): void;
  /** Where the drag has brought a node so far. */
  draggedTo(id: string): XYPosition | undefined;
}

type Size = { readonly width: number; readonly height: number };
type Positions = Readonly<Record<string, XYPosition>>;

/** Screen pixels. */
const snapReach = 6;
/** A node that has not been measured yet. */
const usualSize: Size = { width: 164, height: 90 };

export function useCanvasNodes(t: Translate): CanvasNodes {
  const graph = useDocument((state) => state.graph);
  const selected = useDocument((state) => state.selectedNodes);
  const [sizes, setSizes] = useState<Readonly<Record<string, Size>>>({});
  const [dragged, setDragged] = useState<Positions>({});
  /** Frames whose edge is being pulled. */
  const [resized, setResized] = useState<Readonly<Record<string, Size>>>({});
  const [guides, setGuides] = useState<readonly Guide[]>([]);

  const nodes = useMemo(() => {
    const chosen = new Set(selected);
    const lookOf = (drawn: GraphNode | Frame, label: string): Look => ({
      drawn,
      label,
      size: "colour" in drawn ? (resized[drawn.id] ?? drawn.size) : sizes[drawn.id],
      position: dragged[drawn.id] ?? drawn.position,
      selected: chosen.has(drawn.id),
    });
    return kept.nodesOf([
      ...(graph.frames ?? []).map((frame) => lookOf(frame, t(drawing.frame, { title: frame.title }))),
      ...graph.nodes.map((node) =>
        lookOf(node, t(editor.nodeLabel, { type: titleOf(node.type), name: node.name })),
      ),
    ]);
  }, [graph, selected, sizes, resized, dragged, t]);

  const onLayoutChange = useCallback<CanvasNodes["onLayoutChange"]>((changes, zoom) => {
    const newSizes: Record<string, Size> = {};
    const moved: Record<string, XYPosition> = {};
    for (const change of changes) {
      if (change.type === "dimensions" && change.resizing === false) {
        setResized({});
        setDragged({});
      } else if (change.type === "dimensions" && change.resizing && change.dimensions) {
        const { id, dimensions } = change;
        setResized((before) => ({ ...before, [id]: dimensions }));
      } else if (change.type === "dimensions" && change.dimensions) newSizes[change.id] = change.dimensions;
      // A frame whose left or upper edge is pulled moves too, without being dragged.
      if (change.type === "position" && change.dragging !== false && change.position)
        moved[change.id] = change.position;
    }
    if (Object.keys(newSizes).length > 0) {
      kept.sizes = { ...kept.sizes, ...newSizes };
      setSizes(kept.sizes);
    }
    if (Object.keys(moved).length === 0) return;
    const isDrag = changes.some((change) => change.type === "position" && change.dragging);
    const all = isDrag ? withCarried(moved, kept.sizes) : moved;
    const snapped = isDrag ? snap(all, kept.sizes, snapReach / zoom) : { positions: all, guides: [] };
    kept.drag(snapped.positions);
    setDragged(snapped.positions);
    setGuides(snapped.guides);
  }, []);

  const endDrag = useCallback(() => {
    run(moveNodes(new Map(Object.entries(kept.dragged))));
    kept.drag({});
    setDragged({});
    setGuides([]);
  }, []);

  const draggedTo = useCallback((id: string) => kept.dragged[id], []);
  return { nodes, guides, onLayoutChange, endDrag, draggedTo };
}

/** What is read and written between two renders: the drag of this moment, sizes, and the nodes that were made last. */
class Kept {
  dragged: Positions = {};
  sizes: Readonly<Record<string, Size>> = {};
  #made: ReadonlyMap<string, Made> = new Map();

  measure(sizes: Readonly<Record<string, Size>>): Readonly<Record<string, Size>> {
    this.sizes = { ...this.sizes, ...sizes };
    return this.sizes;
  }

  drag(positions: Positions): void {
    this.dragged = positions;
  }

  /** React Flow leaves a node alone that is the same object: while one is dragged, the others are. */
  nodesOf(looks: readonly Look[]): CanvasNode[] {
    const before = this.#made;
    const made = looks.map((look): Made => {
      const known = before.get(look.drawn.id);
      return known && sameLook(known.look, look) ? known : { look, node: nodeOf(look) };
    });
    this.#made = new Map(made.map((each) => [each.look.drawn.id, each]));
    return made.map(({ node }) => node);
  }
}

/** There is one canvas. */
const kept = new Kept();

interface Look {
  readonly drawn: GraphNode | Frame;
  readonly label: string;
  readonly size: Size | undefined;
  readonly position: XYPosition;
  readonly selected: boolean;
}

interface Made {
  readonly look: Look;
  readonly node: CanvasNode;
}

function sameLook(a: Look, b: Look): boolean {
  return (
    a.drawn === b.drawn &&
    a.label === b.label &&
    a.size === b.size &&
    a.position === b.position &&
    a.selected === b.selected
  );
}

function nodeOf({ drawn, label, size, position, selected }: Look): CanvasNode {
  const node = { id: drawn.id, position, data: noData, measured: size, selected, ariaLabel: label };
  if (!("colour" in drawn)) return { ...node, type: drawn.type === "Reroute" ? "reroute" : "layer" };
  return { ...node, ...size, type: "frame", zIndex: -1 };
}

/** What lies in a frame goes where the frame goes. */
function withCarried(moved: Positions, sizes: Readonly<Record<string, Size>>): Positions {
  const { nodes, frames = [] } = useDocument.getState().graph;
  const all: Record<string, XYPosition> = { ...moved };
  for (const frame of frames) {
    const to = moved[frame.id];
    if (!to) continue;
    const outer = { ...frame.position, ...frame.size };
    for (const thing of [...nodes, ...frames]) {
      const size = "size" in thing ? thing.size : (sizes[thing.id] ?? usualSize);
      if (thing === frame || all[thing.id] || !holds(outer, { ...thing.position, ...size })) continue;
      all[thing.id] = {
        x: thing.position.x + to.x - frame.position.x,
        y: thing.position.y + to.y - frame.position.y,
      };
    }
  }
  return all;
}

function snap(
  moved: Positions,
  sizes: Readonly<Record<string, Size>>,
  reach: number,
): { readonly positions: Positions; readonly guides: readonly Guide[] } {
  const { nodes, frames = [] } = useDocument.getState().graph;
  const moving: Box[] = [];
  const still: Box[] = [];
  for (const thing of [...nodes, ...frames]) {
    const size = "size" in thing ? thing.size : (sizes[thing.id] ?? usualSize);
    const to = moved[thing.id];
    if (to) moving.push({ ...to, ...size });
    else still.push({ ...thing.position, ...size });
  }
  const box = around(moving);
  if (!box) return { positions: moved, guides: [] };
  const { shift, guides } = align(box, still, reach);
  const positions = Object.fromEntries(
    Object.entries(moved).map(([id, { x, y }]) => [
      id,
      { x: Math.round(x + shift.x), y: Math.round(y + shift.y) },
    ]),
  );
  return { positions, guides };
}
