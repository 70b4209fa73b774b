import { expect, it } from "vitest";
import { nodeGpu } from "../cli/gpu";
import type { Dispatch, Plan } from "../plan/plan";
import { Builder } from "../program/builder";
import { createMemories } from "./memory";
import { canProfile, median, timeDispatches } from "./profile";
import { measurePeaks } from "./profile-peaks";
import { reportProfile } from "./profile-report";
import { chromeTrace } from "./profile-trace";
import { Case, cache, errors, open, openForTests } from "./program-case";
import { prepareReplay } from "./replay";

openForTests(nodeGpu);

it("times each dispatch, and leaves the memories as they were", async () => {
  expect(canProfile(open.device)).toBe(true);
  const test = new Case();
  const { ops } = test;
  const a = test.input([512, 512]);
  const heavy = ops.matmul(ops.matmul(a, a), a);
  test.result(heavy);
  const counter = { memory: "counter", offset: 0, length: 1 };
  test.specs.counter = { dtype: "float32", length: 1 };
  ops.store(counter, ops.add(ops.load(counter, []), 1));
  const plan = test.plan(false);
  const memories = createMemories(open.device, test.specs);
  memories.write("in0", test.values.in0);
  const replay = await prepareReplay(open.device, memories, plan, cache);
  const before = memories.snapshot(["counter"]);
  let resets = 0;
  const times = await timeDispatches(open.device, replay, 3, () => {
    resets++;
    memories.restore(before);
  });
  expect(errors.splice(0)).toEqual([]);
  expect(times).toHaveLength(plan.dispatches.length);
  expect(resets).toBeGreaterThan(3);
  expect([...(await memories.read("counter"))]).toEqual([0]);
  const timesOf = (kind: string) => times.filter((_, i) => plan.dispatches[i].label.includes(kind));
  expect(timesOf("matmul")).toHaveLength(2);
  // 268 million operations beside one.
  for (const time of timesOf("matmul")) expect(time).toBeGreaterThan(10 * Math.min(...timesOf("add")));
  before.destroy();
  memories.destroy();
});

it("measures what the device can do at best, once", async () => {
  const peaks = await measurePeaks(open.device);
  expect(errors.splice(0)).toEqual([]);
  // A machine of this century, and none of the next.
  expect(peaks.flops).toBeGreaterThan(1e8);
  expect(peaks.flops).toBeLessThan(1e15);
  expect(peaks.bytes).toBeGreaterThan(1e7);
  expect(peaks.bytes).toBeLessThan(1e14);
  expect(await measurePeaks(open.device)).toBe(peaks);
});

it.each([
  [[3], 3],
  [[5, 1, 3], 3],
  [[4, 1, 3, 2], 2.5],
])("the median of %j is %d", (values, expected) => expect(median(values)).toBe(expected));

/** Two dispatches: the first of node a alone, the second of both nodes, forward and backward. */
function twoDispatches(): { readonly plan: Plan; readonly program: ReturnType<Builder["program"]> } {
  const ops = new Builder();
  const x = ops.constant(1, [10, 10]);
  ops.origin = "a";
  const first = ops.relu(x);
  const second = ops.neg(first);
  ops.origin = "b";
  ops.phase = "backward";
  // 2 · 10 · 100 operations beside the 100 of neg.
  const third = ops.matmul(second, x);
  const dispatch = (of: readonly number[], label: string): Dispatch => ({
    shader: 0,
    bindings: [],
    workgroups: [1, 1, 1],
    ops: of,
    origins: [...new Set(of.flatMap((id) => ops.value(id).origin ?? []))],
    phase: "forward",
    label,
    flops: 1e6,
    bytes: 2e6,
  });
  const plan: Plan = {
    buffers: [],
    shaders: [],
    dispatches: [dispatch([first.id], "relu"), dispatch([second.id, third.id], "matmul + neg")],
    kept: {},
    arenaBytes: 0,
    arenaBound: 0,
    peakBytes: 0,
    peakOrigin: null,
  };
  return { plan, program: ops.program() };
}

const measured = {
  adapter: "a GPU",
  steps: 5,
  stepMilliseconds: 50,
  peaks: { flops: 1e9, bytes: 1e9 },
  names: { a: "relu", b: "fc" },
  milliseconds: [10, 21],
};

it("divides a dispatch among its nodes and phases as its operations are", () => {
  const { plan, program } = twoDispatches();
  const { dispatches, nodes, phases, milliseconds } = reportProfile(plan, program, measured);
  expect(milliseconds).toBe(31);
  expect(nodes.map(({ node }) => node)).toEqual(["b", "a"]);
  expect(nodes[0].milliseconds).toBeCloseTo(20);
  expect(nodes[1].milliseconds).toBeCloseTo(11);
  expect(nodes[0].phases).toEqual({ forward: 0, backward: expect.closeTo(20), update: 0 });
  expect(phases.map(({ phase, share }) => [phase, share])).toEqual([
    ["forward", expect.closeTo(11 / 31)],
    ["backward", expect.closeTo(20 / 31)],
  ]);
  // 2 MB at 1 GB/s are 2 ms; the operations alone would be 1 ms.
  expect(dispatches[0]).toMatchObject({ flopRate: 1e8, byteRate: 2e8, nodes: ["a"] });
  expect(dispatches[0].roofline).toBeCloseTo(0.2);
});

it("counts a dispatch as often as a step does it", () => {
  const { plan, program } = twoDispatches();
  const runs = [
    { dispatches: 1, times: 3 },
    { dispatches: 1, times: 1 },
  ];
  const { dispatches, milliseconds } = reportProfile({ ...plan, runs }, program, measured);
  expect(milliseconds).toBe(51);
  expect(dispatches).toMatchObject([
    { label: "3 × relu", milliseconds: 30, flops: 3e6, flopRate: 1e8 },
    { label: "matmul + neg", milliseconds: 21 },
  ]);
});

it("writes one step as a Chrome trace, in microseconds", () => {
  const { plan, program } = twoDispatches();
  const { traceEvents } = JSON.parse(chromeTrace(reportProfile(plan, program, measured)));
  const steps = traceEvents.filter(({ ph }: { ph: string }) => ph === "X");
  expect(steps).toMatchObject([
    { name: "relu", cat: "forward", ts: 0, dur: 10_000, args: { nodes: "relu" } },
    { name: "matmul + neg", ts: 10_000, dur: 21_000, args: { nodes: "relu, fc" } },
  ]);
});
