import { describe, expect, it } from "vitest";
import { type AnyLayer, layerOf } from "../../engine";
import { firstFreeInput, shownInputs, shownOutputs } from "./ports";

function layer(type: string): AnyLayer {
  const found = layerOf(type);
  if (!found) throw new Error(`there is no layer ${type}`);
  return found;
}

/** The ports, those that may stay unwired in brackets. */
const inputs = (type: string, ...wired: string[]) =>
  shownInputs(layer(type), new Set(wired))
    .map(({ name, spare }) => (spare ? `(${name})` : name))
    .join(" ");

const outputs = (type: string, wired: readonly string[], given?: object) =>
  shownOutputs(layer(type), new Set(wired), given).join(" ");

describe("the input ports of a node", () => {
  it("of Concat are those wired and one more, when the required ones are taken", () => {
    expect(inputs("Concat")).toBe("x1 x2");
    expect(inputs("Concat", "x1")).toBe("x1 x2");
    expect(inputs("Concat", "x1", "x2")).toBe("x1 x2 (x3)");
    expect(inputs("Concat", "x1", "x2", "x3")).toBe("x1 x2 x3 (x4)");
    expect(inputs("Concat", "x1", "x2", "x5")).toBe("x1 x2 (x3) x5");
    expect(inputs("Concat", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8")).toBe("x1 x2 x3 x4 x5 x6 x7 x8");
  });

  it("with names of their own are always there", () => {
    expect(inputs("ScaledDotProductAttention")).toBe("query key value (attn_mask)");
    expect(inputs("ScaledDotProductAttention", "attn_mask")).toBe("query key value attn_mask");
    expect(inputs("LSTM", "x")).toBe("x (h_0) (c_0)");
  });

  it("that are all required are all there", () => {
    expect(inputs("Linear")).toBe("x");
    expect(inputs("Add", "x1")).toBe(Object.keys(layer("Add").inputs).join(" "));
  });
});

describe("the output ports of a node", () => {
  it("of Split are the parts there are", () => {
    expect(outputs("Split", [], { y1: 0, y2: 0, y3: 0 })).toBe("y1 y2 y3");
    expect(outputs("Split", [])).toBe("y1 y2");
  });

  it("stay while a wire hangs on them", () => {
    expect(outputs("Split", ["y4"], { y1: 0 })).toBe("y1 y4");
    expect(outputs("Split", ["y4"])).toBe("y1 y2 y4");
  });

  it("with names of their own are all there", () => {
    expect(outputs("LSTM", [])).toBe("output h_n c_n");
  });
});

describe("a wire dropped on a node", () => {
  it("goes to the first free port, a required one before an optional one", () => {
    expect(firstFreeInput(layer("Concat"), new Set())).toBe("x1");
    expect(firstFreeInput(layer("Concat"), new Set(["x2"]))).toBe("x1");
    expect(firstFreeInput(layer("Concat"), new Set(["x1", "x2", "x3"]))).toBe("x4");
    expect(firstFreeInput(layer("MultiheadAttention"), new Set(["query", "attn_mask"]))).toBe("key");
    expect(firstFreeInput(layer("LSTM"), new Set(["x"]))).toBe("h_0");
  });

  it("goes nowhere when every port is taken", () => {
    expect(firstFreeInput(layer("Linear"), new Set(["x"]))).toBeUndefined();
    expect(firstFreeInput(layer("Input"), new Set())).toBeUndefined();
  });
});
