/** The memory of a training step: the four workloads, and ResNet-18 on pictures of 3×64×64. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { DataTensor, PreparedData } from "../../engine/data/dataset";
import { parseProject } from "../../engine/graph/parse";
import type { Project } from "../../engine/graph/project";
import { defaultLimits, overBound, type Plan } from "../../engine/plan/plan";
import { elementCount } from "../../engine/tensor/tensor";
import { compileTraining } from "../../engine/training/compile";
import { readWorkload, workloadNames } from "./workload";

interface Case {
  readonly name: string;
  readonly project: Project;
  readonly data: PreparedData;
}

const cases: readonly Case[] = [...workloadNames.map((name) => readWorkload(name)), resNet18()];

const adapters = { gpu: {}, software: { software: true, subgroups: true } };

function resNet18(): Case {
  const parsed = parseProject(readFileSync("assets/examples/resnet-18.loom.json", "utf8"));
  if (!parsed.ok) throw new Error(parsed.error.message.en);
  const { project } = parsed;
  const rows = project.training.batch_size;
  const image: DataTensor = {
    shape: [3, 64, 64],
    dtype: "float32",
    values: new Float32Array(rows * 3 * 64 * 64),
  };
  const label: DataTensor = { shape: [], dtype: "int64", values: new Int32Array(rows) };
  const dataset = { name: "black", rows, tensors: { image, label }, classes: [], columns: [] };
  const train = Int32Array.from({ length: rows }, (_, row) => row);
  return {
    name: "ResNet-18",
    project,
    data: { dataset, train, validation: new Int32Array(0), scale: {} },
  };
}

describe.each(cases)("$name", ({ project, data }) => {
  describe.each(Object.keys(adapters) as (keyof typeof adapters)[])("on %s", (adapter) => {
    const compiled = compileTraining(project, data, { ...defaultLimits, ...adapters[adapter] });
    if (!compiled.ok) throw new Error(compiled.error.message.en);
    const plan = compiled.value.training.plan();

    it("lies in at most 1.2 times what is alive at once", () => {
      expect(overBound(plan)).toBeGreaterThanOrEqual(1);
      expect(overBound(plan)).toBeLessThanOrEqual(1.2);
    });

    it("reads nothing through a binding that it writes to", () => {
      expect(plan.dispatches.flatMap((_, index) => readWhereWritten(plan, index))).toEqual([]);
    });
  });
});

it("stores no more of a ResNet's forward pass than the operands and results of its convolutions", () => {
  const { project, data } = resNet18();
  const compiled = compileTraining(project, data, defaultLimits);
  if (!compiled.ok) throw new Error(compiled.error.message.en);
  const { checked, training } = compiled.value;
  const bytes = (types: readonly string[]) =>
    Object.values(checked.nodes)
      .filter(({ type }) => types.includes(type))
      .reduce((sum, { outputs }) => sum + 4 * elementCount(outputs.y.shape), 0);
  // Not what the batch norms and additions between them give, which would be as much again. Pooling stores where its
  // maxima lie.
  const needed = bytes(["Conv2d", "ReLU", "Input", "MaxPool2d"]) + bytes(["MaxPool2d"]);
  expect(bytes(["BatchNorm2d", "Add"])).toBeGreaterThan(needed / 2);
  expect(training.plan().arenaBound).toBeLessThan(needed);
});

/** The lines of a dispatch's shader that read an array of an arena that is bound writable. */
function readWhereWritten(plan: Plan, index: number): string[] {
  const { shader, bindings } = plan.dispatches[index];
  const lines = plan.shaders[shader].code.split("\n");
  return bindings.flatMap(({ buffer, access }, binding) => {
    if (access === "read" || plan.buffers[buffer].role !== "arena") return [];
    const use = new RegExp(`\\bm${binding}\\[`, "g");
    return lines.filter((line) => {
      const uses = [...line.matchAll(use)].length;
      const written = new RegExp(`^\\s*m${binding}\\[.*\\] = `).test(line) ? 1 : 0;
      return uses > written;
    });
  });
}
