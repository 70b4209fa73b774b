/** The plan of one training step for the document as it stands, asked of the worker a moment after each change. */
import { create } from "zustand";
import type { Plan, Text } from "../../engine";
import type { RunError } from "../../engine/training/protocol";
import { checkedNow, useChecked } from "../document/checked";
import { useDataTensors } from "../document/data-tensors";
import { sameNetwork } from "../document/same-network";
import { useDocument } from "../document/store";
import { training as texts } from "../ui/texts/training";
import { trainingClient } from "./connection";
import { ensureData } from "./data";
import { useTuning } from "./tuning";

interface PlanState {
  /** The last one that could be made; it stays while the next is on its way. */
  readonly plan: Plan | null;
  /** What runs instead, where one dispatch for whole steps is faster. */
  readonly wholeStep: Plan | null;
  readonly error: RunError | null;
  readonly pending: boolean;
}

export const usePlan = create<PlanState>(() => ({
  plan: null,
  wholeStep: null,
  error: null,
  pending: false,
}));

/** Why there is no plan to show; null when there is one. */
export function useNoPlan(): Text | null {
  const { plan, error } = usePlan();
  const mistakes = useChecked().diagnostics.filter(({ severity }) => severity === "error");
  const rows = useDataTensors((state) => state.trainRows);
  if (plan) return null;
  if (mistakes.length === 1 && mistakes[0].code === "no-loss") return texts.loweredNoLoss;
  if (rows === null) return texts.loweredNoData;
  if (mistakes.length > 0) return texts.loweredErrors;
  return error ? error.message : texts.planning;
}

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
      return usePlan.setState({ plan: null, wholeStep: null, error: null, pending: false });
    if (!(await ensureData()) || mine !== latest) return;
    const { plan, wholeStep, error } = await trainingClient().getPlan(useDocument.getState().project);
    if (mine === latest) usePlan.setState({ plan, wholeStep, error, pending: false });
  }
  function later() {
    clearTimeout(timer);
    usePlan.setState({ pending: true });
    timer = setTimeout(() => void ask(), settleMilliseconds);
  }
  later();
  const stops = [
    useDocument.subscribe(({ project }, { project: before }) => {
      const { batch_size, accumulation_steps, optimizer, clip, whole_step } = project.training;
      const sameShape =
        batch_size === before.training.batch_size &&
        accumulation_steps === before.training.accumulation_steps &&
        optimizer.type === before.training.optimizer.type &&
        clip === before.training.clip &&
        whole_step === before.training.whole_step;
      if (!sameNetwork(project.graph, before.graph) || !sameShape) later();
    }),
    useDataTensors.subscribe(later),
    useTuning.subscribe(({ tuning }, before) => {
      if (tuning !== before.tuning) later();
    }),
  ];
  return () => {
    clearTimeout(timer);
    latest++;
    for (const stop of stops) stop();
  };
}
