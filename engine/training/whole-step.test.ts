import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { nodeGpu } from "../cli/gpu";
import type { PreparedData } from "../data/dataset";
import { openData } from "../data/open";
import { prepare } from "../data/prepare";
import type { GraphNode } from "../graph/project";
import { defaultOptimizers, defaultTraining, emptyProject, type Project } from "../graph/project";
import { type OpenDevice, openDevice } from "../runtime/device";
import { Run, type RunEvent } from "./run";
import { Session } from "./session";

let device: OpenDevice;
let data: PreparedData;

beforeAll(async () => {
  const opened = await openDevice(await nodeGpu());
  if (!opened.ok) throw new Error(opened.error.message.en);
  device = opened.value;
  const bytes = new Uint8Array(await readFile("assets/datasets/iris.csv"));
  const csv = await openData([{ path: "iris.csv", bytes }], emptyProject("iris").data, async () =>
    Promise.reject(new Error("no images here")),
  );
  if (!csv.ok) throw new Error(csv.error.message.en);
  const prepared = prepare(csv.value.dataset, csv.value.settings);
  if (!prepared.ok) throw new Error(prepared.error.message.en);
  data = prepared.value;
});
afterAll(() => device?.device.destroy());

/** Features through the layers into a cross entropy. */
function chain(
  layers: readonly (readonly [type: string, params?: GraphNode["params"]])[],
  lr: number,
): Project {
  const nodes: GraphNode[] = [];
  const edges: Project["graph"]["edges"][number][] = [];
  const add = (id: string, type: string, params: GraphNode["params"] = {}) =>
    nodes.push({ id, type, name: id, params, position: { x: 0, y: 0 } });
  const wire = (from: string, node: string, port: string) =>
    edges.push({ id: `${from} ${node}`, from: { node: from, port: "y" }, to: { node, port } });
  add("features", "Input");
  add("label", "Input", { tensor: "label" });
  let last = "features";
  for (const [index, [type, params]] of layers.entries()) {
    add(`n${index}`, type, params);
    wire(last, `n${index}`, "x");
    last = `n${index}`;
  }
  add("loss", "CrossEntropyLoss");
  wire(last, "loss", "prediction");
  wire("label", "loss", "target");
  const project = emptyProject("chain");
  const optimizer = { ...defaultOptimizers.Adam, lr };
  return {
    ...project,
    graph: { ...project.graph, nodes, edges },
    training: { ...defaultTraining, batch_size: 32, optimizer },
  };
}

async function begin(project: Project): Promise<Session> {
  const made = await Session.create(device, project, data, null);
  if (!made.ok) throw new Error(made.error.message.en);
  return made.value;
}

async function losses(session: Session, steps: number): Promise<number[]> {
  const found: number[] = [];
  while (session.step < steps) {
    await session.submit(steps - session.step);
    found.push(...(await session.readPoints()).map(({ loss }) => loss));
  }
  return found;
}

function off(project: Project): Project {
  return { ...project, training: { ...project.training, whole_step: "off" } };
}

it("gives the losses of the ordinary plan, over the ends of epochs, and can be switched off", async () => {
  const project = chain(
    [
      // A bias before BatchNorm has a gradient of nothing but rounding, which Adam makes large.
      ["Linear", { out_features: 12, bias: false }],
      ["BatchNorm1d"],
      ["ReLU"],
      ["Dropout", { p: 0.3 }],
      ["Linear", { out_features: 3 }],
    ],
    0.01,
  );
  const [whole, ordinary] = [await begin(project), await begin(off(project))];
  expect(whole.compiled.training.wholeStep?.dispatches).toHaveLength(1);
  expect(whole.compiled.training.rest?.wholeStep?.dispatches).toHaveLength(1);
  expect(ordinary.compiled.training.wholeStep).toBeNull();
  const [a, b] = [await losses(whole, 30), await losses(ordinary, 30)];
  expect(a).toHaveLength(30);
  expect(a.findIndex((loss, i) => Math.abs(loss - b[i]) > 1e-4)).toBe(-1);
  const [left, right] = [await whole.evaluate(), await ordinary.evaluate()];
  const [params, expected] = [await whole.params(), await ordinary.params()];
  expect(params.findIndex((value, i) => Math.abs(value - expected[i]) > 1e-4)).toBe(-1);
  expect(left?.loss).toBeCloseTo(right?.loss ?? Number.NaN, 4);
  whole.dispose();
  ordinary.dispose();
}, 120_000);

it("refuses to train through a tensor of no elements, and names its node", async () => {
  const layers = [
    ["Unsqueeze", { dim: 1 }],
    ["MaxPool1d", { kernel_size: 5, stride: 1 }],
    ["Flatten"],
  ] as const;
  const made = await Session.create(
    device,
    chain([...layers, ["Linear", { out_features: 3 }]], 0.01),
    data,
    null,
  );
  expect(made).toMatchObject({ ok: false, error: { code: "empty-tensor", node: "n1" } });
});

it("stops at a loss that is not finite, names the node and goes back to finite weights", async () => {
  const session = await begin(chain([["Linear", { out_features: 3 }], ["Exp"], ["Exp"]], 3));
  expect(session.compiled.training.wholeStep).not.toBeNull();
  const events: RunEvent[] = [];
  await new Run(session, 2000, (event) => events.push(event)).start();
  const failed = events.find((event) => event.kind === "failed");
  expect(failed?.error.code).toBe("non-finite");
  expect(failed?.error.node).toMatch(/^n\d$/);
  expect((await session.params()).every(Number.isFinite)).toBe(true);
  session.dispose();
}, 120_000);

it("evaluates the end of a run of many short epochs, and reports every step", async () => {
  const session = await begin(chain([["Linear", { out_features: 3 }]], 0.01));
  const events: RunEvent[] = [];
  const steps = 100 * session.stepsPerEpoch;
  await new Run(session, steps, (event) => events.push(event)).start();
  const points = events.flatMap((event) => (event.kind === "points" ? event.points : []));
  expect(points.map(({ step }) => step)).toEqual(Array.from({ length: steps }, (_, i) => i + 1));
  const validations = events.flatMap((event) => (event.kind === "validation" ? [event.point.step] : []));
  expect(validations.at(-1)).toBe(steps);
  expect(new Set(validations).size).toBe(validations.length);
  session.dispose();
}, 120_000);
