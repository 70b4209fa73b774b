import { describe, expect, it } from "vitest";
import { Builder, type Value } from "../program/builder";
import { differentiate } from "../program/differentiate";
import type { Program } from "../program/program";
import { elementCount, type Shape } from "../tensor/tensor";
import { planProgram } from "./compile";
import { allBut } from "./optimisations";
import { defaultLimits, type MemorySpecs, type Plan } from "./plan";
import { betterAsWholeStep, planWholeStep, surelyAsWholeStep } from "./whole-step";
import { ordinaryCost, stepCosts, worthwhileCost } from "./whole-step-cost";
import { chooseTile } from "./whole-step-kernels";

const software = { ...defaultLimits, software: true, subgroups: true, maxStorageBuffersPerShaderStage: 10 };

/** Squared outputs of a perceptron as loss, and plain gradient descent. */
function perceptron(batch: number, sizes: readonly number[]) {
  const ops = new Builder();
  const specs: Record<string, { dtype: "float32"; length: number }> = {};
  const load = (memory: string, shape: readonly number[]) => {
    const length = shape.reduce((a, b) => a * b, 1);
    specs[memory] = { dtype: "float32", length };
    return ops.load({ memory, offset: 0, length }, shape);
  };
  const weights: Value[] = [];
  let x = load("x", [batch, sizes[0]]);
  for (let i = 1; i < sizes.length; i++) {
    weights.push(load(`w${i}`, [sizes[i], sizes[i - 1]]));
    x = ops.relu(ops.matmul(x, ops.transpose(weights[i - 1], 0, 1)));
  }
  const grads = differentiate(ops, ops.total(ops.mul(x, x)), weights);
  for (const [i, weight] of weights.entries()) {
    const slot = { memory: `w${i + 1}`, offset: 0, length: specs[`w${i + 1}`].length };
    ops.store(slot, ops.sub(weight, ops.mul(grads[i], 0.01)));
  }
  return { program: ops.program(), specs };
}

function ordinary(program: Program, specs: MemorySpecs): Plan {
  const planned = planProgram(program, specs, { limits: software });
  if (!planned.ok) throw new Error(planned.error.message.en);
  return planned.plan;
}

describe("the choice", () => {
  it("is one dispatch for a small network, many for a large one", () => {
    const small = perceptron(32, [2, 16, 16, 3]);
    const chosen = betterAsWholeStep(
      small.program,
      small.specs,
      software,
      ordinary(small.program, small.specs),
    );
    expect(chosen?.dispatches).toHaveLength(1);
    expect(chosen?.repeats).toBe("inside");
    const large = perceptron(64, [784, 256, 128, 10]);
    expect(
      betterAsWholeStep(large.program, large.specs, software, ordinary(large.program, large.specs)),
    ).toBeNull();
  });

  it("is made without an ordinary plan where products that wait for each other cost more by themselves", () => {
    const found = [8, 64, 256, 1024].map((hidden) => {
      const { program, specs } = perceptron(32, [16, hidden, 10]);
      const sure = surelyAsWholeStep(program, specs, software);
      const compared = betterAsWholeStep(program, specs, software, ordinary(program, specs));
      if (sure !== null) expect(compared).toEqual(sure);
      return sure !== null ? "sure" : compared !== null ? "by comparison" : "many dispatches";
    });
    expect([...new Set(found)]).toEqual(["sure", "by comparison", "many dispatches"]);
    const { program, specs } = perceptron(32, [16, 8, 10]);
    expect(surelyAsWholeStep(program, specs, software, allBut(["megakernel"]))).toBeNull();
  });

  it("costs more with every product, and every dispatch is dear", () => {
    const cost = (hidden: number) => {
      const { program, specs } = perceptron(32, [2, hidden, 3]);
      return planWholeStep(program, specs, software)?.cost ?? 0;
    };
    expect(cost(16)).toBeGreaterThan(1.5 * cost(4));
    expect(cost(64)).toBeGreaterThan(3 * cost(16));
    const { program, specs } = perceptron(32, [2, 16, 16, 3]);
    const plan = ordinary(program, specs);
    const more = { ...plan, dispatches: [...plan.dispatches, ...plan.dispatches] };
    expect(ordinaryCost(more, software)).toBeCloseTo(2 * ordinaryCost(plan, software));
    expect(ordinaryCost(plan, software)).toBeGreaterThan(10_000 * plan.dispatches.length);
    expect(ordinaryCost(plan, defaultLimits)).toBeLessThan(ordinaryCost(plan, software) / 3);
    expect(worthwhileCost(plan, software)).toBeLessThan(ordinaryCost(plan, software));
  });

  it("is many dispatches where an operation has no loops of its own, or too many memories are to be bound", () => {
    const ops = new Builder();
    const image = ops.load({ memory: "x", offset: 0, length: 64 }, [1, 1, 8, 8]);
    const weight = ops.load({ memory: "w", offset: 0, length: 9 }, [1, 1, 3, 3]);
    const same = { stride: [1, 1], padding: [1, 1], dilation: [1, 1], groups: 1 } as const;
    ops.store({ memory: "y", offset: 0, length: 64 }, ops.conv2d(image, weight, same));
    const specs: MemorySpecs = {
      x: { dtype: "float32", length: 64 },
      w: { dtype: "float32", length: 9 },
      y: { dtype: "float32", length: 64 },
    };
    expect(planWholeStep(ops.program(), specs, software)).toBeNull();
    const deep = perceptron(4, [2, 3, 3, 3, 3, 3, 3, 3]);
    expect(planWholeStep(deep.program, deep.specs, software)).not.toBeNull();
    const few = { ...software, maxStorageBuffersPerShaderStage: 7 };
    expect(planWholeStep(deep.program, deep.specs, few)).toBeNull();
  });
});

