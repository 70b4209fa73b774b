import { sizeAt } from "../tensor/dims";
import { TensorError } from "../tensor/errors";
import { contiguousType, elementCount, type TensorType } from "../tensor/tensor";
import { defineLayer } from "./define";
import { fanInUniform } from "./initializers";
import { autoSize, flag, integer } from "./params";
import { module, onnxNode } from "./spelling";

interface Bilinear {
  readonly in1_features: number;
  readonly in2_features: number;
}

export const bilinear = defineLayer({
  type: "Bilinear",
  category: "linear",
  aliases: ["two inputs", "interaction", "relation", "product", "双线性", "交互"],
  summary: { en: "A weighted sum of all products of two inputs", zh: "两个输入所有乘积的加权和" },
  explanation: {
    en: "Multiplies each number of the first input with each of the second, and every output is a weighted sum of these products with trained weights. So it can learn how two things go together (a user and a film, a question and an answer), which a Linear of both side by side cannot.",
    zh: "把第一个输入的每个数与第二个输入的每个数相乘，每个输出都是这些乘积的加权和，权重可训练。因此它能学习两样东西如何搭配（用户与电影、问题与回答），而把两者并排送入 Linear 做不到。",
  },
  formula: "y = x1ᵀ W x2 + b",
  params: {
    in1_features: autoSize(
      { en: "Size of the first input's last dimension", zh: "第一个输入最后一维的大小" },
      ({ x1 }) => x1.shape.at(-1),
    ),
    in2_features: autoSize(
      { en: "Size of the second input's last dimension", zh: "第二个输入最后一维的大小" },
      ({ x2 }) => x2.shape.at(-1),
    ),
    out_features: integer({ en: "Size of the output's last dimension", zh: "输出最后一维的大小" }, 32, {
      min: 1,
    }),
    bias: flag({ en: "Add a trained number to every output", zh: "给每个输出加上一个可训练的数" }, true),
  },
  telling: ["out_features"],
  inputs: { x1: "(*, in1_features)", x2: "(*, in2_features)" },
  outputs: { y: "(*, out_features)" },
  weights: (p) => ({
    weight: { shape: [p.out_features, p.in1_features, p.in2_features], init: fanInUniform(p.in1_features) },
    bias: p.bias && { shape: [p.out_features], init: fanInUniform(p.in1_features) },
  }),
  infer: ({ x1, x2 }, p) => {
    checkInputs(x1, x2, p);
    return { y: contiguousType("float32", [...x1.shape.slice(0, -1), p.out_features]) };
  },
  lower: (ops, { x1, x2 }, p, { weight, bias }) => {
    const lead = x1.shape.slice(0, -1);
    const rows = elementCount(lead);
    const products = ops.mul(
      ops.reshape(x1, [rows, p.in1_features, 1]),
      ops.reshape(x2, [rows, 1, p.in2_features]),
    );
    const pairs = p.in1_features * p.in2_features;
    const weights = ops.transpose(ops.reshape(weight, [p.out_features, pairs]), 0, 1);
    const sums = ops.matmul(ops.reshape(products, [rows, pairs]), weights);
    return { y: ops.reshape(bias ? ops.add(sums, bias) : sums, [...lead, p.out_features]) };
  },
  flops: ({ x1 }, { y }, p) => {
    const pairs = p.in1_features * p.in2_features;
    return (
      elementCount(x1.shape.slice(0, -1)) * pairs + elementCount(y.shape) * (2 * pairs + (p.bias ? 1 : 0))
    );
  },
  torch: (p) =>
    module("Bilinear", [p.in1_features, p.in2_features, p.out_features], p.bias ? {} : { bias: false }),
  onnx: (p) => [
    onnxNode("Einsum", ["x1", "weight", "x2"], { equation: "...i,oij,...j->...o" }),
    ...(p.bias ? [onnxNode("Add", ["%0", "bias"])] : []),
  ],
});

/** In the order of ATen/native/Linear.cpp `bilinear`. */
function checkInputs(x1: TensorType, x2: TensorType, p: Bilinear): void {
  const fail = (code: string, message: string): never => {
    throw new TensorError(code, "RuntimeError", message);
  };
  if (x1.shape.length !== x2.shape.length) {
    const got = `got ${x1.shape.length} and ${x2.shape.length}`;
    fail("bilinear-shapes", `bilinear(): input dimensions do not match: ${got}`);
  }
  const differing = x1.shape.slice(0, -1).findIndex((size, dim) => size !== x2.shape[dim]);
  if (differing >= 0) {
    const got = `at dim ${differing}: got ${x1.shape[differing]} and ${x2.shape[differing]}`;
    fail("bilinear-shapes", `bilinear(): input batch dimensions do not match ${got}`);
  }
  const sizes = [sizeAt(x1.shape, -1), sizeAt(x2.shape, -1)];
  [p.in1_features, p.in2_features].forEach((wanted, i) => {
    if (sizes[i] === wanted) return;
    const got = `got ${sizes[i]} but expected ${wanted}`;
    fail("bilinear-features", `bilinear(): input${i + 1} size does not match weight size: ${got}`);
  });
  if (x1.dtype !== "float32") fail("needs-float", "expected scalar type Long but found Float");
  if (x2.dtype !== "float32") fail("needs-float", "expected scalar type Float but found Long");
}
