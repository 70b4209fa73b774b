import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Builder, type Value } from "../program/builder";
import { elementCount, type Shape } from "../tensor/tensor";
import { planProgram } from "./compile";
import { allBut, optimisationNames } from "./optimisations";
import { defaultLimits, type MemorySpecs, type Plan, type PlanLimits } from "./plan";
import { printPlan } from "./print";
import { randomMemories, randomProgram } from "./random-programs";

function planOf(
  ops: Builder,
  memories: MemorySpecs,
  limits: PlanLimits = defaultLimits,
  keep: number[] = [],
): Plan {
  const planned = planProgram(ops.program(), memories, { limits, keep });
  if (!planned.ok) throw new Error(planned.error.message.en);
  return planned.plan;
}

/** A builder whose inputs each lie in a memory of their own. */
function inputs() {
  const ops = new Builder();
  const memories: Record<string, { dtype: "float32"; length: number }> = {};
  const add = (name: string, shape: Shape): Value => {
    memories[name] = { dtype: "float32", length: elementCount(shape) };
    return ops.load({ memory: name, offset: 0, length: elementCount(shape) }, shape);
  };
  const store = (name: string, value: Value) => {
    memories[name] = { dtype: "float32", length: elementCount(value.shape) };
    ops.store({ memory: name, offset: 0, length: elementCount(value.shape) }, value);
  };
  return { ops, memories, add, store };
}

describe("fusion", () => {
  it("makes a linear layer with bias and activation one dispatch", () => {
    const { ops, memories, add, store } = inputs();
    const product = ops.matmul(add("x", [32, 64]), ops.transpose(add("weight", [16, 64]), 0, 1));
    store("y", ops.relu(ops.add(product, add("bias", [16]))));
    const plan = planOf(ops, memories);
    expect(plan.dispatches.map(({ label }) => label)).toEqual(["matmul + add + relu"]);
    expect(plan.arenaBytes).toBe(0);
    expect(plan.dispatches[0].flops).toBe(2 * 32 * 64 * 16 + 2 * 32 * 16);
    expect(plan.dispatches[0].bytes).toBe(4 * (32 * 64 + 64 * 16 + 16 + 32 * 16));
  });

  it("computes an optimizer's update in place, through one writable binding a memory", () => {
    const { ops, memories, add } = inputs();
    const params = add("params", [5000]);
    const velocity = add("velocity", [5000]);
    const next = ops.add(ops.mul(velocity, 0.9), add("grads", [5000]));
    ops.store({ memory: "velocity", offset: 0, length: 5000 }, next);
    ops.store({ memory: "params", offset: 0, length: 5000 }, ops.sub(params, ops.mul(next, 0.1)));
    const plan = planOf(ops, memories);
    expect(plan.dispatches).toHaveLength(1);
    const access = plan.dispatches[0].bindings.map(
      (binding) => `${plan.buffers[binding.buffer].name} ${binding.access}`,
    );
    expect(access.sort()).toEqual(["grads read", "params read_write", "velocity read_write"]);
  });

  it("writes a small depthwise convolution out, once for all passes of the norm behind it", () => {
    const { ops, memories, add, store } = inputs();
    const attributes = { stride: [1, 1], padding: [1, 1], dilation: [1, 1], groups: 32 } as const;
    const y = ops.conv2d(add("x", [16, 32, 24, 24]), add("w", [32, 1, 3, 3]), attributes);
    const average = (x: Value) => ops.mul(ops.sum(x, [0, 2, 3]), 1 / (16 * 24 * 24));
    const centred = ops.sub(y, ops.expand(average(y), y.shape));
    store("y", ops.mul(centred, ops.expand(average(ops.mul(centred, centred)), y.shape)));
    const plan = planOf(ops, memories, { ...defaultLimits, software: true, subgroups: true });
    const kernels = plan.dispatches.map(({ shader }) => plan.shaders[shader].name);
    expect(kernels.join(" ")).not.toContain("matmul");
    expect(plan.dispatches.map(({ label }) => label.includes("windows"))).toEqual([true, false]);
  });

  it("gives identical layers one shader", () => {
    const { ops, memories, add, store } = inputs();
    let x = add("x", [64, 128]);
    for (let i = 0; i < 6; i++) x = ops.relu(ops.matmul(x, add(`w${i}`, [128, 128])));
    store("y", x);
    const plan = planOf(ops, memories);
    expect(plan.dispatches).toHaveLength(6);
    expect(plan.shaders.length).toBeLessThanOrEqual(2);
    // Two values are alive at a time, whatever the depth.
    expect(plan.arenaBytes).toBe(2 * 64 * 128 * 4);
  });

  it("gives kernels that share a dispatch to a software adapter one by one, too, with what each binds", () => {
    const { ops, memories, add, store } = inputs();
    const x = add("x", [64, 32]);
    store("a", ops.sum(x, [1]));
    store("b", ops.matmul(x, add("w", [32, 16])));
    const whole = planOf(ops, memories);
    expect(whole.dispatches.map(({ parts }) => parts)).toEqual([undefined]);

    const { buffers, shaders, dispatches } = planOf(ops, memories, { ...defaultLimits, software: true });
    const [{ parts = [], bindings, shader }] = dispatches;
    const named = (of: typeof bindings) => of.map(({ buffer }) => buffers[buffer].name).sort();
    expect(named(bindings)).toEqual(["a", "b", "w", "x"]);
    expect(parts.map((part) => named(part.bindings).join(" ")).sort()).toEqual(["a x", "b w x"]);
    for (const { code } of parts) expect(code.length).toBeLessThan(shaders[shader].code.length);
  });

  it("drops what nobody asks for and computes equal things once", () => {
    const { ops, memories, add, store } = inputs();
    const x = add("x", [100, 30]);
    ops.exp(ops.sum(x, [0]));
    store("a", ops.sum(ops.mul(x, x), [1]));
    store("b", ops.neg(ops.sum(ops.mul(x, x), [1])));
    const plan = planOf(ops, memories);
    expect(plan.dispatches.flatMap(({ label }) => label.split(" + "))).not.toContain("exp");
    expect(plan.dispatches.filter(({ label }) => label.includes("sum"))).toHaveLength(1);
  });

  it("stays within the bindings that the device allows", () => {
    const { ops, memories, add, store } = inputs();
    const parts = Array.from({ length: 25 }, (_, i) => add(`x${i}`, [2000]));
    store(
      "y",
      parts.reduce((sum, part) => ops.add(sum, part)),
    );
    for (const maxStorageBuffersPerShaderStage of [4, 8, 10]) {
      const { dispatches } = planOf(ops, memories, { ...defaultLimits, maxStorageBuffersPerShaderStage });
      const most = Math.max(...dispatches.map(({ bindings }) => bindings.length));
      expect(most).toBeLessThanOrEqual(maxStorageBuffersPerShaderStage);
      expect(dispatches.length).toBeLessThanOrEqual(
        Math.ceil(24 / (maxStorageBuffersPerShaderStage - 3)) + 1,
      );
    }
  });

  it("folds a grid that is too long for one dimension", () => {
    const { ops, memories, add, store } = inputs();
    store("y", ops.neg(add("x", [100_000])));
    const plan = planOf(ops, memories, { ...defaultLimits, maxComputeWorkgroupsPerDimension: 20 });
    const [x, y] = plan.dispatches[0].workgroups;
    expect(x).toBeLessThanOrEqual(20);
    expect(x * y * 64 * 12).toBeGreaterThanOrEqual(100_000);
  });
});

