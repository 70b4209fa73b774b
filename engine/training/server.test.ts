import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { nodeGpu } from "../cli/gpu";
import { moveWeights } from "../export/weight-owners";
import { parseProject } from "../graph/parse";
import { emptyProject } from "../graph/project";
import type { Event } from "./protocol";
import { TrainingServer } from "./server";

const refuse = () => Promise.reject(new Error("no images here"));

it("goes on with the next command when one has failed", async () => {
  const events: Event[] = [];
  let broken = true;
  const server = new TrainingServer(undefined, refuse, (event) => {
    if (broken) throw new Error("the window is gone");
    events.push(event);
  });
  const start = { kind: "start", project: emptyProject("a"), weights: null, paused: false } as const;
  await expect(server.handle(start)).rejects.toThrow("the window is gone");
  broken = false;
  await server.handle(start);
  expect(events.some((event) => event.kind === "failed")).toBe(true);
});

it("keeps what was trained when the next run cannot begin, and when nodes have other ids", async () => {
  const parsed = parseProject(await readFile("assets/examples/iris.loom.json", "utf8"));
  if (!parsed.ok) throw new Error(parsed.error.message.en);
  const { project } = parsed;
  const events: Event[] = [];
  const server = new TrainingServer((await nodeGpu()) ?? undefined, refuse, (event) => events.push(event));
  const weights = async (): Promise<Uint8Array> => {
    await server.handle({ kind: "get-weights", request: 0 });
    const answer = events.at(-1);
    if (answer?.kind !== "weights" || !answer.bytes) throw new Error("there are no weights");
    return answer.bytes;
  };
  const bytes = new Uint8Array(await readFile("assets/datasets/iris.csv"));
  const files = [{ path: "iris.csv", bytes }];
  await server.handle({ kind: "open-data", request: 1, files, settings: project.data, guess: false });
  await server.handle({ kind: "start", project, weights: null, paused: true });
  const before = await weights();

  const nodes = project.graph.nodes.map((node) =>
    node.id === "fc1" ? { ...node, params: { out_features: 8 } } : node,
  );
  const narrower = { ...project, graph: { ...project.graph, nodes } };
  await server.handle({ kind: "start", project: narrower, weights: before, paused: true });
  expect(events.slice(-2)).toMatchObject([
    { kind: "failed", error: { code: "weights-shape" } },
    { kind: "state", state: "stopped" },
  ]);
  expect(await weights()).toEqual(before);

  const moves = [{ from: "fc1", to: "body/fc1" }];
  await server.handle({ kind: "move-nodes", moves: { drawing: project.graph, path: [], moves } });
  const moved = await weights();
  expect(moved).toEqual(moveWeights(before, (id) => (id === "fc1" ? "body/fc1" : id)));
  expect(moved).not.toEqual(before);
  await server.handle({ kind: "reset" });
}, 60_000);
