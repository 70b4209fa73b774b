/** What verifying nodes found, until they change. */
import { create } from "zustand";
import type { CheckedNode } from "../../engine";
import type { RunError } from "../../engine/training/protocol";
import { checkedNow } from "../document/checked";
import { layersOf } from "../document/drawn";
import { useDocument } from "../document/store";
import { useLayout } from "../layout";
import type { VerifyAnswer } from "../training/client";
import { trainingClient } from "../training/connection";
import { ensureData } from "../training/data";
import { useInspectorTab } from "./inspector-tab";

export type Verdict = NonNullable<VerifyAnswer["verdicts"]>[number];

interface Verified {
  /** As it was: another object once the node has changed. */
  readonly checked: CheckedNode;
  readonly verdict: Verdict;
}

interface VerifyResults {
  /** By flat id. */
  readonly verified: Readonly<Record<string, Verified>>;
  /** Drawn nodes that are being verified. */
  readonly pending: readonly string[];
  /** Why the last ones could not be. */
  readonly failure: { readonly nodes: readonly string[]; readonly error: RunError } | null;
}

export const useVerifyResults = create<VerifyResults>(() => ({ verified: {}, pending: [], failure: null }));

export function canVerify(): boolean {
  return useVerifyResults.getState().pending.length === 0 && layersOf(selected()).length > 0;
}

/** Each time with other random numbers. */
let seed = 0;

/** Verifies what is selected, where it is seen: in the inspector. */
export async function verifySelection(): Promise<void> {
  const nodes = selected();
  const flat = layersOf(nodes);
  const checked = checkedNow();
  const { inspectorFolded, toggleInspector } = useLayout.getState();
  if (inspectorFolded) toggleInspector();
  useInspectorTab.getState().show("parameters");
  useVerifyResults.setState({ pending: nodes, failure: null });
  // An Input has the shapes of the data; a network that needs none can be verified without.
  await ensureData();
  const { verdicts, error } = await trainingClient().verify(useDocument.getState().project, flat, seed++);
  const found = (verdicts ?? []).map((verdict): [string, Verified] => [
    verdict.node,
    { checked: checked.nodes[verdict.node], verdict },
  ]);
  useVerifyResults.setState(({ verified }) => ({
    pending: [],
    verified: { ...verified, ...Object.fromEntries(found) },
    failure: error && { nodes, error },
  }));
}

function selected(): readonly string[] {
  return useDocument.getState().selectedNodes;
}
