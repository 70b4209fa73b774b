import { describe, expect, it } from "vitest";
import { nodeGpu } from "../cli/gpu";
import { agree, Case, openForTests } from "./program-case";

openForTests(nodeGpu);

describe("reductions", () => {
  const cases: [number[], number[]][] = [
    [[1], [0]],
    [[5, 7], [0]],
    [[5, 7], [1]],
    [
      [64, 3, 10],
      [0, 2],
    ],
    [[3, 257], [1]],
    [[2, 255, 2], [1]],
    [[70000], [0]],
    [
      [4, 16384],
      [0, 1],
    ],
    [
      [8, 40, 16, 9],
      [0, 2, 3],
    ],
    [[2100, 3], [1]],
  ];
  it.each(cases)("of %j over %j", (shape, dims) =>
    agree((test) => {
      const x = test.input(shape);
      test.result(test.ops.sum(x, dims));
      test.result(test.ops.max(test.ops.neg(x), dims));
      test.result(test.ops.mean(test.ops.mul(x, x), dims));
      if (dims.length === 1) test.result(test.ops.argmax(x, dims[0]));
    }),
  );

  it("of NaN and infinity, and of integers", () =>
    agree((test) => {
      const { ops } = test;
      const x = test.input([4, 4], [1, NaN, 3, Infinity, -Infinity, -1, -2, -3, NaN, NaN, 1, 2, 5, 5, 4, 5]);
      test.result(ops.max(x, [1]));
      test.result(ops.argmax(ops.where(ops.equal(x, x), x, 0), 1));
      const i = test.integers(
        [2, 300],
        Array.from({ length: 600 }, (_, n) => ((n * 37) % 101) - 50),
      );
      test.result(ops.sum(i, [1]));
      test.result(ops.max(i, [1]));
      test.result(ops.argmax(i, 1));
    }));

  it("argmax takes the first of equals, and NaN before any number", async () => {
    const test = new Case();
    const rows = [1, 7, 7, 3, NaN, Infinity, NaN, 5, -Infinity, -Infinity, -5, -5];
    test.result(test.ops.argmax(test.input([3, 4], rows), 1));
    expect((await test.run(true)).actual.out1).toEqual([1, 0, 2]);
  });

  it.each(["softmax", "logSoftmax"] as const)("%s", (kind) =>
    agree((test) => {
      const { ops } = test;
      test.result(ops[kind](test.input([65, 10]), 1));
      test.result(ops[kind](ops.mul(test.input([3, 7, 4]), 100), 1));
      test.result(ops.mul(ops[kind](ops.permute(test.input([5, 6]), [1, 0]), 0), 2));
      test.result(ops[kind](test.input([4, 1]), 1));
    }),
  );
});

describe("matmul", () => {
  const cases: [number, number, number, number][] = [
    [1, 1, 1, 1],
    [1, 7, 3, 5],
    [3, 8, 4, 2],
    [1, 63, 65, 9],
    [1, 64, 64, 64],
    [1, 65, 67, 33],
    [5, 41, 43, 7],
    [1, 1, 5000, 3],
    [1, 5000, 1, 3],
  ];
  it.each(cases)("of %i × (%i × %i), %i long", (batch, m, n, k) =>
    agree((test) => {
      const { ops } = test;
      const a = test.input([batch, m, k]);
      const b = test.input([batch, n, k]);
      const product = ops.matmul(a, ops.transpose(b, 1, 2));
      test.result(ops.relu(ops.add(product, test.input([n]))));
      test.result(ops.transpose(ops.matmul(a, ops.permute(b, [0, 2, 1])), 1, 2));
    }),
  );

  it("with broadcast leading dimensions", () =>
    agree((test) => test.result(test.ops.matmul(test.input([2, 1, 3, 4]), test.input([5, 4, 2])))));
});

