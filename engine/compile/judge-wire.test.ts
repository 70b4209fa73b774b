import { describe, expect, it } from "vitest";
import type { Graph } from "../graph/project";
import { layerOf } from "../layers/catalogue";
import { checkGraph } from "./check";
import { digits, draw } from "./drawing.fixture";
import { judgeWires, takes } from "./judge-wire";

const graph = draw(
  {
    image: ["Input", { tensor: "image" }],
    label: ["Input", { tensor: "label" }],
    conv: ["Conv2d", { out_channels: 4 }],
    wide: ["Linear", { in_features: 999 }],
    flat: ["Flatten"],
    loss: ["CrossEntropyLoss"],
    use: ["block:none"],
  },
  "image > conv > flat",
);

const level = (drawing: Graph) => ({
  drawing,
  graph: drawing,
  checked: checkGraph(drawing, { batchSize: 4, data: digits }),
  batchSize: 4,
  data: digits,
});

describe("a wire that is being drawn", () => {
  it("from an output is refused by rules that would raise, and by what it comes from", () => {
    const verdicts = judgeWires(level(graph), { node: "conv", port: "y" }, "output");
    expect(Object.fromEntries(verdicts)).toEqual({
      "conv x": false,
      "wide x": false,
      "flat x": true,
      // Nothing can be said until the target is there too.
      "loss prediction": true,
      "loss target": true,
    });
  });

  it("from an input is refused by outputs that would raise there, and by what it leads to", () => {
    const verdicts = judgeWires(level(graph), { node: "conv", port: "x" }, "input");
    expect(verdicts.get("image y")).toBe(true);
    expect(verdicts.get("label y")).toBe(false);
    expect(verdicts.get("flat y")).toBe(false);
    expect(verdicts.get("conv y")).toBe(false);
  });
});

describe("a layer in the palette", () => {
  const given = (type: string) => {
    const layer = layerOf(type);
    if (!layer) throw new Error(`no layer ${type}`);
    const { image } = level(graph).checked.nodes;
    return takes(layer, { [Object.keys(layer.inputs)[0]]: image.outputs.y }, { batchSize: 4, data: digits });
  };

  it("fits a picture or does not", () => {
    expect(given("Conv2d")).toBe(true);
    expect(given("BatchNorm2d")).toBe(true);
    expect(given("BatchNorm1d")).toBe(false);
    expect(given("Conv1d")).toBe(false);
    expect(given("Add")).toBe(true);
  });
});
