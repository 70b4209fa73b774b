import { describe, expect, it } from "vitest";
import { Builder } from "../program/builder";
import { differentiate } from "../program/differentiate";
import { planProgram } from "./compile";
import { allBut } from "./optimisations";
import { defaultLimits, type MemorySpecs } from "./plan";
import { unrolled } from "./unroll";
import { planWholeStep } from "./whole-step";

/** Attention of `length` places to themselves, with the gradients of what it is made of. */
function attentionStep(length: number, width: number) {
  const ops = new Builder();
  const size = 2 * length * width;
  const memories: MemorySpecs = Object.fromEntries(
    ["q", "k", "v", "grad", "y", "dq", "dk", "dv"].map((name) => [name, { dtype: "float32", length: size }]),
  );
  const [q, k, v, grad] = ["q", "k", "v", "grad"].map((memory) =>
    ops.load({ memory, offset: 0, length: size }, [2, length, width]),
  );
  const y = ops.columns(ops.attention(q, k, v, null, { causal: true }), 0, width);
  ops.store({ memory: "y", offset: 0, length: size }, y);
  differentiate(ops, ops.total(ops.mul(y, grad)), [q, k, v]).forEach((gradient, i) => {
    ops.store({ memory: ["dq", "dk", "dv"][i], offset: 0, length: size }, gradient);
  });
  return { program: ops.program(), memories };
}

function planOf(length: number, width: number, optimisations = allBut([])) {
  const { program, memories } = attentionStep(length, width);
  const planned = planProgram(program, memories, { limits: defaultLimits, optimisations });
  if (!planned.ok) throw new Error(planned.error.message.en);
  return planned.plan;
}

describe("an attention's plan", () => {
  it.each([16, 65])("stores no scores of a long sequence, with heads of %d elements", (width) => {
    const plan = planOf(1024, width);
    // The result with its column of sums, its gradient, a level for each row, and keys' and values' gradients before they are taken apart.
    expect(plan.arenaBytes).toBeLessThanOrEqual(4 * 2 * 1024 * (4 * width + 2) + 512);
    const kernels = plan.dispatches.map(({ shader }) => plan.shaders[shader].name);
    expect(kernels.filter((name) => name.includes("attention"))).toHaveLength(2);
    expect(kernels.join(" ")).not.toContain("matmul");
  });

  it("has products and stored scores for few scores of wide heads, and where no kernels are chosen", () => {
    for (const plan of [planOf(128, 65), planOf(128, 16, allBut(["variants"]))]) {
      expect(plan.arenaBytes).toBeGreaterThan(4 * 2 * 128 * 128);
      expect(plan.shaders.map(({ name }) => name).join(" ")).not.toContain("attention");
    }
  });

  it("can be part of a whole step", () => {
    const { program, memories } = attentionStep(8, 4);
    expect(planWholeStep(program, memories, defaultLimits)?.plan.dispatches).toHaveLength(1);
  });
});

describe("unrolled", () => {
  const source = `// x0 in a comment
const x0 = 0u;
const x_count = 1u;
const y0 = 0u;
let a_y0_x0 = of(a, x0);
let b = fox0 + x01;
`;

  it("repeats a line for each thing that it names, and no other", () => {
    expect(unrolled(source, { x: 2 })).toBe(`// x0 in a comment
const x_count = 2u;
const y0 = 0u;
let a_y0_x0 = of(a, 0u);
let a_y0_x1 = of(a, 1u);
let b = fox0 + x01;
`);
  });

  it("repeats what two numbers belong to for each pair", () => {
    const lines = unrolled(source, { y: 2, x: 2 }).split("\n");
    expect(lines.filter((line) => line.startsWith("let a_"))).toEqual([
      "let a_y0_x0 = of(a, 0u);",
      "let a_y0_x1 = of(a, 1u);",
      "let a_y1_x0 = of(a, 0u);",
      "let a_y1_x1 = of(a, 1u);",
    ]);
  });
});
