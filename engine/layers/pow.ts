import type { Builder, Value } from "../program/builder";
import { TensorError } from "../tensor/errors";
import { elementwise } from "../tensor/layouts";
import { elementCount } from "../tensor/tensor";
import { defineLayer } from "./define";
import { numberType } from "./number-type";
import { decimal } from "./params";
import { onnxNode } from "./spelling";

export const pow = defineLayer({
  type: "Pow",
  functional: "pow",
  category: "math",
  aliases: ["power", "square", "exponent", "cube", "幂", "平方", "乘方"],
  summary: { en: "Each number to a fixed power", zh: "每个数的固定次幂" },
  explanation: {
    en: "2 squares, 3 cubes, 0.5 takes the square root, -1 divides 1 by the number. Negative numbers have real powers for whole exponents only; others give NaN.",
    zh: "2 为平方，3 为立方，0.5 为平方根，-1 为倒数。负数只有在指数为整数时才有实数幂，否则结果为 NaN。",
  },
  formula: "y = x^exponent",
  params: { exponent: decimal({ en: "The power", zh: "指数" }, 2) },
  telling: ["exponent"],
  inputs: { x: "(*)" },
  domain: () => ({ x: [0.1, 2] }),
  outputs: { y: "(*)" },
  infer: ({ x }, p) => {
    const dtype = numberType(x, p.exponent);
    if (dtype === "int64" && p.exponent < 0) {
      const message = "Integers to negative integer powers are not allowed.";
      throw new TensorError("whole-negative-power", "RuntimeError", message);
    }
    return { y: elementwise(dtype, [x]) };
  },
  lower: (ops, { x }, p) => ({ y: power(ops, ops.cast(x, numberType(x, p.exponent)), p.exponent) }),
  flops: (_, { y }) => 8 * elementCount(y.shape),
  torch: (p) => ({ kind: "expression", code: `{x} ** ${p.exponent < 0 ? `(${p.exponent})` : p.exponent}` }),
  onnx: (p) => [onnxNode("Constant", [], { value_float: p.exponent }), onnxNode("Pow", ["x", "%0"])],
});

/** Small whole powers are products: exact, for negative numbers too, and so are their gradients. */
function power(ops: Builder, x: Value, exponent: number): Value {
  if (exponent === 0) return ops.constant(1, x.shape, x.dtype);
  if (exponent === 0.5) return ops.sqrt(x);
  if (!Number.isInteger(exponent) || Math.abs(exponent) > 64) return ops.pow(x, exponent);
  const product = repeated(ops, x, Math.abs(exponent));
  return exponent < 0 ? ops.div(1, product) : product;
}

/** By squaring: x⁵ = (x²)² · x */
function repeated(ops: Builder, x: Value, times: number): Value {
  if (times === 1) return x;
  const half = repeated(ops, x, Math.floor(times / 2));
  const even = ops.mul(half, half);
  return times % 2 === 0 ? even : ops.mul(even, x);
}
