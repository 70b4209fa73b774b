/** Tidies the level that is shown, in one step; worked out in a worker, so that the window goes on. */
import type { Graph, GraphNode } from "../../engine";
import { tidyNodes } from "../document/commands";
import { run, useDocument } from "../document/store";
import { canvasControl } from "./control";
import type { TidyTask } from "./tidy-positions";

export interface TidyRequest extends TidyTask {
  readonly request: number;
}

export interface TidyResult {
  readonly request: number;
  readonly positions: ReadonlyMap<string, GraphNode["position"]>;
}

/** A node that is not shown, and so has no size. */
const usualSize = { width: 164, height: 110 };

let worker: Worker | null = null;
let lastRequest = 0;

export function tidyLayout(direction: NonNullable<Graph["direction"]>): void {
  const { graph, path } = useDocument.getState();
  const request = ++lastRequest;
  const task: TidyRequest = {
    request,
    direction,
    nodes: graph.nodes.map(({ id }) => {
      const { width, height } = canvasControl()?.boxes([id])[0] ?? usualSize;
      // Ports are near the upper edge: nodes of one height lie in a row with level wires.
      return { id, width, height: direction === "right" ? Math.max(height, usualSize.height) : height };
    }),
    edges: graph.edges.map(({ from, to }) => ({ from: from.node, to: to.node })),
  };
  worker ??= new Worker(new URL("./tidy.worker.ts", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }: MessageEvent<TidyResult>) => {
    // Asked again since, or gone elsewhere.
    if (data.request !== lastRequest || useDocument.getState().path !== path) return;
    run(tidyNodes(data.positions, direction));
    canvasControl()?.fit();
  };
  worker.postMessage(task);
}
