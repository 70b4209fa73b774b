/** Kernels measured on this machine: asked for by a person, kept between starts, and told to every worker. */
import { create } from "zustand";
import type { RunError, Tuning } from "../../engine/training/protocol";
import { useDocument } from "../document/store";
import { writeStored } from "../ui/stored";
import { keptKernels, trainingClient } from "./connection";
import { ensureData } from "./data";

interface TuningState {
  /** What the last measurement found since the start of the app. */
  readonly tuning: Tuning | null;
  readonly pending: boolean;
  readonly error: RunError | null;
}

export const useTuning = create<TuningState>(() => ({ tuning: null, pending: false, error: null }));

export async function tuneKernels(): Promise<void> {
  if (useTuning.getState().pending) return;
  useTuning.setState({ pending: true, error: null });
  // Without data the worker says that there are none.
  await ensureData();
  const { project } = useDocument.getState();
  const { tuning, error } = await trainingClient().tune(project);
  if (tuning) writeStored(keptKernels, tuning.kernels);
  useTuning.setState({ tuning, error, pending: false });
}
