import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { nodeGpu } from "../cli/gpu";
import type { PreparedData } from "../data/dataset";
import { openData } from "../data/open";
import { prepare } from "../data/prepare";
import { movedId } from "../graph/moves";
import { parseProject } from "../graph/parse";
import { defaultOptimizers, type Project } from "../graph/project";
import { type OpenDevice, openDevice } from "../runtime/device";
import type { Point } from "./protocol";
import { Run, type RunEvent } from "./run";
import { Session } from "./session";

let device: OpenDevice;
let iris: { project: Project; data: PreparedData };

beforeAll(async () => {
  const opened = await openDevice(await nodeGpu());
  if (!opened.ok) throw new Error(opened.error.message.en);
  device = opened.value;
  iris = await example("iris", "iris.csv");
});
afterAll(() => device?.device.destroy());

async function example(name: string, ...files: string[]): Promise<typeof iris> {
  const parsed = parseProject(await readFile(`assets/examples/${name}.loom.json`, "utf8"));
  if (!parsed.ok) throw new Error(parsed.error.message.en);
  const inputs = await Promise.all(
    files.map(async (path) => ({ path, bytes: new Uint8Array(await readFile(`assets/datasets/${path}`)) })),
  );
  const opened = await openData(inputs, parsed.project.data, async () =>
    Promise.reject(new Error("no images here")),
  );
  if (!opened.ok) throw new Error(opened.error.message.en);
  const data = prepare(opened.value.dataset, opened.value.settings);
  if (!data.ok) throw new Error(data.error.message.en);
  return { project: parsed.project, data: data.value };
}

async function begin(
  project: Project,
  weights: Uint8Array | null = null,
  data = iris.data,
): Promise<Session> {
  const made = await Session.create(device, project, data, weights);
  if (!made.ok) throw new Error(made.error.message.en);
  return made.value;
}

/** The losses of the next `count` steps. */
async function losses(session: Session, count: number): Promise<number[]> {
  const until = session.step + count;
  const points: Point[] = [];
  while (session.step < until) {
    await session.submit(until - session.step);
    points.push(...(await session.readPoints()));
  }
  return points.map(({ loss }) => loss);
}

function withTraining(change: Partial<Project["training"]>): Project {
  return { ...iris.project, training: { ...iris.project.training, ...change } };
}

/** The same network, its first layer in a block and called otherwise. */
function inBlock(project: Project): Project {
  const { nodes, edges } = project.graph;
  const port = (type: string, id: string) => ({ id, type, name: "", params: {}, position: { x: 0, y: 0 } });
  const inner = nodes.flatMap((node) => (node.id === "fc1" ? [{ ...node, name: "hidden" }] : []));
  const wire = (from: string, fromPort: string, to: string) => ({
    id: `${from}-${to}`,
    from: { node: from, port: fromPort },
    to: { node: to, port: "x" },
  });
  const body = {
    nodes: [port("BlockInput", "x"), ...inner, port("BlockOutput", "y")],
    edges: [wire("x", "y", "fc1"), wire("fc1", "y", "y")],
  };
  return {
    ...project,
    graph: {
      nodes: nodes.map((node) => (node.id === "fc1" ? port("block:body", "body") : node)),
      edges: edges.map(({ id, from, to }) => ({
        id,
        from: from.node === "fc1" ? { ...from, node: "body" } : from,
        to: to.node === "fc1" ? { ...to, node: "body" } : to,
      })),
      blocks: [{ id: "body", name: "Body", graph: body }],
    },
  };
}

async function finish(session: Session, steps: number): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  await new Run(session, steps, (event) => events.push(event)).start();
  return events;
}

function validations(events: readonly RunEvent[]): Point[] {
  return events.flatMap((event) => (event.kind === "validation" ? [event.point] : []));
}

it("a device without enough memory is told of before the first step, with what to do", async () => {
  const { device: own } = device;
  const pop = own.popErrorScope.bind(own);
  // What a device that is full answers.
  own.popErrorScope = async () => {
    await pop();
    return new GPUOutOfMemoryError("no memory");
  };
  const made = await Session.create(device, iris.project, iris.data, null);
  own.popErrorScope = pop;
  expect(made).toMatchObject({ ok: false, error: { code: "out-of-memory" } });
  if (!made.ok) expect(made.error.message.en).toContain("Use a smaller batch");
});

