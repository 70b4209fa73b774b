import { describe, expect, it } from "vitest";
import { nodeGpu } from "../cli/gpu";
import { soonest } from "../plan/plan";
import { type MatmulVariant, variantKey } from "../plan/variants";
import { createMemories } from "./memory";
import { agree, Case, cache, errors, open, openForTests } from "./program-case";
import { type PipelineCache, prepareReplay } from "./replay";

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

describe("elements in many long rows", () => {
  const build = (test: Case, software: boolean) => {
    const { ops } = test;
    test.adapter = { software };
    const x = test.input([33, 8, 4, 5]);
    const scale = ops.sqrt(ops.add(ops.abs(test.input([1, 8, 1, 1])), 1));
    const each = test.input([33, 1, 1, 1]);
    // Not the same along a row, the same in all rows, and another row's.
    const along = test.input([4, 5]);
    const other = ops.slice(test.input([34, 1, 1, 1]), [1, 0, 0, 0], [33, 1, 1, 1]);
    // Which of seven it is depends on the place in the row, and where it lies there on the row.
    const numbers = test.integers([5], [3, 0, 6, 6, 2]);
    const taken = ops.takeRows(ops.neg(test.input([7, 33, 8])), numbers, test.integers([], [0]), 5);
    const looked = ops.reshape(ops.permute(taken, [1, 2, 0]), [33, 8, 1, 5]);
    const scaled = ops.add(
      ops.div(ops.mul(x, along), ops.mul(scale, ops.sub(looked, 3))),
      ops.mul(test.input([1]), 3),
    );
    test.result(ops.where(ops.less(scaled, each), ops.add(scaled, ops.sub(each, other)), scaled));
  };
  const names = (software: boolean) => {
    const test = new Case();
    build(test, software);
    return test.plan(true).shaders.map(({ name }) => name);
  };

  it.each([true, false])("give what they give one by one (processor: %s)", (software) =>
    agree((test) => build(test, software)),
  );

  const pooled = (test: Case, [height, width]: readonly [number, number]) => {
    const { ops } = test;
    test.adapter = { software: true };
    const x = test.input([33, 8, height, width]);
    const output = [height >> 1, width >> 1] as const;
    const window = { kernel: [2, 2], stride: [2, 2], padding: [0, 0], dilation: [1, 1], output } as const;
    const indices = ops.maxPool2dIndices(x, window);
    const grad = ops.maxPool2dGrad(test.input([33, 8, ...output]), indices, window, x.shape);
    test.result(ops.where(ops.less(ops.add(x, test.input([1, 8, 1, 1])), 0), ops.neg(grad), grad));
  };

  it.each([
    [6, 4],
    [7, 6],
    [4, 5],
  ] as const)("look at a pool's window of %i × %i together", (...size) =>
    agree((test) => pooled(test, size)),
  );

  it("are computed four at a time where they look at the same", () => {
    const lengthOf = (size: readonly [number, number]) => {
      const test = new Case();
      pooled(test, size);
      return test.plan(true).shaders.flatMap(({ code }) => /const LENGTH\w* = (\d+)u/.exec(code)?.[1] ?? []);
    };
    expect(lengthOf([6, 6])).toEqual(["9"]);
    expect(lengthOf([4, 5])).toEqual(["20"]);
  });

  it("are gone over in rows on a processor only, where a row has something to itself", () => {
    expect(names(true)).toEqual(["rows"]);
    expect(names(false)).toEqual(["elementwise"]);
    const test = new Case();
    test.adapter = { software: true };
    test.result(test.ops.neg(test.input([33, 8, 4, 5])));
    expect(test.plan(true).shaders.map(({ name }) => name)).toEqual(["elementwise"]);
  });
});

