import { expect, test } from "vitest";
import { layers } from "../../engine";
import { hasOwnPicture, pictureOf } from "./layer-pictures";

/** Where the category's picture is the layer's. */
const typical = new Set(["data", "norm", "attention", "recurrent", "block"]);

test("every layer has a picture, and one of its own where its category does several things", () => {
  const without = layers.filter(({ type, category }) => !hasOwnPicture(type) && !typical.has(category));
  // A dense layer, a filter over an image, a window of an image.
  expect(without.map(({ type }) => type).toSorted()).toEqual(
    ["AdaptiveAvgPool2d", "AdaptiveMaxPool2d", "AvgPool2d", "Conv2d", "Linear", "MaxPool2d"].toSorted(),
  );
});

test("a picture stays in its field", () => {
  for (const layer of layers) {
    const { lines, marks = "" } = pictureOf(layer);
    expect(lines.length + marks.length, layer.type).toBeGreaterThan(5);
    for (const [, x, y] of `${lines}${marks}`.matchAll(/[ML](-?[\d.]+) (-?[\d.]+)/g)) {
      expect(Number(x), layer.type).toBeGreaterThanOrEqual(0);
      expect(Number(x), layer.type).toBeLessThanOrEqual(64);
      expect(Number(y), layer.type).toBeGreaterThanOrEqual(0);
      expect(Number(y), layer.type).toBeLessThanOrEqual(40);
    }
  }
});

test("the graph of an activation is its graph", () => {
  const relu = pictureOf({ type: "ReLU", category: "activation" }).marks ?? "";
  expect(relu).toContain("M6.5 20.0");
  // At 2 it is 2.
  expect(relu).toContain("L49.0 5.0");
});
