/** The training run of the open document: what the worker tells of it, and what a person can do with it. */
import { create } from "zustand";
import { type Graph, type Moves, movedId, moveWeights, type Project } from "../../engine";
import type { HyperName, RunError } from "../../engine/training/protocol";
import { checkedNow } from "../document/checked";
import { setTraining } from "../document/commands";
import { movesBetween } from "../document/history";
import { run as runCommand, useDocument } from "../document/store";
import { useLayout } from "../layout";
import { training as texts } from "../ui/texts/training";
import { onTrainingEvent, trainingClient } from "./connection";
import { ensureData, useData } from "./data";
import { liveChanges } from "./live-changes";
import { cleared, emptyRun, isActive, type Run, reduceRun } from "./run-state";

/** Weights that the next start goes on with. */
export interface LoadedWeights {
  readonly name: string;
  readonly bytes: Uint8Array;
}

interface RunStore extends Run {
  readonly loaded: LoadedWeights | null;
  /** From the seed, or from loaded weights. */
  start(): Promise<void>;
  /** A finished run trains as many epochs again, a stopped one goes on where it was; the network as it is drawn now. */
  goOn(): Promise<void>;
  pause(): void;
  resume(): void;
  /** One step, then pause. Begins a run when there is none. */
  step(): Promise<void>;
  stop(): void;
  /** Forgets weights and curves. */
  reset(): void;
  setHyper(name: HyperName, value: number): void;
  setEpochs(epochs: number): void;
  load(weights: LoadedWeights | null): void;
  dismissError(): void;
}

export const useRun = create<RunStore>((set, get) => {
  /** `afresh`: the curves begin anew. What was trained before stays as it is until the new run can begin. */
  async function begin(weights: Uint8Array | null, paused: boolean, afresh: boolean): Promise<boolean> {
    const before = get().state;
    set({ state: "preparing", error: null });
    const error = await whyNotReady();
    if (error) {
      set({ state: before, error });
      return false;
    }
    if (afresh) set({ ...cleared(get()), state: "preparing" });
    const { project } = useDocument.getState();
    begun = project.graph;
    trainingClient().send({ kind: "start", project, weights, paused });
    // What is changed while pipelines are made would find no run yet: it is told when there is one.
    void whenPrepared().then(() => sendChanges(project.training, useDocument.getState().project.training));
    return true;
  }

  return {
    ...emptyRun,
    loaded: null,

    async start() {
      await begin(get().loaded?.bytes ?? null, false, true);
    },
    async goOn() {
      const { state, progress, setEpochs, resume } = get();
      const { graph, training } = useDocument.getState().project;
      if (state === "finished") setEpochs((progress?.epochs ?? 0) + training.epochs);
      if (state === "finished" && begun === graph) resume();
      else await begin(await trainingClient().getWeights(), false, false);
    },
    pause: () => trainingClient().send({ kind: "pause" }),
    resume: () => trainingClient().send({ kind: "resume" }),
    async step() {
      if (!isActive(get().state)) {
        if (!(await begin(get().loaded?.bytes ?? null, true, true))) return;
        await whenPrepared();
      }
      if (get().state === "paused") trainingClient().send({ kind: "step" });
    },
    stop: () => trainingClient().send({ kind: "stop" }),
    reset() {
      set({ ...cleared(get()), loaded: null });
      trainingClient().send({ kind: "reset" });
    },
    setHyper(name, value) {
      const { optimizer } = useDocument.getState().project.training;
      runCommand(setTraining({ optimizer: { ...optimizer, [name]: value } }));
    },
    setEpochs: (epochs) => runCommand(setTraining({ epochs })),
    load: (loaded) => set({ loaded }),
    dismissError: () => set({ error: null }),
  };
});

/** The drawing that the worker was told to train. */
let begun: Graph | null = null;

/** Resolves once the worker has made the run, or has given up. */
function whenPrepared(): Promise<void> {
  return new Promise((resolve) => {
    const stop = useRun.subscribe(({ state }) => {
      if (state === "preparing") return;
      stop();
      resolve();
    });
  });
}

/** Why training cannot start, after showing where that is put right; null when it can. */
async function whyNotReady(): Promise<RunError | null> {
  const { showDockTab } = useLayout.getState();
  if (!(await ensureData())) {
    showDockTab("data");
    const { error } = useData.getState();
    if (error) return { code: error.code, message: error.message, node: null };
    return { code: "no-data", message: texts.openDataFirst, node: null };
  }
  const mistakes = checkedNow().diagnostics.filter(({ severity }) => severity === "error");
  if (mistakes.length > 0) {
    showDockTab("problems");
    const [first] = mistakes;
    return { code: first.code, message: texts.mendProblemsFirst, node: first.node };
  }
  showDockTab("training");
  return null;
}

useData.subscribe(({ summary }) => {
  if (summary && useRun.getState().error?.code === "no-data") useRun.setState({ error: null });
});

onTrainingEvent((event) => useRun.setState((run) => reduceRun(run, event)));

/** What is changed in the document while it trains acts at once, whoever changed it: a slider, the inspector or undo. */
useDocument.subscribe((now, before) => {
  if (now.project === before.project) return;
  if (isOtherDocument(now)) return useRun.getState().reset();
  const moves = movesBetween(before, now);
  if (moves) moveNodes(moves);
  const { state } = useRun.getState();
  if (state === "running" || state === "paused" || state === "finished") {
    sendChanges(before.project.training, now.project.training);
  }
});

/** Nodes keep their weights, whatever block they are folded into or taken out of. */
function moveNodes(moves: Moves): void {
  trainingClient().send({ kind: "move-nodes", moves });
  const { loaded, load } = useRun.getState();
  if (loaded) load({ ...loaded, bytes: moveWeights(loaded.bytes, (id) => movedId(moves, id)) });
}

function sendChanges(before: Project["training"], now: Project["training"]) {
  for (const change of liveChanges(before, now)) trainingClient().send(change);
}

/** A document that was just opened has no history; one that was edited back to its start has steps to redo. */
function isOtherDocument({
  past,
  future,
}: {
  past: readonly unknown[];
  future: readonly unknown[];
}): boolean {
  return past.length === 0 && future.length === 0;
}
