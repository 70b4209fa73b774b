import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { elementwise, likeImages } from "./layouts";
import { contiguousType, isContiguous, type TensorType } from "./tensor";
import { expand, narrow, permute, transpose } from "./views";

const tensor = (...shape: number[]): TensorType => contiguousType("float32", shape);

describe("elementwise results", () => {
  it("keep a dense permutation of strides", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 2, max: 4 }), { minLength: 1, maxLength: 5 }),
        fc.nat(),
        (shape, seed) => {
          const dims = [...shape.keys()].sort((a, b) => ((seed >> (a * 3)) & 7) - ((seed >> (b * 3)) & 7));
          const x = permute(tensor(...shape), dims);
          expect(elementwise("float32", [x])).toEqual({ ...x, view: false });
          expect(elementwise("float32", [x, x]).stride).toEqual(x.stride);
        },
      ),
    );
  });

  it("close the gaps of a narrowed tensor, in its order", () => {
    const x = narrow(transpose(tensor(4, 6), 0, 1), 0, 1, 3);
    expect(x.stride).toEqual([1, 6]);
    expect(elementwise("float32", [x]).stride).toEqual([1, 3]);
  });

  it("take the first input's order when inputs disagree", () => {
    const [rows, columns] = [tensor(3, 4), transpose(tensor(4, 3), 0, 1)];
    expect(elementwise("float32", [rows, columns]).stride).toEqual([4, 1]);
    expect(elementwise("float32", [columns, rows]).stride).toEqual([1, 3]);
  });

  it("take the order of the input that is not repeated", () => {
    const repeated = expand(tensor(1, 1), [3, 4]);
    expect(elementwise("float32", [repeated, transpose(tensor(4, 3), 0, 1)]).stride).toEqual([1, 3]);
  });

  it("are new memory of the broadcast shape", () => {
    expect(elementwise("float32", [tensor(2, 1), tensor(3)])).toEqual(tensor(2, 3));
  });
});

describe("images", () => {
  it("stay channels-last", () => {
    const x = permute(tensor(2, 5, 6, 3), [0, 3, 1, 2]);
    expect(likeImages(x, [2, 8, 4, 4]).stride).toEqual([128, 1, 32, 8]);
  });

  it("are contiguous otherwise, and where it could be either", () => {
    expect(isContiguous(likeImages(tensor(2, 3, 4, 4), [2, 8, 4, 4]))).toBe(true);
    expect(isContiguous(likeImages(tensor(7, 1, 1, 1), [7, 8, 2, 2]))).toBe(true);
  });
});
