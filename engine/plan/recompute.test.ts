import { describe, expect, it } from "vitest";
import { Builder, type Value } from "../program/builder";
import { elementCount, type Shape } from "../tensor/tensor";
import { planProgram } from "./compile";
import { defaultLimits, type MemorySpecs, type Plan } from "./plan";

/** u, made of z, is needed at once, and again after two products that fill the memory. */
function planOf(
  late: (ops: Builder, result: Value, z: Value, u: Value) => Value,
  activation = (ops: Builder, x: Value) => ops.div(x, ops.add(1, ops.abs(x))),
): Plan {
  const ops = new Builder();
  const memories: Record<string, MemorySpecs[string]> = {};
  const slot = (memory: string, shape: Shape) => {
    memories[memory] = { dtype: "float32", length: elementCount(shape) };
    return { memory, offset: 0, length: elementCount(shape) };
  };
  const load = (name: string, shape: Shape) => ops.load(slot(name, shape), shape);
  const z = ops.matmul(load("x", [512, 16]), load("w1", [16, 64]));
  const u = activation(ops, z);
  const wide = ops.matmul(ops.matmul(u, load("w2", [64, 512])), load("w3", [512, 512]));
  const result = late(ops, ops.matmul(wide, load("w4", [512, 64])), z, u);
  ops.store(slot("y", result.shape), result);
  const planned = planProgram(ops.program(), memories, { limits: defaultLimits });
  if (!planned.ok) throw new Error(planned.error.message.en);
  return planned.plan;
}

const [narrow, wide] = [4 * 512 * 64, 4 * 512 * 512];

const slope = (ops: Builder, u: Value) => ops.sub(1, ops.mul(u, u));

describe("what is needed again later", () => {
  it("is computed again from what is alive anyway", () => {
    const plan = planOf((ops, result, z, u) => ops.add(ops.mul(result, slope(ops, u)), z));
    expect(plan.dispatches.at(-1)?.label).toContain("abs");
    expect(plan.dispatches).toHaveLength(4);
    expect(plan.arenaBound).toBe(2 * wide + narrow);
  });

  it("is stored where it takes more than arithmetic", () => {
    const plan = planOf(
      (ops, result, z, u) => ops.add(ops.mul(result, slope(ops, u)), z),
      (ops, x) => ops.tanh(x),
    );
    expect(plan.dispatches.at(-1)?.label).not.toContain("tanh");
  });

  it("is stored where its operand would have to live for it", () => {
    const plan = planOf((ops, result, _, u) => ops.mul(result, slope(ops, u)));
    expect(plan.dispatches.at(-1)?.label).not.toContain("abs");
    expect(plan.arenaBound).toBe(2 * wide + narrow);
  });

  it("is stored for a product, which reads it many times", () => {
    const plan = planOf((ops, result, z, u) => ops.matmul(ops.transpose(u, 0, 1), ops.add(result, z)));
    expect(plan.dispatches.at(-1)?.label).not.toContain("abs");
    expect(plan.arenaBound).toBe(2 * wide + 2 * narrow);
  });
});
