import { describe, expect, it } from "vitest";
import { elementCount, type Shape } from "../tensor/tensor";
import { Builder, type Value } from "./builder";
import { differentiate } from "./differentiate";
import { uniform } from "./random";
import { runReference } from "./reference";

/** A function of some float32 tensors, checked at random values drawn from `range`. */
interface Case {
  readonly shapes: readonly Shape[];
  readonly range?: readonly [number, number];
  readonly build: (ops: Builder, ...inputs: Value[]) => Value;
}

const pool = { kernel: [2, 2], stride: [1, 2], padding: [1, 0], dilation: [1, 1], output: [5, 2] } as const;
const conv = { stride: [2, 1], padding: [1, 0], dilation: [1, 2], groups: 2 } as const;
const average = { ...pool, count_include_pad: false, divisor: null } as const;

const cases: Record<string, Case> = {
  neg: { shapes: [[3]], build: (ops, x) => ops.neg(x) },
  exp: { shapes: [[3]], build: (ops, x) => ops.exp(x) },
  log: { shapes: [[3]], range: [0.5, 2], build: (ops, x) => ops.log(x) },
  sqrt: { shapes: [[3]], range: [0.5, 2], build: (ops, x) => ops.sqrt(x) },
  abs: { shapes: [[7]], build: (ops, x) => ops.abs(x) },
  sigmoid: { shapes: [[3]], build: (ops, x) => ops.sigmoid(x) },
  tanh: { shapes: [[3]], build: (ops, x) => ops.tanh(x) },
  erf: { shapes: [[9]], range: [-4, 4], build: (ops, x) => ops.erf(x) },
  relu: { shapes: [[7]], build: (ops, x) => ops.relu(x) },
  add: { shapes: [[2, 3], [3]], build: (ops, a, b) => ops.add(a, b) },
  sub: { shapes: [[2, 1], [3]], build: (ops, a, b) => ops.sub(a, b) },
  mul: {
    shapes: [
      [2, 3],
      [2, 1],
    ],
    build: (ops, a, b) => ops.mul(a, b),
  },
  div: { shapes: [[2, 3], [3]], range: [0.5, 2], build: (ops, a, b) => ops.div(a, b) },
  maximum: { shapes: [[5], [5]], build: (ops, a, b) => ops.maximum(a, b) },
  minimum: { shapes: [[5], [5]], build: (ops, a, b) => ops.minimum(a, b) },
  pow: { shapes: [[3], [3]], range: [0.5, 2], build: (ops, a, b) => ops.pow(a, b) },
  where: { shapes: [[4], [4], [4]], build: (ops, c, a, b) => ops.where(ops.less(0, c), a, b) },
  reshape: { shapes: [[2, 6]], build: (ops, x) => ops.reshape(x, [3, 4]) },
  permute: { shapes: [[2, 3, 4]], build: (ops, x) => ops.permute(x, [2, 0, 1]) },
  expand: { shapes: [[2, 1, 3]], build: (ops, x) => ops.expand(x, [2, 4, 3]) },
  slice: { shapes: [[4, 5]], build: (ops, x) => ops.slice(x, [1, 2], [2, 3]) },
  pad: { shapes: [[2, 3]], build: (ops, x) => ops.pad(x, [1, 0], [4, 5]) },
  concat: {
    shapes: [
      [2, 3],
      [2, 1],
    ],
    build: (ops, a, b) => ops.concat([a, b], 1),
  },
  sum: { shapes: [[2, 3, 4]], build: (ops, x) => ops.sum(x, [0, 2]) },
  max: { shapes: [[2, 5]], build: (ops, x) => ops.max(x, [1]) },
  matmul: {
    shapes: [
      [2, 3, 4],
      [4, 5],
    ],
    build: (ops, a, b) => ops.matmul(a, b),
  },
  conv2d: {
    shapes: [
      [2, 4, 5, 6],
      [6, 2, 3, 2],
    ],
    build: (ops, x, w) => ops.conv2d(x, w, conv),
  },
  conv2d_grad_input: {
    shapes: [
      [2, 6, 3, 4],
      [6, 2, 3, 2],
    ],
    build: (ops, g, w) => ops.conv2dGradInput(g, w, conv, [2, 4, 5, 6]),
  },
  "conv2d_grad_input with room for one more": {
    shapes: [
      [1, 2, 2, 3],
      [2, 1, 2, 2],
    ],
    build: (ops, g, w) =>
      ops.conv2dGradInput(
        g,
        w,
        { stride: [1, 1], padding: [0, 0], dilation: [2, 1], groups: 1 },
        [1, 1, 5, 4],
      ),
  },
  conv2d_grad_weight: {
    shapes: [
      [2, 4, 5, 6],
      [2, 6, 3, 4],
    ],
    build: (ops, x, g) => ops.conv2dGradWeight(x, g, conv, [6, 2, 3, 2]),
  },
  max_pool2d: { shapes: [[2, 2, 4, 5]], build: (ops, x) => ops.maxPool2d(x, pool) },
  avg_pool2d: { shapes: [[2, 2, 4, 5]], build: (ops, x) => ops.avgPool2d(x, average) },
  avg_pool2d_grad: { shapes: [[2, 2, 5, 2]], build: (ops, g) => ops.avgPool2dGrad(g, average, [2, 2, 4, 5]) },
  take_rows: {
    shapes: [[4, 3, 2]],
    build: (ops, table) => ops.takeRows(table, ops.div(ops.iota([6], 0), 2), ops.constant(1, [], "int64"), 5),
  },
  attention: {
    shapes: [
      [2, 1, 3, 4],
      [2, 5, 4],
      [2, 5, 3],
    ],
    build: (ops, q, k, v) => ops.attention(q, k, v, null, { causal: false }),
  },
  "attention with a mask, causal": {
    shapes: [
      [2, 4, 3],
      [2, 3, 3],
      [2, 3, 2],
      [1, 3],
    ],
    build: (ops, q, k, v, mask) => ops.attention(q, k, v, mask, { causal: true }),
  },
  softmax: { shapes: [[2, 4, 3]], build: (ops, x) => ops.softmax(x, 1) },
  log_softmax: { shapes: [[2, 4]], build: (ops, x) => ops.logSoftmax(x, 1) },
};