describe("convolution and pooling", () => {
  const base = { stride: [1, 1], padding: [0, 0], dilation: [1, 1], groups: 1 } as const;
  const cases = [
    { n: 1, c: 1, h: 1, w: 1, o: 1, k: [1, 1], ...base },
    { n: 2, c: 3, h: 7, w: 9, o: 8, k: [3, 3], ...base, padding: [1, 1] as const },
    { n: 2, c: 4, h: 8, w: 6, o: 9, k: [3, 2], ...base, stride: [2, 1] as const, padding: [1, 0] as const },
    {
      n: 3,
      c: 4,
      h: 9,
      w: 9,
      o: 6,
      k: [3, 3],
      ...base,
      dilation: [2, 2] as const,
      groups: 2,
      padding: [2, 2] as const,
    },
    {
      n: 2,
      c: 6,
      h: 5,
      w: 5,
      o: 6,
      k: [3, 3],
      ...base,
      groups: 6,
      padding: [1, 1] as const,
      stride: [2, 2] as const,
    },
    {
      n: 5,
      c: 9,
      h: 12,
      w: 12,
      o: 17,
      k: [5, 5],
      ...base,
      stride: [3, 2] as const,
      padding: [2, 2] as const,
    },
  ];
  it.each(cases)("conv2d %j", ({ n, c, h, w, o, k, ...attributes }) =>
    agree((test) => {
      const { ops } = test;
      const x = test.input([n, c, h, w]);
      const weight = test.input([o, c / attributes.groups, ...k]);
      const y = ops.conv2d(x, weight, attributes);
      test.result(ops.relu(ops.add(y, ops.reshape(test.input([o]), [1, o, 1, 1]))));
      const grad = test.input(y.shape);
      test.result(ops.conv2dGradInput(grad, weight, attributes, x.shape));
      test.result(ops.conv2dGradWeight(x, grad, attributes, weight.shape));
    }),
  );

  const pools = [
    { size: [8, 6], kernel: [2, 2], stride: [2, 2], padding: [0, 0], dilation: [1, 1], output: [4, 3] },
    { size: [9, 7], kernel: [3, 3], stride: [2, 2], padding: [1, 1], dilation: [1, 1], output: [5, 4] },
    { size: [9, 7], kernel: [3, 2], stride: [1, 2], padding: [1, 0], dilation: [2, 1], output: [7, 3] },
    // ceil_mode: the last window reaches past the edge
    { size: [8, 8], kernel: [3, 3], stride: [2, 2], padding: [0, 0], dilation: [1, 1], output: [4, 4] },
  ] as const;
  it.each(pools)("max pool %j", ({ size, ...attributes }) =>
    agree((test) => {
      const { ops } = test;
      const x = test.input([3, 5, ...size]);
      const equal = ops.cast(ops.cast(x, "int64"), "float32");
      for (const each of [x, equal]) {
        const y = ops.maxPool2d(each, attributes);
        const indices = ops.maxPool2dIndices(each, attributes);
        test.result(y);
        test.result(indices);
        test.result(ops.maxPool2dGrad(test.input(y.shape), indices, attributes, x.shape));
      }
    }),
  );

  it("max pool lets NaN through", () =>
    agree((test) => {
      const attributes = {
        kernel: [2, 2],
        stride: [2, 2],
        padding: [0, 0],
        dilation: [1, 1],
        output: [1, 3],
      } as const;
      const x = test.input(
        [1, 1, 2, 6],
        [1, NaN, 3, 2, -Infinity, -Infinity, 5, 6, NaN, NaN, -Infinity, -Infinity],
      );
      test.result(test.ops.maxPool2d(x, attributes));
      test.result(test.ops.maxPool2dIndices(x, attributes));
    }));

  it.each(pools.filter(({ dilation }) => dilation[0] === 1))("average pool %j", ({ size, ...attributes }) =>
    agree((test) => {
      const x = test.input([2, 3, ...size]);
      for (const count_include_pad of [true, false]) {
        for (const divisor of [null, 5, -2]) {
          const all = { ...attributes, count_include_pad, divisor };
          const y = test.ops.avgPool2d(x, all);
          test.result(y);
          test.result(test.ops.avgPool2dGrad(test.input(y.shape), all, x.shape));
        }
      }
    }),
  );
});
