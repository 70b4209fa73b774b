/**
 * Every kernel at sizes below, at and above whatever its tiles and workgroups are: powers of two and their neighbours.
 * Which kernel takes a shape is the planner's own choice.
 */
import { describe, it } from "vitest";
import { nodeGpu } from "../cli/gpu";
import type { Value } from "../program/builder";
import type { ConvolutionAttributes, PoolAttributes } from "../program/program";
import type { Shape } from "../tensor/tensor";
import { agree, type Case, openForTests } from "./program-case";

openForTests(nodeGpu);

const small = [1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33];
const large = [...small, 63, 64, 65, 127, 128, 129, 255, 256, 257];

/** As many shapes as sizes, so that each dimension has each size once, and no shape is large in all of them. */
function sweep(rank: number, sizes: readonly number[], build: (test: Case, shape: Shape) => void): void {
  const shapes = sizes.map((_, i) =>
    Array.from({ length: rank }, (_each, dim) => sizes[(i + 5 * dim) % sizes.length]),
  );
  it.each(shapes.map((shape) => [shape.join("×"), shape] as const))("%s", (_, shape) =>
    agree((test) => build(test, shape)),
  );
}

describe("matmul (m, k, n)", () =>
  sweep(3, [...small, 63, 64, 65], (test, [m, k, n]) => {
    const { ops } = test;
    const a = test.input([2, m, k]);
    const b = test.input([2, k, n]);
    const grad = test.input([2, m, n]);
    test.result(ops.relu(ops.matmul(a, b)));
    test.result(ops.matmul(grad, ops.transpose(b, 1, 2)));
    test.result(ops.matmul(ops.transpose(a, 1, 2), grad));
  }));

describe("convolution (channels, outputs, h, w)", () => {
  const attributes: ConvolutionAttributes = { stride: [1, 1], padding: [1, 1], dilation: [1, 1], groups: 1 };
  sweep(4, small, (test, [c, o, h, w]) => {
    const { ops } = test;
    const x = test.input([2, c, h, w]);
    const weight = test.input([o, c, 3, 3]);
    const y = ops.conv2d(x, weight, attributes);
    const grad = test.input(y.shape);
    test.result(ops.relu(y));
    test.result(ops.conv2dGradInput(grad, weight, attributes, x.shape));
    test.result(ops.conv2dGradWeight(x, grad, attributes, weight.shape));
  });
});

describe("depthwise convolution (channels, h, w)", () =>
  sweep(3, small, (test, [c, h, w]) => {
    const { ops } = test;
    const attributes = { stride: [1, 1], padding: [1, 1], dilation: [1, 1], groups: c } as const;
    const x = test.input([2, c, h, w]);
    const weight = test.input([c, 1, 3, 3]);
    const grad = test.input(x.shape);
    test.result(ops.conv2d(x, weight, attributes));
    test.result(ops.conv2dGradInput(grad, weight, attributes, x.shape));
    test.result(ops.conv2dGradWeight(x, grad, attributes, weight.shape));
  }));

describe("pooling (channels, h, w)", () =>
  sweep(3, small, (test, [c, h, w]) => {
    const { ops } = test;
    const shape = [2, c, h, w];
    const attributes: PoolAttributes = {
      kernel: [3, 3],
      stride: [2, 2],
      padding: [1, 1],
      dilation: [1, 1],
      output: [Math.floor((h - 1) / 2) + 1, Math.floor((w - 1) / 2) + 1],
    };
    const average = { ...attributes, count_include_pad: true, divisor: null };
    const x = test.input(shape);
    const largest = ops.maxPool2d(x, attributes);
    const grad = test.input(largest.shape);
    const indices = ops.maxPool2dIndices(x, attributes);
    test.result(largest);
    test.result(indices);
    test.result(ops.maxPool2dGrad(grad, indices, attributes, shape));
    test.result(ops.avgPool2d(x, average));
    test.result(ops.avgPool2dGrad(grad, average, shape));
  }));

const overLast: Readonly<Record<string, (test: Case, x: Value) => Value>> = {
  sum: ({ ops }, x) => ops.sum(x, [1]),
  max: ({ ops }, x) => ops.max(x, [1]),
  argmax: ({ ops }, x) => ops.argmax(x, 1),
  softmax: ({ ops }, x) => ops.softmax(x, 1),
  "log softmax": ({ ops }, x) => ops.logSoftmax(x, 1),
  "a norm": ({ ops }, x) => {
    const centred = ops.sub(x, ops.mean(x, [1]));
    return ops.div(centred, ops.sqrt(ops.add(ops.mean(ops.mul(centred, centred), [1]), 1e-5)));
  },
};

describe.each(Object.entries(overLast))("%s over rows (rows, length)", (_, build) =>
  sweep(2, large, (test, shape) => test.result(build(test, test.input(shape)))),
);

describe("sum over the first dimension (rows, length)", () =>
  sweep(2, large, (test, shape) => test.result(test.ops.sum(test.input(shape), [0]))));

describe("elementwise (rows, length)", () =>
  sweep(2, large, (test, shape) => {
    const { ops } = test;
    test.result(ops.add(ops.exp(test.input(shape)), test.input([shape[1]])));
    test.result(ops.mul(ops.transpose(test.input(shape), 0, 1), 2));
  }));
