import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCommand } from "./commands";
import { recordedTerminal } from "./recorded-terminal";

const iris = "assets/examples/iris.loom.json";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "profile-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("the time of a step by dispatch, node and phase, and as a trace", async () => {
  const terminal = recordedTerminal();
  const trace = path.join(folder, "step.json");
  expect(await runCommand(["profile", iris, "--steps", "2", "--trace", trace, "--json"], terminal)).toBe(0);
  const printed = terminal.stdout.join("\n");
  expect(printed).toMatch(/at best [\d.,]+ GFLOP\/s, [\d.,]+ GB\/s/);
  for (const name of ["fc1", "fc2", "cross_entropy_loss"])
    expect(printed).toMatch(new RegExp(`^${name} +\\d+\\.\\d{4} +\\d+\\.\\d % .* %$`, "m"));
  for (const phase of ["forward", "backward", "optimizer"])
    expect(printed).toMatch(new RegExp(`^${phase} +\\d`, "m"));

  const json = terminal.json() as {
    steps: number;
    step_ms: number;
    dispatches_ms: number;
    dispatches: readonly { ms: number; label: string }[];
    nodes: readonly { id: string | null; ms: number }[];
  };
  const sum = (entries: readonly { ms: number }[]) => entries.reduce((total, { ms }) => total + ms, 0);
  expect(json.steps).toBe(2);
  expect(json.step_ms).toBeGreaterThan(0);
  expect(sum(json.dispatches)).toBeCloseTo(json.dispatches_ms);
  expect(sum(json.nodes)).toBeCloseTo(json.dispatches_ms);
  const { traceEvents } = JSON.parse(await readFile(trace, "utf8"));
  expect(traceEvents.filter(({ ph }: { ph: string }) => ph === "X")).toHaveLength(json.dispatches.length);
});
