import { expect, it } from "vitest";
import { Builder } from "../program/builder";
import { runReference } from "../program/reference";
import { contiguousType, elementCount, type TensorType } from "../tensor/tensor";
import { expand, narrow, permute, reshape, select, transpose, unsqueeze } from "../tensor/views";
import { loadLayout } from "./verify-layout";

const x = contiguousType("float32", [2, 3, 4, 5]);
const layouts: readonly (readonly [string, TensorType])[] = [
  ["as it is", x],
  ["transposed", transpose(x, 1, 3)],
  ["permuted", permute(x, [2, 0, 3, 1])],
  ["narrow", narrow(narrow(x, 3, 0, 2), 1, 0, 2)],
  ["one of the innermost dimension", select(x, 3, 0)],
  ["one of a middle dimension, then permuted", permute(select(x, 2, 0), [2, 0, 1])],
  ["expanded", expand(contiguousType("float32", [3, 1, 5]), [4, 3, 6, 5])],
  ["expanded, then transposed", transpose(expand(contiguousType("float32", [3, 1]), [2, 3, 4]), 0, 2)],
  ["unsqueezed", unsqueeze(transpose(x, 0, 1), 2)],
  ["merged", reshape(transpose(x, 0, 1), [3, 2, 20])],
  ["one number", contiguousType("float32", [])],
  ["one number, expanded", expand(contiguousType("float32", [1]), [3])],
];

it.each(layouts)("reads each element from where its strides say: %s", (_, { shape, stride }) => {
  const ops = new Builder();
  let cells = 0;
  const value = loadLayout(ops, { shape, stride }, (below) => {
    cells = elementCount(below);
    return ops.load({ memory: "cells", offset: 0, length: cells }, below);
  });
  const places = { cells: Float64Array.from({ length: cells }, (_each, place) => place) };
  const read = runReference(ops.program(), places)[value.id];
  expect(value.shape).toEqual(shape);
  expect([...read]).toEqual(placesOf(shape, stride));
});

it("reads overlapping windows as contiguous", () => {
  const ops = new Builder();
  const value = loadLayout(ops, { shape: [3, 4], stride: [2, 1] }, (below) => ops.constant(0, below));
  expect(value).toMatchObject({ kind: "constant", shape: [3, 4] });
});

function placesOf(shape: readonly number[], stride: readonly number[]): number[] {
  return shape.reduce(
    (places, size, dim) =>
      places.flatMap((place) => Array.from({ length: size }, (_, i) => place + i * stride[dim])),
    [0],
  );
}
