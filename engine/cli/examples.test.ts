/** Every example opens, finds its data and checks clean, but for the lesson that is about an error. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { checkGraph } from "../compile/check";
import { parseProject } from "../graph/parse";
import type { Project } from "../graph/project";
import { tensorsOf } from "../training/compile";
import { recordedTerminal } from "./recorded-terminal";
import { openTrainingData, ownData } from "./training-data";

const folder = "assets/examples";
const lessons: Readonly<Record<string, string>> = { "transpose-view": "view-not-contiguous" };

const names = readdirSync(folder).map((file) => file.replace(".loom.json", ""));

function read(name: string): Project {
  const parsed = parseProject(readFileSync(path.join(folder, `${name}.loom.json`), "utf8"));
  if (!parsed.ok) throw new Error(parsed.error.message.en);
  return parsed.project;
}

it("there are some", () => {
  expect(names.length).toBeGreaterThan(15);
});

describe.each(names)("%s", (name) => {
  it("checks with its own data", async () => {
    const project = read(name);
    const file = path.join(folder, `${name}.loom.json`);
    const { prepared } = await openTrainingData(file, project, ownData, recordedTerminal());
    const { batch_size } = project.training;
    const { diagnostics, loss } = checkGraph(project.graph, {
      batchSize: batch_size,
      data: tensorsOf(prepared.dataset),
    });
    expect(diagnostics.map(({ code }) => code)).toEqual(name in lessons ? [lessons[name]] : []);
    if (!(name in lessons)) expect(loss).not.toBeNull();
    expect(batch_size).toBeLessThanOrEqual(prepared.train.length);
  });

  it("bears its file's name", () => {
    expect(read(name).name).toBe(name);
  });

  it("has no node on another", () => {
    const { nodes } = read(name).graph;
    for (const [index, { id, position: a }] of nodes.entries()) {
      const covered = nodes
        .slice(index + 1)
        .filter(({ position: b }) => Math.abs(a.x - b.x) < 200 && Math.abs(a.y - b.y) < 110);
      expect(covered.map((other) => `${id} lies on ${other.id}`)).toEqual([]);
    }
  });
});
