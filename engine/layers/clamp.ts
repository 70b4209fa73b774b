import { TensorError } from "../tensor/errors";
import { elementwise } from "../tensor/layouts";
import { elementCount } from "../tensor/tensor";
import { defineLayer } from "./define";
import { numberType } from "./number-type";
import { optionalDecimal } from "./params";
import { onnxNode } from "./spelling";

export const clamp = defineLayer({
  type: "Clamp",
  functional: "clamp",
  category: "math",
  aliases: ["clip", "limit", "bounds", "saturate", "截断", "限制范围"],
  summary: { en: "Moves numbers outside of a range to its ends", zh: "把超出范围的数移到范围的边界" },
  explanation: {
    en: "Numbers below min become min, numbers above max become max, the others stay. Where a number was moved, no gradient flows.",
    zh: "小于 min 的数变为 min，大于 max 的数变为 max，其余不变。被移动的数没有梯度。",
  },
  formula: "y = min(max(x, min), max)",
  params: {
    min: optionalDecimal(
      { en: "Smallest result", zh: "最小结果" },
      { en: "No lower bound", zh: "无下界" },
      0,
    ),
    max: optionalDecimal({ en: "Largest result", zh: "最大结果" }, { en: "No upper bound", zh: "无上界" }, 1),
  },
  functionalDefaults: { min: null, max: null },
  telling: ["min", "max"],
  inputs: { x: "(*)" },
  outputs: { y: "(*)" },
  infer: ({ x }, p) => {
    if (p.min === null && p.max === null) {
      const message = "torch.clamp: At least one of 'min' or 'max' must not be None";
      throw new TensorError("clamp-bounds", "RuntimeError", message);
    }
    return { y: elementwise(numberType(x, p.min ?? 0, p.max ?? 0), [x]) };
  },
  lower: (ops, inputs, p) => {
    const x = ops.cast(inputs.x, numberType(inputs.x, p.min ?? 0, p.max ?? 0));
    // A comparison with NaN is false, so that NaN passes.
    const above = p.min === null ? x : ops.where(ops.less(x, p.min), p.min, x);
    return { y: p.max === null ? above : ops.where(ops.less(p.max, above), p.max, above) };
  },
  flops: (_, { y }) => 2 * elementCount(y.shape),
  torch: (p) => ({
    kind: "expression",
    code: `{x}.clamp(${[
      ...(p.min === null ? [] : [`min=${p.min}`]),
      ...(p.max === null ? [] : [`max=${p.max}`]),
    ].join(", ")})`,
  }),
  onnx: (p) => [
    onnxNode("Constant", [], { value_float: p.min ?? -Infinity }),
    onnxNode("Constant", [], { value_float: p.max ?? Infinity }),
    onnxNode("Clip", ["x", "%0", "%1"]),
  ],
});