describe("matmul", () => {
  // Below, at and above each kernel's tile.
  const cases: [MatmulVariant, [number, number, number, number]][] = [
    ["quad", [1, 1, 1, 1]],
    ["quad", [3, 15, 17, 5]],
    ["quad", [2, 16, 16, 8]],
    ["quad", [1, 65, 47, 3]],
    ["registers", [1, 1, 1, 1]],
    ["registers", [3, 7, 9, 5]],
    ["registers", [2, 8, 8, 4]],
    ["tiled", [3, 31, 33, 17]],
    ["tiled", [2, 32, 32, 16]],
    ["thin", [1, 1, 1, 1]],
    ["thin", [2, 9, 7, 5]],
  ];
  it.each(cases)("%s of %j", (variant, [batch, m, n, k]) =>
    agree((test) => {
      const { ops } = test;
      test.variants = {
        [variantKey("matmul", [batch, m, n, k])]: variant,
        [variantKey("matmul", [batch, n, m, k])]: variant,
      };
      const a = test.input([batch, m, k]);
      const b = test.input([batch, k, n]);
      const aTurned = test.input([batch, k, m]);
      const bTurned = test.input([batch, n, k]);
      test.result(ops.relu(ops.add(ops.matmul(a, b), test.input([n]))));
      test.result(ops.matmul(ops.neg(ops.transpose(aTurned, 1, 2)), b));
      test.result(ops.transpose(ops.matmul(a, ops.transpose(bTurned, 1, 2)), 1, 2));
      test.result(ops.matmul(ops.transpose(b, 1, 2), aTurned));
    }),
  );

  it.each([5, 8, 13])("begins compact, and goes on with the same results: %i long", async (k) => {
    const test = new Case();
    const { ops } = test;
    test.adapter = { software: true, subgroups: true };
    const [m, n] = [17, 33];
    for (const key of [
      [1, m, n, k],
      [1, 4, 2 * 7 * 9, 27],
    ])
      test.variants = { ...test.variants, [variantKey("matmul", key)]: "quad" };
    test.result(ops.relu(ops.add(ops.matmul(test.input([m, k]), test.input([k, n])), test.input([n]))));
    const window = { stride: [1, 1], padding: [1, 1], dilation: [1, 1], groups: 1 } as const;
    test.result(ops.conv2d(test.input([2, 3, 7, 9]), test.input([4, 3, 3, 3]), window));
    // Several kernels in a dispatch, and rows of several elements in a turn.
    test.result(ops.softmax(test.input([9, 4 * k]), 1));
    const plan = test.plan(true);
    expect(plan.dispatches[0].parts?.length).toBeGreaterThan(2);
    const manyAtOnce = /element(?:_\d)?\(row, i \+/;
    expect(plan.shaders[0].code).toMatch(manyAtOnce);
    for (const { code } of plan.dispatches[0].parts ?? []) expect(code).not.toMatch(manyAtOnce);

    const [soonest, fastest] = await test.runBeforeAndAfterExchange();
    expect(fastest).toEqual(soonest);
    expect(soonest.flatMap((values) => [...values]).filter((value) => value !== 0).length).toBeGreaterThan(
      500,
    );
    expect(errors.splice(0)).toEqual([]);
  });

  it("begins with one text for layers of several sizes, and goes on with the same results", async () => {
    const test = new Case();
    const { ops } = test;
    test.adapter = { software: true, subgroups: true };
    let x = test.input([33, 28]);
    for (const [from, to] of [
      [28, 44],
      [44, 20],
      [20, 36],
    ]) {
      test.variants = { ...test.variants, [variantKey("matmul", [1, 33, to, from])]: "quad" };
      x = ops.relu(ops.add(ops.matmul(x, test.input([from, to])), test.input([to])));
    }
    test.result(x);
    const plan = test.plan(true);
    const parts = plan.dispatches.flatMap((dispatch) => soonest(plan, dispatch));
    expect(plan.shaders).toHaveLength(3);
    expect(new Set(parts.map(({ code }) => code)).size).toBe(1);
    const [before, after] = await test.runBeforeAndAfterExchange();
    expect(after).toEqual(before);
    expect(errors.splice(0)).toEqual([]);
  });

  it("compiles what is fastest when it is asked for, not before", async () => {
    const test = new Case();
    test.adapter = { software: true, subgroups: true };
    test.variants = { [variantKey("matmul", [1, 17, 33, 8])]: "quad" };
    test.result(test.ops.matmul(test.input([17, 8]), test.input([8, 33])));
    const plan = test.plan(true);
    const memories = createMemories(open.device, test.specs);
    const asked: string[] = [];
    const watched: PipelineCache = {
      ...cache,
      get: (label, code, access) => {
        asked.push(code);
        return cache.get(label, code, access);
      },
    };
    const replay = await prepareReplay(open.device, memories, plan, watched, { soon: true });
    expect(asked).toEqual([plan.dispatches[0].parts?.[0].code]);
    await Promise.all([replay.fastest, replay.fastest]);
    expect(asked).toEqual([plan.dispatches[0].parts?.[0].code, plan.shaders[0].code]);
    memories.destroy();
  });

  it("keeps NaN and infinity where they are", () =>
    agree((test) => {
      const { ops } = test;
      const a = test.input([2, 3], [1, 2, 3, 4, 5, 6]);
      test.variants = { [variantKey("matmul", [1, 2, 2, 3])]: "quad" };
      test.result(ops.matmul(a, test.input([3, 2], [1, Infinity, 2, 3, NaN, 4])));
    }));

  it.each([
    [1, 10, 6, 5120],
    [1, 1, 1, 4096],
    [3, 20, 4, 1024],
  ])("splits long sums: %i × (%i × %i), %i long", (batch, m, n, k) =>
    agree(
      (test) => {
        const { ops } = test;
        test.adapter = { software: false };
        const product = ops.matmul(ops.transpose(test.input([batch, k, m]), 1, 2), test.input([batch, k, n]));
        test.result(ops.add(product, test.input([n])));
        expect(test.plan(true).dispatches).toHaveLength(2);
      },
      { tolerance: 1e-4 },
    ),
  );

  it("of an adapter's own choice", () =>
    agree((test) => {
      for (const [m, n, k] of [
        [1, 5000, 3],
        [5000, 1, 3],
        [1, 63, 65],
        [65, 67, 33],
      ])
        test.result(test.ops.matmul(test.input([m, k]), test.input([k, n])));
    }));

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
    { n: 2, c: 2, h: 1, w: 6, o: 3, k: [3, 3], ...base, stride: [2, 2] as const, padding: [1, 1] as const },
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

  it("convolutions of a GPU are products in workgroup memory", () =>
    agree((test) => {
      test.adapter = { software: false };
      const attributes = { ...base, padding: [1, 1] as const };
      const x = test.input([4, 3, 12, 12]);
      test.result(test.ops.conv2d(x, test.input([40, 3, 3, 3]), attributes));
      test.result(test.ops.conv2dGradWeight(x, test.input([4, 40, 12, 12]), attributes, [40, 3, 3, 3]));
      expect(test.plan(true).shaders.some(({ name }) => name.includes("matmul_tiled"))).toBe(true);
    }));

  const pools = [
    { size: [8, 6], kernel: [2, 2], stride: [2, 2], padding: [0, 0], dilation: [1, 1], output: [4, 3] },
    { size: [9, 7], kernel: [3, 3], stride: [2, 2], padding: [1, 1], dilation: [1, 1], output: [5, 4] },
    { size: [9, 7], kernel: [3, 2], stride: [1, 2], padding: [1, 0], dilation: [2, 1], output: [7, 3] },
    // An element is in up to three windows of a column, and in none where they lie apart.
    { size: [11, 13], kernel: [5, 2], stride: [2, 3], padding: [2, 1], dilation: [1, 1], output: [6, 5] },
    { size: [12, 9], kernel: [3, 3], stride: [2, 3], padding: [1, 0], dilation: [3, 2], output: [4, 2] },
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

  it("max pool finds minus infinity, but nothing beyond the plane", () =>
    agree((test) => {
      const attributes = {
        kernel: [3, 3],
        stride: [2, 2],
        padding: [1, 1],
        dilation: [1, 1],
        output: [3, 3],
      } as const;
      const values = Array.from({ length: 25 }, (_, i) => (i === 13 ? NaN : i === 21 ? 4 : -Infinity));
      const x = test.input([1, 1, 5, 5], values);
      const indices = test.ops.maxPool2dIndices(x, attributes);
      test.result(test.ops.maxPool2d(x, attributes));
      test.result(indices);
      test.result(test.ops.maxPool2dGrad(test.input([1, 1, 3, 3]), indices, attributes, x.shape));
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