describe("every rule agrees with finite differences in float64", () => {
  for (const [name, { shapes, range = [-2, 2], build }] of Object.entries(cases)) {
    it.each([1, 2, 3])(`${name}, seed %i`, (seed) => {
      const ops = new Builder();
      const inputs = shapes.map((shape, i) =>
        ops.load({ memory: `x${i}`, offset: 0, length: elementCount(shape) }, shape),
      );
      const result = build(ops, ...inputs);
      // Weights of their own for each element, so that no error cancels another.
      const weights = ops.load(
        { memory: "weights", offset: 0, length: elementCount(result.shape) },
        result.shape,
      );
      const loss = ops.total(ops.mul(result, weights));
      const grads = differentiate(ops, loss, inputs);

      const draw = (id: number, length: number) =>
        Float64Array.from({ length }, (_, i) => range[0] + (range[1] - range[0]) * uniform(seed, 0, id, i));
      const memories: Record<string, Float64Array> = { weights: draw(99, elementCount(result.shape)) };
      shapes.forEach((shape, i) => {
        memories[`x${i}`] = draw(i, elementCount(shape));
      });
      const lossAt = () => runReference(ops.program(), memories)[loss.id][0];
      const exact = runReference(ops.program(), memories);
      shapes.forEach((_, i) => {
        const x = memories[`x${i}`];
        for (let at = 0; at < x.length; at++) {
          const step = 1e-6;
          const before = x[at];
          x[at] = before + step;
          const up = lossAt();
          x[at] = before - step;
          const down = lossAt();
          x[at] = before;
          expect(exact[grads[i].id][at]).toBeCloseTo((up - down) / (2 * step), 6);
        }
      });
    });
  }
});

it("gives zeros where the loss does not depend on an input", () => {
  const ops = new Builder();
  const x = ops.load({ memory: "x", offset: 0, length: 2 }, [2]);
  const unused = ops.load({ memory: "u", offset: 0, length: 3 }, [3]);
  const [, grad] = differentiate(ops, ops.total(x), [x, unused]);
  const results = runReference(ops.program(), { x: new Float64Array(2), u: new Float64Array(3) });
  expect([...results[grad.id]]).toEqual([0, 0, 0]);
});

it("detach keeps the values and lets no gradient through", () => {
  const ops = new Builder();
  const x = ops.load({ memory: "x", offset: 0, length: 2 }, [2]);
  const y = ops.mul(ops.detach(x), x);
  const [grad] = differentiate(ops, ops.total(y), [x]);
  const results = runReference(ops.program(), { x: Float64Array.of(3, 5) });
  expect([...results[y.id]]).toEqual([9, 25]);
  expect([...results[grad.id]]).toEqual([3, 5]);
});
