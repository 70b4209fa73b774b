import { TensorError } from "../tensor/errors";
import { contiguousType, elementCount } from "../tensor/tensor";
import { defineLayer } from "./define";
import { ones } from "./initializers";
import { checkNormalizedShape } from "./layer-norm";
import { autoSizes, flag, optionalDecimal } from "./params";
import { module, onnxNode } from "./spelling";

/** The distance from 1 to the next float32 number: `torch.finfo(torch.float32).eps`. */
const smallest = 2 ** -23;

export const rmsNorm = defineLayer({
  type: "RMSNorm",
  category: "norm",
  aliases: ["root mean square", "normalize", "transformer", "llama", "均方根归一化", "归一化"],
  summary: {
    en: "Brings each sample's last dimensions to size 1",
    zh: "把每个样本的最后几个维度缩放到大小为 1",
  },
  explanation: {
    en: "Divides each sample's numbers by the root of their mean square and multiplies them by trained numbers. Like LayerNorm, but the mean is not taken away and nothing is added, which is cheaper and works as well in large transformers.",
    zh: "把每个样本的数除以它们平方均值的平方根，再乘以可训练的数。与 LayerNorm 相似，但不减均值也不加偏置，计算更省，在大型 Transformer 中效果同样好。",
  },
  formula: "y = x / √(mean(x²) + eps) · weight",
  params: {
    normalized_shape: autoSizes(
      { en: "Sizes of the last dimensions, over which to scale", zh: "要做缩放的最后几个维度的大小" },
      ({ x }) => x.shape.slice(-1),
    ),
    eps: optionalDecimal(
      { en: "Added to the mean square, so that nothing is divided by 0", zh: "加在平方均值上，避免除以 0" },
      { en: "About 1.19e-7, the precision of float32", zh: "约 1.19e-7，即 float32 的精度" },
      null,
      { min: 0 },
    ),
    elementwise_affine: flag({ en: "Multiply by trained numbers", zh: "乘以可训练的数" }, true),
  },
  telling: ["normalized_shape"],
  inputs: { x: "(N, *, normalized_shape)" },
  outputs: { y: "(N, *, normalized_shape)" },
  weights: (p) => ({ weight: p.elementwise_affine && { shape: p.normalized_shape, init: ones } }),
  infer: ({ x }, p) => {
    checkNormalizedShape(x.shape, p.normalized_shape);
    if (x.dtype !== "float32") {
      const message = "\"RMSNormKernelImpl\" not implemented for 'Long'";
      throw new TensorError("needs-float", "RuntimeError", message);
    }
    return { y: contiguousType("float32", x.shape) };
  },
  lower: (ops, { x }, p, { weight }) => {
    const first = x.shape.length - p.normalized_shape.length;
    const dims = p.normalized_shape.map((_, i) => first + i);
    const square = ops.mean(ops.mul(x, x), dims);
    const y = ops.div(x, ops.sqrt(ops.add(square, p.eps ?? smallest)));
    return { y: weight ? ops.mul(y, weight) : y };
  },
  flops: (_, { y }) => 4 * elementCount(y.shape),
  torch: (p) =>
    module("RMSNorm", [p.normalized_shape.length === 1 ? p.normalized_shape[0] : p.normalized_shape], {
      eps: p.eps ?? undefined,
      elementwise_affine: p.elementwise_affine ? undefined : false,
    }),
  onnx: (p) => {
    const attributes = { axis: -p.normalized_shape.length, epsilon: p.eps ?? smallest };
    if (p.elementwise_affine) return [onnxNode("RMSNormalization", ["x", "weight"], attributes)];
    return [
      onnxNode("Constant", [], { value_ints: p.normalized_shape }),
      onnxNode("Constant", [], { value_float: 1 }),
      onnxNode("Expand", ["%1", "%0"]),
      onnxNode("RMSNormalization", ["x", "%2"], attributes),
    ];
  },
});
