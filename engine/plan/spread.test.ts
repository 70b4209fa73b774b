import { describe, expect, it } from "vitest";
import { kernels } from "../../shaders/index";
import { spread } from "./spread";

const product = {
  kernel: kernels.matmulQuad,
  constants: { BATCH: 1, M: 784, N: 256, K: 64, WORKGROUPS: 16 },
  cost: 9000,
};
const elements = { kernel: kernels.elementwise, constants: { COUNT: 100_000, PER_THREAD: 12 }, cost: 1000 };
const pool = { kernel: kernels.maxPool2d, constants: { N: 4 }, cost: 1 };

const workgroups = (works: Parameters<typeof spread>[0]) =>
  spread(works, true).map((constants, index) => works[index].kernel.workgroups(constants));

describe("kernels of a dispatch on a processor", () => {
  it("share few workgroups by what they have to do", () => {
    expect(workgroups([product, elements])).toEqual([16, 3]);
  });

  it("have as many alone as run at once, and at least one beside any other", () => {
    expect(workgroups([elements])).toEqual([16]);
    expect(workgroups([product, { ...elements, cost: 1 }])).toEqual([16, 1]);
  });

  it("go over all of their elements", () => {
    const [{ COUNT, PER_THREAD, THREADS }] = spread([elements], true);
    expect(PER_THREAD * THREADS * 16).toBeGreaterThanOrEqual(COUNT);
    expect((PER_THREAD - 1) * THREADS * 16).toBeLessThan(COUNT);
  });

  it("have workgroups of four lanes, where all of them can", () => {
    const threads = (works: Parameters<typeof spread>[0]) =>
      spread(works, true).map(({ THREADS }) => THREADS);
    expect(threads([product, elements])).toEqual([4, 4]);
    expect(threads([product, pool])).toEqual([64, undefined]);
  });

  it("keep what follows from their work", () => {
    expect(spread([pool], true)).toEqual([pool.constants]);
  });
});

it("a GPU has as many workgroups as there is work", () => {
  expect(spread([product, elements], false)).toEqual([product.constants, elements.constants]);
});
