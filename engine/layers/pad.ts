import type { Builder, Value } from "../program/builder";
import { defineLayer } from "./define";
import { padImages } from "./image-padding";
import { type Margins, marginsOf, padModes, padType } from "./pad-type";
import { choice, decimal, integers } from "./params";
import { onnxNode, python } from "./spelling";

export const pad = defineLayer({
  type: "Pad",
  functional: "pad",
  category: "shape",
  aliases: ["padding", "border", "margin", "crop", "填充", "补零", "边缘"],
  summary: { en: "Adds numbers around a tensor", zh: "在张量四周补数" },
  explanation: {
    en: "The list goes from the last dimension to the front, two numbers each: before and behind. For images that is left, right, top, bottom. Negative numbers cut. What is added is a constant, the mirrored inside (reflect), the edge repeated (replicate) or the other end (circular).",
    zh: "列表从最后一个维度往前数，每个维度两个数：前面和后面。对图像来说就是左、右、上、下。负数表示裁掉。补上的可以是常数、内部的镜像（reflect）、重复的边缘（replicate）或另一端（circular）。",
  },
  formula: "shape(y)[i] = before + shape(x)[i] + behind",
  params: {
    pad: integers(
      { en: "Before and behind, from the last dimension on", zh: "从最后一个维度开始，每维的前后补数个数" },
      [1, 1, 1, 1],
    ),
    mode: choice({ en: "What is added", zh: "补什么" }, padModes, "constant"),
    value: decimal({ en: "The constant", zh: "常数的值" }, 0),
  },
  telling: ["pad", "mode"],
  inputs: { x: "(*)" },
  outputs: { y: "(*)" },
  infer: ({ x }, p) => ({ y: padType(x, p.pad, p.mode, p.value) }),
  lower: (ops, { x }, p) => {
    const margins = marginsOf(p.pad, x.shape.length);
    // Where an edge is mirrored or repeated, what is cut may still be seen in the mirror.
    if (p.mode === "reflect" || p.mode === "replicate") return { y: padImages(ops, x, margins, p.mode) };
    const inside = cut(ops, x, margins);
    const outside = { before: margins.before.map(atLeastZero), after: margins.after.map(atLeastZero) };
    if (p.mode === "circular") return { y: padImages(ops, inside, outside, "circular") };
    return { y: surround(ops, inside, outside, p.value) };
  },
  flops: () => 0,
  torch: (p) => {
    const mode = p.mode === "constant" ? "" : `, mode=${python(p.mode)}`;
    const value = p.value === 0 ? "" : `, value=${p.value}`;
    return { kind: "expression", code: `F.pad({x}, ${python(p.pad)}${mode}${value})` };
  },
  onnx: (p, { x }) => {
    const { before, after } = marginsOf(p.pad, x.shape.length);
    const mode = { constant: "constant", reflect: "reflect", replicate: "edge", circular: "wrap" }[p.mode];
    return [
      onnxNode("Constant", [], { value_ints: [...before, ...after] }),
      onnxNode("Constant", [], { value_float: p.value }),
      onnxNode("Pad", ["x", "%0", "%1"], { mode }),
    ];
  },
});

function atLeastZero(margin: number): number {
  return Math.max(margin, 0);
}

/** Takes away what negative margins cut. */
function cut(ops: Builder, x: Value, { before, after }: Margins): Value {
  const sizes = x.shape.map((size, dim) => size + Math.min(before[dim], 0) + Math.min(after[dim], 0));
  return ops.slice(
    x,
    before.map((margin) => Math.max(-margin, 0)),
    sizes,
  );
}

function surround(ops: Builder, x: Value, { before, after }: Margins, value: number): Value {
  const shape = x.shape.map((size, dim) => before[dim] + size + after[dim]);
  const zeros = ops.pad(x, before, shape);
  return value === 0 ? zeros : ops.where(ops.pad(ops.constant(1, x.shape), before, shape), zeros, value);
}
