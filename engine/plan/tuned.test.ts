import { describe, expect, it } from "vitest";
import { tunedKernels, variantsFor } from "./tuned";
import type { Adapter } from "./variants";

const adapter: Adapter = { software: true, subgroups: true };
const variants = { "matmul 1 64 256 784": "thin", "matmul 1 64 10 32": "quad" } as const;
const kept = tunedKernels("SwiftShader", adapter, variants);

describe("kept kernels", () => {
  it("are used on the adapter that they were measured on, as a file holds them", () => {
    expect(variantsFor("SwiftShader", adapter, JSON.parse(JSON.stringify(kept)))).toEqual(variants);
  });

  it.each([
    ["of another adapter", "llvmpipe", adapter, kept],
    ["of the adapter with other features", "SwiftShader", { ...adapter, subgroups: false }, kept],
    ["of other kernels", "SwiftShader", adapter, { ...kept, kernels: `${kept.kernels}0` }],
    ["of a broken file", "SwiftShader", adapter, { ...kept, variants: "thin" }],
    ["of no file", "SwiftShader", adapter, null],
  ] as const)("%s are not used", (_, name, features, value) => {
    expect(variantsFor(name, features, value)).toEqual({});
  });

  it("that this adapter does not have are left out", () => {
    const odd = {
      ...kept,
      variants: { ...variants, "matmul 1 1 1 1": "tiled", "matmul 1 2 2 2": "fastest" },
    };
    expect(variantsFor("SwiftShader", adapter, odd)).toEqual(variants);
  });
});
