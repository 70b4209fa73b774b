import { describe, expect, it } from "vitest";
import { chooseVariant, matmulParts, variantKey } from "./variants";

const adapters = {
  processor: { software: true, subgroups: true },
  plainProcessor: { software: true, subgroups: false },
  gpu: { software: false, subgroups: true },
};

function chosen(adapter: keyof typeof adapters, m: number, n: number, k: number) {
  const options = { adapter: adapters[adapter] };
  return chooseVariant(
    "matmul",
    [
      [m, k],
      [k, n],
    ],
    [m, n],
    options,
  ); // prettier-ignore
}

describe("the kernel of a product", () => {
  it("is made for the adapter", () => {
    expect(chosen("processor", 64, 256, 784)).toBe("quad");
    expect(chosen("plainProcessor", 64, 256, 784)).toBe("registers");
    expect(chosen("gpu", 64, 256, 784)).toBe("tiled");
  });

  it("is the plainest one where a tile would be almost empty", () => {
    for (const adapter of ["processor", "plainProcessor"] as const) {
      expect(chosen(adapter, 1, 3000, 9)).toBe("thin");
      expect(chosen(adapter, 3000, 1, 9)).toBe("thin");
    }
  });

  it("is the one that was measured, if one was", () => {
    const table = { [variantKey("matmul", [1, 64, 256, 784])]: "thin" } as const;
    const shapes = [
      [64, 784],
      [784, 256],
    ]; // prettier-ignore
    expect(chooseVariant("matmul", shapes, [64, 256], { adapter: adapters.gpu, table })).toBe("thin");
  });
});

describe("long sums", () => {
  it("of few results are split in whole steps of four", () => {
    for (const adapter of Object.values(adapters)) {
      const parts = matmulParts([16, 50176], [16, 9], adapter);
      expect(parts).toBeGreaterThan(8);
      expect(50176 % (parts * 4)).toBe(0);
    }
  });

  it("stay whole where there are many results, few terms, or no even parts", () => {
    for (const adapter of Object.values(adapters)) {
      expect(matmulParts([512, 4096], [512, 512], adapter)).toBe(1);
      expect(matmulParts([16, 128], [16, 16], adapter)).toBe(1);
      expect(matmulParts([16, 1021], [16, 16], adapter)).toBe(1);
    }
  });
});

describe("an attention", () => {
  const of = (adapter: keyof typeof adapters, [batch, length, width]: readonly [number, number, number]) => {
    const shape = [batch, length, width];
    return chooseVariant("attention", [shape, shape, shape], shape, { adapter: adapters[adapter] });
  };

  it("goes over the keys in quads on a processor, where there are enough rows for their lanes", () => {
    expect(of("processor", [64, 64, 16])).toBe("quad");
    expect(of("processor", [64, 8, 16])).toBe("thread");
    expect(of("plainProcessor", [64, 64, 16])).toBe("thread");
    expect(of("gpu", [64, 64, 16])).toBe("thread");
  });

  it("is made of products where heads are wide, but stores no more than a tile of scores", () => {
    expect(of("processor", [64, 128, 17])).toBe("products");
    expect(of("gpu", [64, 128, 32])).toBe("thread");
    expect(of("gpu", [64, 128, 33])).toBe("products");
    for (const adapter of ["processor", "gpu"] as const)
      expect(of(adapter, [65, 128, 64])).not.toBe("products");
  });
});
