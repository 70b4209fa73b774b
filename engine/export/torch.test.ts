import { describe, expect, it } from "vitest";
import { layerOf } from "../layers/catalogue";
import { defineLayer } from "../layers/define";
import type { TorchCode } from "../layers/spelling";
import { method, module } from "../layers/spelling";
import { pythonName, torchLine } from "./torch";

/** A layer of which only the ports and the PyTorch spelling matter. */
function layer(inputs: Record<string, string>, torch: () => TorchCode) {
  const none = { en: "", zh: "" };
  return defineLayer({
    type: "Sample",
    category: "math",
    aliases: [],
    summary: none,
    explanation: none,
    formula: "",
    params: {},
    telling: [],
    inputs,
    outputs: {},
    infer: () => ({}),
    lower: () => ({}),
    torch,
    onnx: () => [],
  });
}

describe("torchLine", () => {
  it("lists the inputs that are wired", () => {
    const concat = layerOf("Concat");
    if (!concat) throw new Error("no layer Concat");
    const line = torchLine(concat, { dim: 1 }, "joined", { x1: "left", x2: "right", x4: "below" });
    expect(line).toBe("joined = torch.cat([left, right, below], dim=1)");
  });

  it("constructs a module", () => {
    const linear = layer({ x: "(*)" }, () => module("Linear", [4, 16], { bias: false }));
    expect(torchLine(linear, {}, "fc1", { x: "features" })).toBe("self.fc1 = nn.Linear(4, 16, bias=False)");
  });

  it("writes an expression on its inputs", () => {
    const transpose = layer({ x: "(*)" }, () => method("transpose", 1, 2));
    expect(torchLine(transpose, {}, "x", { x: "x" })).toBe("x = x.transpose(1, 2)");
    expect(torchLine(transpose, {}, "turned", { x: "conv 1" })).toBe("turned = conv_1.transpose(1, 2)");
    const add = layer({ a: "(*)", b: "(*)" }, () => ({ kind: "expression", code: "{a} + {b}" }));
    expect(torchLine(add, {}, "sum", { a: "left" })).toBe("sum = left + b");
  });
});

describe("pythonName", () => {
  it.each([
    ["conv1", "conv1"],
    ["conv 1", "conv_1"],
    ["2nd", "_2nd"],
    ["lambda", "_lambda"],
    ["nn", "_nn"],
    ["", "_"],
    ["卷积", "卷积"],
  ])("%j becomes %s", (name, expected) => {
    expect(pythonName(name)).toBe(expected);
  });
});
