import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodeGpu } from "../cli/gpu";
import { planProgram } from "../plan/compile";
import type { MemorySpecs } from "../plan/plan";
import { Builder } from "../program/builder";
import { type OpenDevice, openDevice } from "./device";
import { createMemories } from "./memory";
import { createPipelineCache, prepareReplay } from "./replay";
import { createRingReader } from "./ring-reader";

let open: OpenDevice;

beforeAll(async () => {
  const opened = await openDevice(await nodeGpu());
  if (!opened.ok) throw new Error(opened.error.message.en);
  open = opened.value;
});

afterAll(() => open?.device.destroy());

const specs: MemorySpecs = {
  params: { dtype: "float32", length: 10 },
  counters: { dtype: "int64", length: 1 },
};

/** params += 1; counters += 1 */
function counting() {
  const ops = new Builder();
  const params = { memory: "params", offset: 0, length: 10 };
  const counters = { memory: "counters", offset: 0, length: 1 };
  const next = ops.add(ops.load(params, [10]), 1);
  ops.store(params, next);
  ops.store(counters, ops.add(ops.load(counters, [], "int64"), 1));
  return { program: ops.program(), next };
}

async function prepared() {
  const { program, next } = counting();
  const planned = planProgram(program, specs, { limits: open.limits, keep: [next.id] });
  if (!planned.ok) throw new Error(planned.error.message.en);
  const memories = createMemories(open.device, specs);
  const replay = await prepareReplay(open.device, memories, planned.plan, createPipelineCache(open.device));
  return { memories, replay, next };
}

describe("device", () => {
  it("is described, with the limits that it was opened with", () => {
    expect(open.name).not.toBe("");
    expect(open.limits.maxStorageBuffersPerShaderStage).toBeGreaterThanOrEqual(8);
    expect(open.limits.maxStorageBufferBindingSize % 4).toBe(0);
  });

  it("missing, says what to install", async () => {
    const opened = await openDevice(undefined);
    expect(opened).toMatchObject({ ok: false, error: { code: "no-adapter" } });
    if (!opened.ok) expect(opened.error.message.en).toContain("install");
  });
});

describe("memories", () => {
  it("are written and read in part", async () => {
    const memories = createMemories(open.device, specs);
    memories.write("params", Float32Array.of(1, 2, 3), 4);
    memories.write("counters", Int32Array.of(-7));
    expect([...(await memories.read("params"))]).toEqual([0, 0, 0, 0, 1, 2, 3, 0, 0, 0]);
    expect([...(await memories.read("params", 5, 2))]).toEqual([2, 3]);
    expect(await memories.read("counters")).toEqual(Int32Array.of(-7));
    memories.destroy();
  });

  it("lend plans the same arenas, as far as they are large enough", () => {
    const memories = createMemories(open.device, specs);
    const arena = memories.arena("arena 0", 512);
    expect(memories.arena("arena 0", 256)).toBe(arena);
    expect(memories.arena("arena 1", 256)).not.toBe(arena);
    const larger = memories.arena("arena 0", 1024);
    expect(larger.size).toBe(1024);
    expect(memories.arena("arena 0", 768)).toBe(larger);
    memories.destroy();
  });

  it("come back from a snapshot, which can be taken anew", async () => {
    const memories = createMemories(open.device, specs);
    memories.write("params", new Float32Array(10).fill(1));
    const first = memories.snapshot(["params"]);
    memories.write("params", new Float32Array(10).fill(2));
    memories.restore(first);
    expect((await memories.read("params"))[9]).toBe(1);
    memories.write("params", new Float32Array(10).fill(3));
    const again = memories.snapshot(["params"], first);
    expect(again.copies).toBe(first.copies);
    memories.write("params", new Float32Array(10).fill(4));
    memories.restore(again);
    expect((await memories.read("params"))[0]).toBe(3);
    again.destroy();
    memories.destroy();
  });
});

describe("replay", () => {
  it("runs a plan any number of times in one submit", async () => {
    const { memories, replay, next } = await prepared();
    replay.submit();
    replay.submit(6);
    expect([...(await memories.read("params"))]).toEqual(new Array(10).fill(7));
    expect([...(await memories.read("counters"))]).toEqual([7]);
    expect([...(await replay.readKept(next.id))]).toEqual(new Array(10).fill(7));
    await expect(replay.readKept(0)).rejects.toThrow("%0");
    memories.destroy();
  });

  it("does some dispatches several times where the plan says so", async () => {
    const { memories, replay } = await prepared();
    const { plan } = replay;
    const runs = [{ dispatches: plan.dispatches.length, times: 3 }];
    const thrice = await prepareReplay(
      open.device,
      memories,
      { ...plan, runs },
      createPipelineCache(open.device),
    );
    thrice.submit(2);
    expect(await memories.read("counters")).toEqual(Int32Array.of(6));
    memories.destroy();
  });

  it("is read by a ring of staging buffers without waiting", async () => {
    const { memories, replay } = await prepared();
    const reader = createRingReader(open.device, memories, "counters", 2);
    replay.submit();
    const first = reader.read();
    replay.submit();
    const second = reader.read();
    expect(reader.read()).toBeNull();
    expect(await first).toEqual(Int32Array.of(1));
    expect(await second).toEqual(Int32Array.of(2));
    expect(await reader.read()).toEqual(Int32Array.of(2));
    reader.destroy();
    memories.destroy();
  });

  it("compiles equal shaders once", async () => {
    const cache = createPipelineCache(open.device);
    const code = "@compute @workgroup_size(1) fn main() {}";
    expect(cache.get("a", code, [])).toBe(cache.get("b", code, []));
  });
});
