import { describe, it } from "vitest";
import { nodeGpu } from "../cli/gpu";
import { type AttentionSizes, type AttentionVariant, variantKey } from "../plan/variants";
import type { Value } from "../program/builder";
import { differentiate } from "../program/differentiate";
import { agree, type Case, noise, openForTests } from "./program-case";

openForTests(nodeGpu);

function inputsOf(test: Case, [batch, l, s, e, v]: AttentionSizes): [q: Value, k: Value, v: Value] {
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
  // Below, at and above a thread's rows, a quad's, and the four elements of a head that are one variable; then heads that are
  // taken in chunks, with more and fewer keys and rows than are taken at once.
  const cases: AttentionSizes[] = [
    [1, 1, 1, 1, 1],
    [2, 3, 5, 3, 2],
    [2, 4, 4, 4, 4],
    [3, 5, 7, 5, 9],
    [2, 16, 8, 8, 16],
    [1, 9, 33, 16, 4],
    [70, 17, 6, 4, 5],
    [2, 21, 70, 3, 49],
    [1, 70, 20, 68, 18],
  ];
  describe.each<[AttentionVariant, { software: boolean }]>([
    ["thread", { software: false }],
    ["thread", { software: true }],
    ["quad", { software: true }],
    ["products", { software: true }],
  ])("by %s, on %j", (variant, adapter) => {
    const forced = (test: Case, sizes: AttentionSizes) => {
      test.adapter = adapter;
      test.variants = { [variantKey("attention", sizes)]: variant };
    };

    it.each(cases.slice(0, -1))("of %j", (...sizes) =>
      agree(
        (test) => {
          forced(test, sizes);
          withGradients(test, inputsOf(test, sizes), false);
        },
        { tolerance: 2e-5 },
      ),
    );

    it.each([1, 3, 4, 6, 8].map((i) => cases[i]))("causal, with a mask, of %j", (...sizes) =>
      agree(
        (test) => {
          forced(test, sizes);
          const mask = test.input([1, sizes[1], sizes[2]]);
          withGradients(test, [...inputsOf(test, sizes), mask], true);
        },
        { tolerance: 2e-5 },
      ),
    );

    it("keeps what masks of minus infinity, large scores and NaN ask for", () =>
      agree((test) => {
        const { ops } = test;
        const sizes: AttentionSizes = [1, 4, 6, 2, 3];
        forced(test, sizes);
        const inputs = inputsOf(test, sizes);
        const none = Number.NEGATIVE_INFINITY;
        const hidden = test.input([6], [none, none, none, none, 0, 0]);
        const all = test.input([6], [none, none, none, none, none, none]);
        for (const mask of [hidden, all]) test.result(ops.attention(...inputs, mask, { causal: false }));
        const [q, k, v] = inputs;
        test.result(ops.attention(ops.mul(q, 300), k, v, null, { causal: false }));
        const broken = test.input([1, 4, 2], [1, 2, Number.NaN, 1, 0, 0, Number.POSITIVE_INFINITY, 1]);
        test.result(ops.attention(broken, k, v, null, { causal: false }));
      }));

    it("lets nothing in from beside a head whose chunk is not full", () =>
      agree((test) => {
        const { ops } = test;
        const sizes: AttentionSizes = [2, 12, 9, 36, 36];
        forced(test, sizes);
        // What follows each row in memory is NaN.
        const heads = (length: number) => {
          const values = noise(2 * length * 40, length).map((x, i) => (i % 40 < 36 ? x : Number.NaN));
          return ops.columns(test.input([2, length, 40], values), 0, 36);
        };
        withGradients(test, [heads(12), heads(9), heads(9)], false);
      }));
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
});
