import { expect, it } from "vitest";
import { Builder } from "../program/builder";
import { planProgram } from "./compile";
import { planInTurn, programInTurn, type Turn } from "./in-turn";
import { defaultLimits, type MemorySpecs, timesOf, turnsOf } from "./plan";

const specs: MemorySpecs = {
  a: { dtype: "float32", length: 64 },
  b: { dtype: "float32", length: 64 },
};
const slot = (memory: string) => ({ memory, offset: 0, length: 64 });

/** `to` becomes the sum of products with `from`; the product between lies in an arena. */
function turn(from: string, to: string, times: number): Turn {
  const ops = new Builder();
  const x = ops.load(slot(from), [8, 8]);
  const y = ops.matmul(ops.matmul(x, x), x);
  ops.store(slot(to), ops.add(ops.load(slot(to), [8, 8]), y));
  const program = ops.program();
  const planned = planProgram(program, specs, { limits: defaultLimits });
  if (!planned.ok) throw new Error(planned.error.message.en);
  return { program, plan: planned.plan, times };
}

it("makes one plan of several, in which memories, arenas and equal shaders are shared", () => {
  const turns = [turn("a", "b", 3), turn("b", "a", 1)];
  const [first, second] = turns.map(({ plan }) => plan);
  const plan = planInTurn(turns);
  expect(turnsOf(plan)).toEqual([0, 1, 0, 1, 0, 1, 2, 3]);
  expect(timesOf(plan)).toEqual([3, 3, 1, 1]);
  expect(plan.buffers.map(({ name }) => name)).toEqual(["a", "b", "arena 0"]);
  expect(plan.arenaBytes).toBe(first.arenaBytes);
  expect(plan.peakBytes).toBe(512 + first.arenaBytes);
  expect(plan.shaders.length).toBeLessThan(first.shaders.length + second.shaders.length);

  const read = plan.dispatches.map(({ bindings }) =>
    bindings.filter(({ access }) => access === "read").map(({ buffer }) => plan.buffers[buffer].name),
  );
  expect(read[0]).toEqual(["a"]);
  expect(read[2]).toEqual(["b"]);
});

it("finds what kernels of one dispatch bind among the buffers of all", () => {
  const memories: MemorySpecs = {
    ...specs,
    products: { dtype: "float32", length: 64 },
    sums: { dtype: "float32", length: 8 },
  };
  const pair = (from: string): Turn => {
    const ops = new Builder();
    const x = ops.load(slot(from), [8, 8]);
    ops.store(slot("products"), ops.matmul(x, x));
    ops.store({ memory: "sums", offset: 0, length: 8 }, ops.sum(x, [1]));
    const program = ops.program();
    const planned = planProgram(program, memories, { limits: { ...defaultLimits, software: true } });
    if (!planned.ok) throw new Error(planned.error.message.en);
    return { program, plan: planned.plan, times: 1 };
  };
  const { buffers, dispatches } = planInTurn([pair("a"), pair("b")]);
  const bound = dispatches.map(({ parts = [] }) =>
    parts.map(({ bindings }) => bindings.map(({ buffer }) => buffers[buffer].name)),
  );
  expect(bound).toEqual(
    ["a", "b"].map((from) => [
      [from, "products"],
      [from, "sums"],
    ]),
  );
});

it("numbers operations as its program does", () => {
  const turns = [turn("a", "b", 2), turn("b", "a", 1)];
  const { ops } = programInTurn(turns);
  expect(ops.every(({ id }, index) => id === index)).toBe(true);
  const [, , , last] = planInTurn(turns).dispatches;
  expect(last.ops.map((id) => ops[id].kind)).toContain("matmul");
  expect(last.ops.every((id) => id >= turns[0].program.ops.length)).toBe(true);
});
