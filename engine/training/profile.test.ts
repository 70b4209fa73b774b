/** Verifying and profiling as the window asks for them: of the server, while it trains. */
import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { nodeGpu } from "../cli/gpu";
import { parseProject } from "../graph/parse";
import type { Event } from "./protocol";
import { TrainingServer } from "./server";

it("a run waits while a step is profiled, and goes on; a node is verified meanwhile", async () => {
  const parsed = parseProject(await readFile("assets/examples/iris.loom.json", "utf8"));
  if (!parsed.ok) throw new Error(parsed.error.message.en);
  const { project } = parsed;
  const long = { ...project, training: { ...project.training, epochs: 1_000_000 } };
  const events: Event[] = [];
  const gpu = await nodeGpu();
  const server = new TrainingServer(
    gpu ?? undefined,
    async () => Promise.reject(new Error("no images here")),
    (event) => events.push(event),
  );
  const states = () => events.flatMap((event) => (event.kind === "state" ? [event.state] : []));
  const bytes = new Uint8Array(await readFile("assets/datasets/iris.csv"));
  await server.handle({
    kind: "open-data",
    request: 1,
    files: [{ path: "iris.csv", bytes }],
    settings: project.data,
    guess: false,
  });
  await server.handle({ kind: "start", project: long, weights: null, paused: false });
  await expect.poll(() => events.some(({ kind }) => kind === "points"), { timeout: 30_000 }).toBe(true);

  await server.handle({ kind: "profile", request: 2, project: long, steps: 1 });
  const profiled = events.find((event) => event.kind === "profile");
  expect(profiled).toMatchObject({ request: 2, error: null });
  expect(profiled?.profile?.nodes.map(({ node }) => node)).toEqual(
    expect.arrayContaining(["fc1", "fc2", "loss"]),
  );
  expect(states()).toEqual(["preparing", "running", "paused", "running"]);

  await server.handle({ kind: "verify", request: 3, project: long, nodes: ["fc1", "loss"], seed: 1 });
  const verified = events.find((event) => event.kind === "verified");
  expect(verified?.error).toBe(null);
  expect(verified?.verdicts?.map(({ node, passed }) => [node, passed])).toEqual([
    ["fc1", true],
    ["loss", true],
  ]);

  await server.handle({ kind: "verify", request: 4, project: long, nodes: ["nobody"], seed: 1 });
  expect(events.at(-1)).toMatchObject({
    kind: "verified",
    verdicts: null,
    error: { code: "node-not-checked" },
  });
  await server.handle({ kind: "stop" });
  await server.handle({ kind: "reset" });
}, 120_000);
