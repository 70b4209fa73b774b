/** Kernels measured for a project, and used again as a host has kept them. */
import { readFile } from "node:fs/promises";
import { beforeAll, expect, it } from "vitest";
import { nodeGpu } from "../cli/gpu";
import { parseProject } from "../graph/parse";
import type { Project } from "../graph/project";
import { tunedKernels, variantsFor } from "../plan/tuned";
import { matmulCandidates } from "../plan/variants";
import { type OpenDevice, openDevice } from "../runtime/device";
import type { Event } from "./protocol";
import { TrainingServer } from "./server";

let device: OpenDevice;
let project: Project;
let bytes: Uint8Array;
beforeAll(async () => {
  const opened = await openDevice(await nodeGpu());
  if (!opened.ok) throw new Error(opened.error.message.en);
  device = opened.value;
  const parsed = parseProject(await readFile("assets/examples/iris.loom.json", "utf8"));
  if (!parsed.ok) throw new Error(parsed.error.message.en);
  project = parsed.project;
  bytes = new Uint8Array(await readFile("assets/datasets/iris.csv"));
});

/** A network whose step is many kernels. */
const apart = () => ({ ...project, training: { ...project.training, whole_step: "off" as const } });

async function server() {
  const events: Event[] = [];
  const gpu = (await nodeGpu()) ?? undefined;
  const refuse = () => Promise.reject(new Error("no images here"));
  const made = new TrainingServer(gpu, refuse, (event) => events.push(event));
  await made.handle({
    kind: "open-data",
    request: 1,
    files: [{ path: "iris.csv", bytes }],
    settings: project.data,
    guess: false,
  });
  const ask = async <K extends "plan" | "tuned">(
    kind: K,
    command: "get-plan" | "tune",
    of: Project = apart(),
  ) => {
    await made.handle({ kind: command, request: 2, project: of });
    const found = events.findLast((event) => event.kind === kind);
    // The last event of that kind is of that kind.
    return found as Extract<Event, { kind: K }>;
  };
  return { made, ask };
}

const productsOf = ({ plan }: Extract<Event, { kind: "plan" }>) =>
  plan?.dispatches
    .filter(({ label }) => label.includes("matmul"))
    .map(({ shader }) => plan.shaders[shader].name);

it("measures each product of the step once, and plans with what was kept where that holds", async () => {
  const { ask } = await server();
  const plain = productsOf(await ask("plan", "get-plan"));
  const first = (await ask("tuned", "tune")).tuning;
  if (!first) throw new Error("nothing was measured");
  expect(first.shapes).toBeGreaterThan(3);
  expect(first.measured).toBe(first.shapes);
  expect(first.before).toBeGreaterThan(0);
  expect(first.after).toBeLessThanOrEqual(first.before);
  const { name, limits } = device;
  const variants = variantsFor(name, limits, first.kernels);
  expect(Object.keys(variants)).toHaveLength(first.shapes);
  expect((await ask("tuned", "tune")).tuning?.measured).toBe(0);

  const planned = async (kernels: unknown) => {
    const { made, ask } = await server();
    await made.handle({ kind: "use-kernels", kernels });
    return productsOf(await ask("plan", "get-plan"));
  };
  const [one, other] = matmulCandidates(limits).map((variant) =>
    tunedKernels(name, limits, Object.fromEntries(Object.keys(variants).map((shape) => [shape, variant]))),
  );
  expect(await planned(one)).not.toEqual(await planned(other));
  for (const kept of [one, other]) {
    expect(await planned({ ...kept, adapter: "another" })).toEqual(plain);
    expect(await planned({ ...kept, kernels: "older" })).toEqual(plain);
  }
}, 240_000);

it("has nothing to measure where a step is one kernel", async () => {
  const { ask } = await server();
  const { tuning, error } = await ask("tuned", "tune", project);
  expect(tuning).toBeNull();
  expect(error?.code).toBe("nothing-to-tune");
}, 60_000);