it("compiles what later steps are faster with, or need, once the first step is done", async () => {
  const compile = vi.spyOn(device.device, "createComputePipelineAsync");
  const asked = () => compile.mock.calls.length;
  const session = await begin(withTraining({ batch_size: 16 }));
  const forFirst = asked();
  expect(forFirst).toBeGreaterThan(0);
  await session.done();
  expect(asked()).toBe(forFirst);
  await session.submit(1);
  expect(asked()).toBe(forFirst);
  // The fastest pipeline of a step, and those of the smaller last batch and of validation.
  await vi.waitFor(() => expect(asked()).toBeGreaterThan(forFirst + 2), { timeout: 30_000 });
  compile.mockRestore();
  session.dispose();
});

describe("a run", () => {
  it("trains iris to over 95 % on rows it has not seen", async () => {
    const session = await begin(iris.project);
    const events = await finish(session, 40 * session.stepsPerEpoch);
    expect(validations(events).at(-1)?.accuracy).toBeGreaterThan(0.95);
    expect(events.at(-1)).toEqual({ kind: "state", state: "finished" });
    const points = events.flatMap((event) => (event.kind === "points" ? event.points : []));
    expect(points.map(({ step }) => step)).toEqual(Array.from({ length: session.step }, (_, i) => i + 1));
    session.dispose();
  });

  it("pauses where it is, makes a single step, and goes on", async () => {
    const session = await begin(iris.project);
    const run = new Run(session, 200, () => {});
    const running = run.start();
    await run.pause();
    await running;
    const paused = session.step;
    expect(run.state).toBe("paused");
    await run.step();
    expect([session.step, run.state]).toEqual([paused + 1, "paused"]);
    await run.start();
    expect([session.step, run.state]).toEqual([200, "finished"]);
    session.dispose();
  });
});

describe("a session", () => {
  it("gives the same losses for the same seed, and others for another", async () => {
    const [a, b, c] = await Promise.all([
      begin(withTraining({ seed: 1 })),
      begin(withTraining({ seed: 1 })),
      begin(withTraining({ seed: 2 })),
    ]);
    const first = await losses(a, 20);
    expect(await losses(b, 20)).toEqual(first);
    expect(await losses(c, 20)).not.toEqual(first);
    for (const session of [a, b, c]) session.dispose();
  });

  it.each([
    defaultOptimizers.Adam,
    { ...defaultOptimizers.RMSprop, momentum: 0.5, centered: true },
    { ...defaultOptimizers.Adagrad, lr_decay: 0.1, initial_accumulator_value: 0.5 },
  ])("goes on from saved weights as if it had never stopped, $type's state and all", async (optimizer) => {
    const project = withTraining({ optimizer });
    const whole = await begin(project);
    const expected = await losses(whole, 30);
    const half = await begin(project);
    await losses(half, 13);
    const again = await begin(project, await half.weights());
    expect(await losses(again, 17)).toEqual(expected.slice(13));
    for (const session of [whole, half, again]) session.dispose();
  });

  it("moves the learning rate every step by its schedule, wherever it begins", async () => {
    const optimizer = { ...defaultOptimizers.SGD, lr: 0.2, momentum: 0 };
    const project = withTraining({ optimizer, schedule: { type: "StepLR", step_size: 2, gamma: 0.5 } });
    const scheduled = await begin(project);
    const found = await losses(scheduled, 7);

    const byHand = await begin(withTraining({ optimizer }));
    const expected: number[] = [];
    for (const lr of [0.2, 0.2, 0.1, 0.1, 0.05, 0.05, 0.025]) {
      byHand.setOptimizer({ ...optimizer, lr });
      expected.push(...(await losses(byHand, 1)));
    }
    expect(found).toEqual(expected);

    const half = await begin(project);
    await losses(half, 3);
    const again = await begin(project, await half.weights());
    expect(await losses(again, 4)).toEqual(expected.slice(3));
    for (const session of [scheduled, byHand, half, again]) session.dispose();
  });

  it("takes a new learning rate between two steps and keeps the optimizer's state", async () => {
    const changed = await begin(iris.project);
    await losses(changed, 10);
    const before = await changed.params();
    changed.setOptimizer({ ...iris.project.training.optimizer, lr: 0 });
    await losses(changed, 5);
    expect(await changed.params()).toEqual(before);
    changed.setOptimizer(iris.project.training.optimizer);

    // The five steps at rate 0 have gone into Adam's averages: a fresh optimizer would step differently.
    const fresh = await begin(iris.project);
    await losses(fresh, 10);
    await losses(fresh, 5);
    await losses(changed, 1);
    expect(await changed.params()).not.toEqual(before);
    changed.dispose();
    fresh.dispose();
  });

  it("goes back to a kept state", async () => {
    const session = await begin(iris.project);
    await losses(session, 4);
    const kept = session.keep();
    const once = await losses(session, 10);
    session.goBack(kept);
    expect(await losses(session, 10)).toEqual(once);
    session.dispose();
  });

  it("evaluates every validation row once, in whole and smaller batches", async () => {
    const all = await begin(iris.project);
    const point = await all.evaluate();
    expect(point?.accuracy).toBeCloseTo(
      Math.round((point?.accuracy ?? 0) * iris.data.validation.length) / iris.data.validation.length,
      6,
    );
    all.dispose();
  });
});