describe("limits", () => {
  it("names the node whose tensor is too large, and the limit", () => {
    const { ops, memories, add, store } = inputs();
    const x = add("x", [1000, 1]);
    ops.origin = "node-7";
    const large = ops.matmul(x, ops.transpose(x, 0, 1));
    ops.origin = null;
    store("y", ops.sum(ops.matmul(large, x), [0]));
    const planned = planProgram(ops.program(), memories, {
      limits: { ...defaultLimits, maxStorageBufferBindingSize: 1_000_000 },
    });
    expect(planned).toMatchObject({
      ok: false,
      error: { node: "node-7", limit: "maxStorageBufferBindingSize", needed: 4_000_000 },
    });
  });

  it("names the memory that is too large", () => {
    const planned = planProgram(
      { ops: [] },
      { params: { dtype: "float32", length: 1e9 } },
      { limits: defaultLimits },
    );
    expect(planned).toMatchObject({
      ok: false,
      error: { limit: "maxBufferSize", allowed: defaultLimits.maxBufferSize },
    });
    if (!planned.ok) expect(planned.error.message.en).toContain("params");
  });
});

describe("any program", () => {
  const limits = { ...defaultLimits, maxStorageBuffersPerShaderStage: 6 };
  const leftOut = fc.subarray([...optimisationNames]);

  it("keeps to WebGPU's rules for bindings, and values apart while they are needed", () => {
    const property = fc.property(randomProgram, leftOut, ({ program, keep }, off) => {
      const planned = planProgram(program, randomMemories, { limits, keep, optimisations: allBut(off) });
      if (!planned.ok) throw new Error(planned.error.message.en);
      const { plan } = planned;
      for (const { bindings, workgroups, shader } of plan.dispatches) {
        expect(plan.shaders[shader]).toBeDefined();
        expect(bindings.length).toBeLessThanOrEqual(limits.maxStorageBuffersPerShaderStage);
        expect(Math.min(...workgroups)).toBeGreaterThan(0);
        for (const binding of bindings) {
          expect(binding.offset % 256).toBe(0);
          expect(binding.offset + binding.bytes).toBeLessThanOrEqual(plan.buffers[binding.buffer].bytes);
          const others = bindings.filter((other) => other !== binding && other.buffer === binding.buffer);
          expect(others.every(({ access }) => access === binding.access)).toBe(true);
          if (binding.access === "read") continue;
          const end = binding.offset + binding.bytes;
          expect(others.every(({ offset, bytes }) => offset >= end || offset + bytes <= binding.offset)).toBe(
            true,
          );
        }
      }
      for (const op of keep) expect(plan.kept[op].shape).toEqual(program.ops[op].shape);
      expect(printPlan(plan)).toContain(`${plan.dispatches.length} dispatches`);
    });
    fc.assert(property, { numRuns: 60 });
  });
});
