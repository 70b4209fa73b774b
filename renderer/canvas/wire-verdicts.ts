/** While a wire is being drawn: which ports could take it, judged by the checker's rules. */
import { useCallback } from "react";
import { create } from "zustand";
import { judgeWires, type PortRef } from "../../engine";
import { checkedNow } from "../document/checked";
import { useDataTensors } from "../document/data-tensors";
import { useDocument } from "../document/store";

export type WireEnd = "output" | "input";

interface WireDrag {
  /** Null while no wire is being drawn. */
  readonly drag: {
    readonly from: PortRef;
    readonly side: WireEnd;
    readonly verdicts: ReadonlyMap<string, boolean>;
  } | null;
}

export const useWireDrag = create<WireDrag>(() => ({ drag: null }));

export function beginWire(from: PortRef, side: WireEnd): void {
  const { project, graph } = useDocument.getState();
  const level = {
    drawing: project.graph,
    graph,
    checked: checkedNow(),
    batchSize: project.training.batch_size,
    data: useDataTensors.getState().tensors,
  };
  useWireDrag.setState({ drag: { from, side, verdicts: judgeWires(level, from, side) } });
}

export function endWire(): void {
  useWireDrag.setState({ drag: null });
}

/** The class of a port: nothing while no wire is drawn, else `fits` or `unfit`. */
export function useVerdicts(): (port: PortRef, side: "in" | "out") => string {
  const drag = useWireDrag((state) => state.drag);
  return useCallback(
    ({ node, port }, side) => {
      if (!drag || (drag.from.node === node && drag.from.port === port)) return "";
      if ((drag.side === "output") !== (side === "in")) return "unfit";
      return drag.verdicts.get(`${node} ${port}`) ? "fits" : "unfit";
    },
    [drag],
  );
}