describe("what cannot go well", () => {
  it.each([
    { ...defaultOptimizers.SGD, momentum: 0, lr: 1e20 },
    { ...defaultOptimizers.Adam, lr: 1e38 },
  ])("stops at NaN, names the first node, and keeps finite weights: $type", async (optimizer) => {
    const project = withTraining({ optimizer });
    const session = await begin(project);
    const events = await finish(session, 400);
    const failure = events.find((event) => event.kind === "failed");
    expect(failure?.error.code).toBe("non-finite");
    expect(session.compiled.checked.order).toContain(failure?.error.node);
    expect(failure?.error.message.en).toMatch(/fc1|fc2|relu|loss/);
    expect((await session.params()).every(Number.isFinite)).toBe(true);
    session.dispose();
  });

  it("keeps finite weights, too, when the learning rate was made too large on the way", async () => {
    const optimizer = { ...defaultOptimizers.SGD, lr: 1e-3 };
    const session = await begin(withTraining({ optimizer }));
    const events: RunEvent[] = [];
    const run = new Run(session, 400, (event) => {
      events.push(event);
      if (event.kind === "progress") run.setOptimizer({ ...optimizer, lr: 1e20 });
    });
    await run.start();
    expect(events.find((event) => event.kind === "failed")?.error.node).not.toBeNull();
    expect((await session.params()).every(Number.isFinite)).toBe(true);
    session.dispose();
  });

  it("refuses a batch that is larger than the training rows", async () => {
    const made = await Session.create(device, withTraining({ batch_size: 121 }), iris.data, null);
    expect(made).toMatchObject({ ok: false, error: { code: "batch-too-large" } });
  });

  it("goes on when a node is called otherwise and has gone into a block", async () => {
    const session = await begin(iris.project);
    await losses(session, 8);
    const moves = { drawing: iris.project.graph, path: [], moves: [{ from: "fc1", to: "body/fc1" }] };
    session.moveNodes((id) => movedId(moves, id));
    const weights = await session.weights();
    const expected = await losses(session, 4);
    session.dispose();
    const moved = await begin(inBlock(iris.project), weights);
    expect(moved.step).toBe(8);
    expect(await losses(moved, 4)).toEqual(expected);
    moved.dispose();
  });

  it("gives a node no weights of another, though that had its name", async () => {
    const session = await begin(iris.project);
    const weights = await session.weights();
    session.dispose();
    const { nodes, edges } = iris.project.graph;
    const renamed = nodes.map((node) => (node.id === "fc1" ? { ...node, name: "hidden" } : node));
    const added = { ...nodes[1], id: "new", name: "fc1", params: { out_features: 4 } };
    const wires = edges.map((edge) =>
      edge.id === "features-fc1" ? { ...edge, from: { node: "new", port: "y" } } : edge,
    );
    const into = {
      id: "features-new",
      from: { node: "features", port: "y" },
      to: { node: "new", port: "x" },
    };
    const graph = { nodes: [...renamed, added], edges: [...wires, into] };
    const made = await Session.create(device, { ...iris.project, graph }, iris.data, weights);
    expect(made).toMatchObject({ ok: false, error: { code: "weights-missing", node: "new" } });
  });

  it("refuses weights of another network and says which tensor", async () => {
    const session = await begin(iris.project);
    const weights = await session.weights();
    session.dispose();
    const nodes = iris.project.graph.nodes.map((node) =>
      node.id === "fc1" ? { ...node, params: { out_features: 8 } } : node,
    );
    const other = { ...iris.project, graph: { ...iris.project.graph, nodes } };
    const made = await Session.create(device, other, iris.data, weights);
    expect(made).toMatchObject({ ok: false, error: { code: "weights-shape", node: "fc1" } });
  });
});
