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
import { useGuides } from "./guides";
import { keeping } from "./keeping";

/** A node reads the document by its id; an object that never changes lets React Flow leave it alone. */
const noData = {};

export type CanvasNode = Node<Readonly<Record<string, never>>, "layer" | "reroute" | "frame">;

export interface CanvasNodes {
  readonly nodes: CanvasNode[];
  onLayoutChange(changes: readonly NodeChange<CanvasNode>[], zoom: number): void;
  /** The drag becomes one step of the document. */
  endDrag(): void;
  /** Where the drag has brought a node so far. */
  draggedTo(id: string): XYPosition | undefined;
}

type Size = { readonly width: number; readonly height: number };
type Sizes = Readonly<Record<string, Size>>;
type Positions = Readonly<Record<string, XYPosition>>;

/** Screen pixels. */
const snapReach = 6;
/** A node that has not been measured yet. */
const usualSize: Size = { width: 164, height: 90 };

export function useCanvasNodes(t: Translate): CanvasNodes {
  const graph = useDocument((state) => state.graph);
  const selected = useDocument((state) => state.selectedNodes);
  const [sizes, setSizes] = useState<Sizes>(kept.sizes);
  const [dragged, setDragged] = useState<Positions>({});
  /** Frames whose edge is being pulled. */
  const [resized, setResized] = useState<Sizes>({});

  const still = useMemo(() => {
    const chosen = new Set(selected);
    const lookOf = (drawn: GraphNode | Frame): Look => ({
      drawn,
      title: "colour" in drawn ? drawn.title : titleOf(drawn.type),
      size: "colour" in drawn ? drawn.size : sizes[drawn.id],
      selected: chosen.has(drawn.id),
      t,
    });
    return nodesOf([...(graph.frames ?? []), ...graph.nodes].map(lookOf));
  }, [graph, selected, sizes, t]);
  const nodes = useMemo(() => withDrag(still, dragged, resized), [still, dragged, resized]);

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
    kept.dragged = snapped.positions;
    setDragged(snapped.positions);
    useGuides.setState({ guides: snapped.guides });
  }, []);

  const endDrag = useCallback(() => {
    run(moveNodes(new Map(Object.entries(kept.dragged))));
    kept.dragged = {};
    setDragged({});
    useGuides.setState({ guides: [] });
  }, []);

  const draggedTo = useCallback((id: string) => kept.dragged[id], []);
  return { nodes, onLayoutChange, endDrag, draggedTo };
}

/** The nodes with an unfinished drag. React Flow leaves those alone that are the same objects as before. */
function withDrag(still: CanvasNode[], dragged: Positions, resized: Sizes): CanvasNode[] {
  if (Object.keys(dragged).length + Object.keys(resized).length === 0) return still;
  return still.map((node) => {
    const position = dragged[node.id];
    const size = resized[node.id];
    return position || size
      ? { ...node, ...(position && { position }), ...(size && { ...size, measured: size }) }
      : node;
  });
}

/** What is read and written between two renders: the drag of this moment, and sizes. There is one canvas. */
const kept: { dragged: Positions; sizes: Sizes } = { dragged: {}, sizes: {} };

interface Look {
  readonly drawn: GraphNode | Frame;
  /** Of a block's node it can change without the node. */
  readonly title: string;
  readonly size: Size | undefined;
  readonly selected: boolean;
  readonly t: Translate;
}

const nodesOf = keeping(nodeOf);

function nodeOf({ drawn, title, size, selected, t }: Look): CanvasNode {
  const { id, position } = drawn;
  const node = { id, position, data: noData, measured: size, selected };
  if ("colour" in drawn) {
    const ariaLabel = t(drawing.frame, { title });
    return { ...node, ...size, ariaLabel, type: "frame", zIndex: -1 };
  }
  const ariaLabel = t(editor.nodeLabel, { type: title, name: drawn.name });
  return { ...node, ariaLabel, type: drawn.type === "Reroute" ? "reroute" : "layer" };
}

/** What lies in a frame goes where the frame goes. */
function withCarried(moved: Positions, sizes: Sizes): Positions {
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
  sizes: Sizes,
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
