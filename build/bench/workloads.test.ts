import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodeGpu } from "../../engine/cli/gpu";
import { checkGraph } from "../../engine/compile/check";
import type { Trainer } from "./contest";
import { startProduct } from "./product";
import { disagreement } from "./report.mjs";
import { readWorkload, type WorkloadName, workloadNames } from "./workload";

let gpu: GPU | null;
beforeAll(async () => {
  gpu = await nodeGpu();
});

describe.each(workloadNames)("workload %s", (name) => {
  const workload = readWorkload(name);
  let product: Trainer | null = null;
  afterAll(() => product?.dispose());

  it("checks clean, even before there are data", () => {
    const { graph, training } = workload.project;
    expect(checkGraph(graph, { batchSize: training.batch_size, data: {} }).diagnostics).toEqual([]);
  });

  it("trains, and its loss falls", async () => {
    product = await startProduct(gpu, workload);
    const losses = await product.losses(stepsOf[name]);
    const mean = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;
    const third = Math.floor(losses.length / 3);
    expect(mean(losses.slice(-third))).toBeLessThan(mean(losses.slice(0, third)) * 0.98);
  }, 180_000);
});

/** SGD at 0.01 is slow. */
const stepsOf: Readonly<Record<WorkloadName, number>> = { a: 60, b: 6, c: 6, d: 6 };

describe("losses that must agree", () => {
  const product = { losses: [2, 1] };
  it.each([
    ["the same but for rounding", [2.0001, 0.9999], null],
    ["another network's", [2, 1.01], /^a: .*Step 2: product 1, jaxjs 1.01/],
    ["broken", [Number.NaN, 1], /Step 1/],
  ])("%s", (_, losses, says) => {
    const said = disagreement("a", "jaxjs", { product, jaxjs: { losses } });
    if (says === null) expect(said).toBeNull();
    else expect(said).toMatch(says);
  });
});
