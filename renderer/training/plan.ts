/** The plan of one training step for the document as it stands, asked of the worker a moment after each change. */
import { create } from "zustand";
import type { Plan } from "../../engine";
import type { RunError } from "../../engine/training/protocol";
import { checkedNow } from "../document/checked";
import { useDataTensors } from "../document/data-tensors";
import { useDocument } from "../document/store";
import { trainingClient } from "./connection";
import { ensureData } from "./data";

interface PlanState {
  /** The last one that could be made; it stays while the next is on its way. */
  readonly plan: Plan | null;
  readonly error: RunError | null;
  readonly pending: boolean;
}

export const usePlan = create<PlanState>(() => ({ plan: null, error: null, pending: false }));

const settleMilliseconds = 400;

/** @returns the function that stops watching */
export function watchPlan(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let latest = 0;
  async function ask() {
    const mine = ++latest;
    const checked = checkedNow();
    const sound = checked.loss !== null && checked.diagnostics.every(({ severity }) => severity !== "error");
    if (!sound || useDataTensors.getState().trainRows === null)
      return usePlan.setState({ plan: null, error: null, pending: false });
    if (!(await ensureData()) || mine !== latest) return;
    const { plan, error } = await trainingClient().getPlan(useDocument.getState().project);
    if (mine === latest) usePlan.setState({ plan, error, pending: false });
  }
  function later() {
    clearTimeout(timer);
    usePlan.setState({ pending: true });
    timer = setTimeout(() => void ask(), settleMilliseconds);
  }
  later();
  const stops = [
    useDocument.subscribe(({ project }, { project: before }) => {
      const { batch_size, optimizer } = project.training;
      const sameShape =
        batch_size === before.training.batch_size && optimizer.type === before.training.optimizer.type;
      if (project.graph !== before.graph || !sameShape) later();
    }),
    useDataTensors.subscribe(later),
  ];
  return () => {
    clearTimeout(timer);
    latest++;
    for (const stop of stops) stop();
  };
}
