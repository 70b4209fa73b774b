import { beforeEach, expect, test, vi } from "vitest";
import { defaultOptimizers, emptyProject } from "../../engine";
import type { Event, RunState } from "../../engine/training/protocol";
import { groupNodes } from "../document/block-commands";
import { addNode, setTraining } from "../document/commands";
import { run, useDocument } from "../document/store";
import type { Order } from "./client";
import { useRun } from "./run";

const worker = vi.hoisted(() => {
  const listeners: ((event: Event) => void)[] = [];
  const sent: Order[] = [];
  return {
    sent,
    listeners,
    client: { send: (order: Order) => sent.push(order), getWeights: async () => new Uint8Array([9]) },
    data: true,
  };
});
vi.mock("./connection", () => ({
  trainingClient: () => worker.client,
  onTrainingEvent: (listener: (event: Event) => void) => worker.listeners.push(listener),
}));
vi.mock("./data", () => ({
  ensureData: async () => worker.data,
  useData: { getState: () => ({ error: null }), subscribe: () => {} },
}));
vi.mock("../layout", () => ({ useLayout: { getState: () => ({ showDockTab: () => {} }) } }));
vi.mock("../document/checked", () => ({ checkedNow: () => ({ diagnostics: [] }) }));

const emit = (event: Event) => worker.listeners.forEach((listener) => listener(event));
const become = (state: RunState) => emit({ kind: "state", state });
const kinds = () => worker.sent.map(({ kind }) => kind);

beforeEach(() => {
  worker.data = true;
  useDocument.getState().open(
    {
      ...emptyProject("test"),
      training: { ...emptyProject("").training, optimizer: defaultOptimizers.SGD },
    },
    null,
  );
  worker.sent.length = 0;
});

test("without data nothing starts, and what was trained stays", async () => {
  become("running");
  emit({ kind: "points", points: [{ step: 1, epoch: 0, loss: 1, accuracy: null }] });
  become("finished");
  worker.data = false;
  await useRun.getState().start();
  expect(useRun.getState()).toMatchObject({
    state: "finished",
    error: { code: "no-data" },
    training: { length: 1 },
  });
  expect(worker.sent).toEqual([]);
});

test("a learning rate that is changed while kernels are compiled is told to the run when there is one", async () => {
  await useRun.getState().start();
  useRun.getState().setHyper("lr", 0.02);
  expect(kinds()).toEqual(["start"]);
  become("running");
  await vi.waitFor(() => expect(worker.sent.at(-1)).toEqual({ kind: "set-hyper", name: "lr", value: 0.02 }));
  expect(useDocument.getState().project.training.optimizer.lr).toBe(0.02);
});

test("undo acts on the run like the slider", async () => {
  become("running");
  useRun.getState().setHyper("momentum", 0.5);
  useDocument.getState().undo();
  expect(worker.sent).toEqual([
    { kind: "set-hyper", name: "momentum", value: 0.5 },
    { kind: "set-hyper", name: "momentum", value: 0.9 },
  ]);
});

test("a single step begins a paused run first", async () => {
  const step = useRun.getState().step();
  await vi.waitFor(() => expect(worker.sent).toMatchObject([{ kind: "start", paused: true }]));
  become("paused");
  await step;
  expect(kinds()).toEqual(["start", "step"]);
});

/** A run of ten epochs from its start to its end. */
async function trained(): Promise<void> {
  run(setTraining({ epochs: 10 }));
  await useRun.getState().start();
  become("running");
  const progress = { step: 40, steps: 40, epoch: 10, epochs: 10 };
  const speed = { stepsPerSecond: 1, samplesPerSecond: 1, secondsLeft: 0 };
  emit({ kind: "progress", progress: { ...progress, ...speed } });
  become("finished");
  worker.sent.length = 0;
}

test("a finished run goes on with more epochs, a stopped one with its weights", async () => {
  await trained();
  await useRun.getState().goOn();
  expect(worker.sent).toEqual([{ kind: "set-epochs", epochs: 20 }, { kind: "resume" }]);
  become("stopped");
  await useRun.getState().goOn();
  expect(worker.sent.at(-1)).toMatchObject({ kind: "start", weights: new Uint8Array([9]) });
});

test("a finished run of a network that was changed since goes on as what is drawn, with its weights", async () => {
  await trained();
  run(addNode("Linear", { x: 0, y: 0 }));
  await useRun.getState().goOn();
  expect(worker.sent).toMatchObject([
    { kind: "set-epochs", epochs: 20 },
    { kind: "start", weights: new Uint8Array([9]), project: { graph: { nodes: [{ type: "Linear" }] } } },
  ]);
});

test("the worker hears which nodes a block has taken in, and that undo has brought them back", () => {
  const [id] = run(addNode("Linear", { x: 0, y: 0 }));
  const before = useDocument.getState().project.graph;
  const [block] = run(groupNodes([id], "Block"));
  const moves = [{ from: id, to: `${block}/${id}` }];
  expect(worker.sent).toEqual([{ kind: "move-nodes", moves: { drawing: before, path: [], moves } }]);
  useDocument.getState().undo();
  expect(worker.sent.at(-1)).toMatchObject({ moves: { moves: [{ from: `${block}/${id}`, to: id }] } });
  useDocument.getState().redo();
  expect(worker.sent.at(-1)).toMatchObject({ moves: { moves } });
  expect(worker.sent).toHaveLength(3);
});

test("another document ends the run of the last one", () => {
  become("running");
  useDocument.getState().open(emptyProject("next"), null);
  expect(kinds()).toEqual(["reset"]);
  expect(useRun.getState().state).toBe("idle");
});
