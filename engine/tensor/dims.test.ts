import { describe, expect, it } from "vitest";
import { broadcastShapes, sizeAt, wrapDim } from "./dims";

describe("dimension numbers", () => {
  it("count from the end when negative", () => {
    expect(wrapDim(-1, 3)).toBe(2);
    expect(wrapDim(2, 3)).toBe(2);
    expect(sizeAt([4, 5, 6], -3)).toBe(4);
  });

  it("of a scalar are 0 and -1", () => {
    expect([wrapDim(0, 0), wrapDim(-1, 0)]).toEqual([0, 0]);
    expect(() => wrapDim(1, 0)).toThrow(
      "Dimension out of range (expected to be in range of [-1, 0], but got 1)",
    );
    expect(() => sizeAt([], 0)).toThrow("Dimension specified as 0 but tensor has no dimensions");
  });

  it("out of range are PyTorch's IndexError", () => {
    expect(() => wrapDim(3, 3)).toThrow(
      "Dimension out of range (expected to be in range of [-3, 2], but got 3)",
    );
    expect(() => wrapDim(-4, 3)).toThrow(
      expect.objectContaining({ torchType: "IndexError", code: "dim-out-of-range" }),
    );
  });
});

describe("broadcasting", () => {
  it("stretches sizes of 1 and adds dimensions at the front", () => {
    expect(broadcastShapes([4, 1, 3], [2, 1])).toEqual([4, 2, 3]);
    expect(broadcastShapes([], [5])).toEqual([5]);
    expect(broadcastShapes([1, 0], [3, 1])).toEqual([3, 0]);
  });

  it("names the last dimension that does not fit", () => {
    expect(() => broadcastShapes([2, 3], [4, 5])).toThrow(
      "The size of tensor a (3) must match the size of tensor b (5) at non-singleton dimension 1",
    );
  });
});
