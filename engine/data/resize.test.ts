import { expect, test } from "vitest";
import { resize } from "./resize";

// Rounded values of torch.nn.functional.interpolate(mode="bilinear", antialias=True), which follows Pillow
test.each([
  ["grows", [0, 100, 200], [0, 25, 75, 125, 175, 200]],
  ["shrinks", [0, 10, 200, 30, 40, 250, 60, 70], [54, 98, 106]],
  ["stays", [7, 8, 9], [7, 8, 9]],
])("a row %s as in PyTorch", (_, pixels, expected) => {
  const [from, to] = [pixels, expected].map(({ length }) => ({ width: length, height: 1 }));
  expect(Array.from(resize(Uint8Array.from(pixels), from, to, 1))).toEqual(expected);
});

test("both directions and all channels are scaled", () => {
  const pixels = Uint8Array.from([0, 100, 0, 100, 200, 50, 200, 50]);
  expect(Array.from(resize(pixels, { width: 2, height: 2 }, { width: 1, height: 1 }, 2))).toEqual([100, 75]);
});