describe("a whole-step plan", () => {
  it("stores no value that only its own task needs, and waits only where it must", () => {
    const ops = new Builder();
    const slot = (memory: string) => ({ memory, offset: 0, length: 256 });
    const x = ops.load(slot("x"), [16, 16]);
    const product = ops.matmul(x, x);
    ops.store(slot("a"), ops.relu(ops.add(product, 1)));
    ops.store(slot("b"), ops.neg(ops.matmul(ops.transpose(x, 0, 1), x)));
    const length = { dtype: "float32", length: 256 } as const;
    const specs = { x: length, a: length, b: length };
    const whole = planWholeStep(ops.program(), specs, { ...software, software: false });
    expect(whole?.plan.arenaBytes).toBe(0);
    expect(whole?.plan.dispatches[0].label).toBe("whole step: 2 tasks, 1 barriers");
  });

  it("writes out rows of small layers, with their gradients' sums, and leaves rows of large ones to loops", () => {
    const plan = (sizes: readonly number[], limits = software) => {
      const { program, specs } = perceptron(32, sizes);
      const whole = planWholeStep(program, specs, limits);
      if (whole === null) throw new Error("no whole-step plan");
      const [{ label, parts = [] }] = whole.plan.dispatches;
      return { label, parts, code: whole.plan.shaders[0] };
    };
    // One for all rows, and one for all weights.
    expect(plan([2, 8, 3]).label).toMatch(/whole step: [23] tasks, 2 barriers/);
    const gradients = 2 * 8 + 8 * 3;
    expect(plan([2, 8, 3]).code.code.match(/var sum\d+_\d+ =/g)).toHaveLength(gradients);
    const { parts } = plan([2, 8, 8, 8, 3]);
    expect(parts.length).toBeGreaterThan(1);
    for (const { code } of parts) expect(code).not.toMatch(/sum\d+_\d+/);
    expect(plan([2, 8, 3]).code.code).not.toContain("var sum0 =");
    expect(plan([2, 64, 64, 3]).code.code).toContain("var sum0 =");
    // Many layers would come to too much code.
    const layers = (count: number) => plan([2, ...Array.from({ length: count }, () => 16), 3]).code.code;
    expect(layers(4)).toMatch(/sum\d+_\d+/);
    expect(layers(8)).not.toMatch(/sum\d+_\d+/);
    for (const limits of [
      { ...software, subgroups: false },
      { ...software, software: false },
    ])
      expect(plan([2, 8, 3], limits).code.code).not.toMatch(/sum\d+_\d+/);
  });

  it("computes what follows a product from its sum, in little code too", () => {
    const ops = new Builder();
    const load = (memory: string, shape: Shape) =>
      ops.load({ memory, offset: 0, length: elementCount(shape) }, shape);
    const specs: MemorySpecs = Object.fromEntries(
      Object.entries({ x: 64, w: 16, y: 64, z: 64 }).map(([name, length]) => [
        name,
        { dtype: "float32", length },
      ]),
    );
    const y = ops.tanh(ops.matmul(load("x", [16, 4]), load("w", [4, 4])));
    ops.store({ memory: "y", offset: 0, length: 64 }, y);
    ops.store({ memory: "z", offset: 0, length: 64 }, ops.matmul(y, load("w", [4, 4])));
    const whole = planWholeStep(ops.program(), specs, software);
    const parts = whole?.plan.dispatches[0].parts ?? [];
    expect(whole?.plan.shaders[0].code).not.toContain("var sum0 =");
    const tasks = parts
      .flatMap(({ code }) => code.split("fn task"))
      .filter((task) => task.includes("var sum0 ="));
    expect(tasks).toHaveLength(2);
    expect(tasks[0]).toContain("hyperbolic_tangent(sum0)");
  });

  it("adds up a batch that does not divide among the lanes in loops", () => {
    const { program, specs } = perceptron(30, [2, 8, 3]);
    expect(planWholeStep(program, specs, software)?.plan.shaders[0].code).not.toMatch(/sum\d+_\d+/);
  });

  it("talks among quads only where there are subgroups, and takes more lanes on a GPU", () => {
    const { program, specs } = perceptron(32, [4, 16, 3]);
    const code = (limits: typeof software) =>
      planWholeStep(program, specs, limits)?.plan.shaders[0].code ?? "";
    expect(code(software)).toContain("quadSwap");
    expect(code(software)).toContain("@workgroup_size(4)");
    expect(code({ ...software, subgroups: false })).not.toContain("subgroups");
    expect(code({ ...software, software: false })).toContain("@workgroup_size(256)");
    expect(code({ ...software, software: false })).not.toContain("quadSwap");
  });

  it("multiplies in tiles that divide the result and keep all lanes busy", () => {
    const costs = stepCosts(software);
    for (const [batch, m, n, k] of [
      [1, 32, 16, 16],
      [1, 32, 16, 2],
      [3, 7, 10, 5],
      [1, 1, 13, 64],
    ]) {
      const { rows, columns } = chooseTile(batch, m, n, k, costs);
      expect([m % rows, n % columns]).toEqual([0, 0]);
    }
    const { rows, columns } = chooseTile(1, 32, 16, 16, costs);
    expect((32 * 16) / (rows * columns)).toBeGreaterThanOrEqual(costs.lanes);
    expect(rows * columns).toBeGreaterThanOrEqual(16);
    // A GPU has many lanes for few results: each takes a smaller part.
    const wide = chooseTile(1, 32, 16, 16, stepCosts(defaultLimits));
    expect(wide.rows * wide.columns).toBeLessThan(rows * columns);
  });
});
