import { expect, it } from "vitest";
import { nodeGpu } from "../cli/gpu";
import { planProgram } from "../plan/compile";
import { matmulCandidates } from "../plan/variants";
import { Builder } from "../program/builder";
import { tune } from "./autotune";
import { cache, open, openForTests } from "./program-case";

openForTests(nodeGpu);

const ops = new Builder();
const slot = (memory: string, length: number) => ({ memory, offset: 0, length });
const product = ops.matmul(ops.load(slot("a", 96), [2, 48]), ops.load(slot("b", 144), [48, 3]));
ops.store(slot("result", 6), product);
const program = ops.program();
const specs = {
  a: { dtype: "float32", length: 96 },
  b: { dtype: "float32", length: 144 },
  result: { dtype: "float32", length: 6 },
} as const;

it("measures each product once, and the planner keeps to what was measured", async () => {
  const key = "matmul 1 2 3 48";
  const table = await tune(open, cache, program);
  expect(Object.keys(table)).toEqual([key]);
  expect(matmulCandidates(open.limits)).toContain(table[key]);
  expect(await tune(open, cache, program, { [key]: "registers" })).toEqual({ [key]: "registers" });

  const planned = planProgram(program, specs, {
    limits: { ...open.limits, variants: { [key]: "registers" } },
  });
  expect(planned.ok && planned.plan.shaders.map(({ name }) => name)).toEqual(["matmul"]);
});
