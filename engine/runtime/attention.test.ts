import { describe, expect, it } from "vitest";
import { nodeGpu } from "../cli/gpu";
import { soonest } from "../plan/plan";
import type { Value } from "../program/builder";
import { differentiate } from "../program/differentiate";
import { agree, Case, errors, openForTests } from "./program-case";

openForTests(nodeGpu);

type Sizes = readonly [batch: number, rows: number, keys: number, width: number, ofValues: number];

function inputsOf(test: Case, [batch, l, s, e, v]: Sizes): [q: Value, k: Value, v: Value] {
  return [test.input([batch, l, e]), test.input([batch, s, e]), test.input([batch, s, v])];
}

/** The result, and the gradients of what it is made of for a loss in which every element counts differently. */
function withGradients(test: Case, inputs: readonly Value[], causal: boolean): void {
  const { ops } = test;
  const [q, k, v, mask = null] = inputs;
  const result = ops.attention(q, k, v, mask, { causal });
  test.result(result);
  const loss = ops.total(ops.mul(result, test.input(result.shape)));
  for (const gradient of differentiate(ops, loss, inputs)) test.result(gradient);
}

describe("attention", () => {
  // Below, at and above a thread's rows, the keys of a step and the four elements of a head that are one variable.
  const cases: Sizes[] = [
    [1, 1, 1, 1, 1],
    [2, 3, 5, 3, 2],
    [2, 4, 4, 4, 4],
    [3, 5, 7, 5, 9],
    [2, 8, 8, 8, 16],
    [1, 9, 33, 16, 4],
    [70, 17, 6, 4, 5],
    [1, 10, 12, 40, 33],
    [1, 6, 7, 65, 3],
  ];
  describe.each([true, false])("on a processor: %s", (software) => {
    it.each(cases)("of %j", (...sizes) =>
      agree(
        (test) => {
          test.adapter = { software };
          withGradients(test, inputsOf(test, sizes), false);
        },
        { tolerance: 2e-5 },
      ),
    );

    it.each(cases.slice(0, 6))("causal, with a mask, of %j", (...sizes) =>
      agree(
        (test) => {
          test.adapter = { software };
          const mask = test.input([1, sizes[1], sizes[2]]);
          withGradients(test, [...inputsOf(test, sizes), mask], true);
        },
        { tolerance: 2e-5 },
      ),
    );
  });

  it("reads heads where they lie, and goes on with what follows", () =>
    agree((test) => {
      const { ops } = test;
      const whole = test.input([3, 10, 24]);
      const heads = (start: number) =>
        ops.transpose(ops.reshape(ops.columns(whole, start, start + 8), [3, 10, 2, 4]), 1, 2);
      const query = ops.mul(heads(0), 0.5);
      const mixed = ops.attention(query, heads(8), heads(16), null, { causal: false });
      const output = ops.reshape(ops.transpose(ops.columns(mixed, 0, 4), 1, 2), [3, 10, 8]);
      const loss = ops.total(ops.tanh(output));
      test.result(output);
      test.result(differentiate(ops, loss, [whole])[0]);
    }));

  it("keeps what masks of minus infinity, large scores and NaN ask for", () =>
    agree((test) => {
      const { ops } = test;
      const inputs = inputsOf(test, [1, 4, 6, 2, 3]);
      const none = Number.NEGATIVE_INFINITY;
      const hidden = test.input([6], [none, none, none, none, 0, 0]);
      const all = test.input([6], [none, none, none, none, none, none]);
      for (const mask of [hidden, all]) test.result(ops.attention(...inputs, mask, { causal: false }));
      const [q, k, v] = inputs;
      test.result(ops.attention(ops.mul(q, 300), k, v, null, { causal: false }));
      const broken = test.input([1, 4, 2], [1, 2, Number.NaN, 1, 0, 0, Number.POSITIVE_INFINITY, 1]);
      test.result(ops.attention(broken, k, v, null, { causal: false }));
    }));

  it("has the same results from its compact text, to the last bit", async () => {
    const test = new Case();
    test.adapter = { software: true };
    withGradients(test, inputsOf(test, [2, 11, 9, 6, 5]), false);
    const plan = test.plan(true);
    expect(plan.dispatches.some((dispatch) => soonest(plan, dispatch)[0].code.includes("r_count = 1u"))).toBe(
      true,
    );
    expect(plan.shaders.some(({ code }) => code.includes("r_count_0 = 2u"))).toBe(true);
    const [before, after] = await test.runBeforeAndAfterExchange();
    expect(after).toEqual(before);
    expect(errors.splice(0)).toEqual([]);
  });
});
