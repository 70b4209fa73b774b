/** Where the time of a training step goes, as last measured, and whether the canvas shows it. */
import { create } from "zustand";
import type { Graph, Profile } from "../../engine";
import type { RunError } from "../../engine/training/protocol";
import { sameNetwork } from "../document/same-network";
import { useDocument } from "../document/store";
import { trainingClient } from "../training/connection";
import { ensureData } from "../training/data";

interface ProfileResult {
  readonly profile: Profile | null;
  /** What was profiled: with another graph or other batches the profile is of the past. */
  readonly of: { readonly graph: Graph; readonly batchSize: number; readonly accumulation: number } | null;
  readonly pending: boolean;
  readonly error: RunError | null;
  /** Nodes are tinted by their share of the time. */
  readonly heat: boolean;
}

export const useProfile = create<ProfileResult>(() => ({
  profile: null,
  of: null,
  pending: false,
  error: null,
  heat: false,
}));

/** Runs whose medians are taken. */
const steps = 10;

export async function profileStep(): Promise<void> {
  if (useProfile.getState().pending) return;
  useProfile.setState({ pending: true, error: null });
  // Without data the worker says that there are none.
  await ensureData();
  const { project } = useDocument.getState();
  const { profile, error } = await trainingClient().profile(project, steps);
  if (!profile) return useProfile.setState({ pending: false, error });
  const { batch_size: batchSize, accumulation_steps: accumulation } = project.training;
  const of = { graph: project.graph, batchSize, accumulation };
  useProfile.setState({ pending: false, error, profile, of });
}

export function toggleHeat(): void {
  useProfile.setState(({ heat }) => ({ heat: !heat }));
}

/** The profile of the network as it is. */
export function useCurrentProfile(): Profile | null {
  const profile = useProfile((state) => state.profile);
  const of = useProfile((state) => state.of);
  const isOfNow = useDocument(
    ({ project: { graph, training } }) =>
      of !== null &&
      of.batchSize === training.batch_size &&
      of.accumulation === training.accumulation_steps &&
      sameNetwork(of.graph, graph),
  );
  return isOfNow ? profile : null;
}
