import { printShape } from "../tensor/dims";
import { TensorError } from "../tensor/errors";
import { contiguousType, elementCount, type Shape } from "../tensor/tensor";
import { defineLayer } from "./define";
import { ones, zeros } from "./initializers";
import { autoSizes, decimal, flag } from "./params";
import { module, onnxNode } from "./spelling";

export const layerNorm = defineLayer({
  type: "LayerNorm",
  category: "norm",
  aliases: ["ln", "layer normalization", "normalize", "transformer", "层归一化", "层标准化", "归一化"],
  summary: {
    en: "Standardises each sample over its last dimensions",
    zh: "在最后几个维度上对每个样本做标准化",
  },
  explanation: {
    en: "Brings each sample's numbers to mean 0 and variance 1, then scales and shifts them by trained numbers. Samples do not influence each other, so it works the same for any batch size and when predicting. Common in transformers.",
    zh: "把每个样本的数调整为均值 0、方差 1，再由可训练的数缩放和平移。样本之间互不影响，因此任何批大小以及预测时表现都一样。常用于 Transformer。",
  },
  formula: "y = (x - mean) / √(var + eps) · weight + bias",
  params: {
    normalized_shape: autoSizes(
      { en: "Sizes of the last dimensions, over which to standardise", zh: "要做标准化的最后几个维度的大小" },
      ({ x }) => x.shape.slice(-1),
    ),
    eps: decimal(
      { en: "Added to the variance, so that nothing is divided by 0", zh: "加在方差上，避免除以 0" },
      1e-5,
      { min: 0 },
    ),
    elementwise_affine: flag(
      { en: "Scale and shift by trained numbers", zh: "用可训练的数缩放和平移" },
      true,
    ),
  },
  telling: ["normalized_shape"],
  inputs: { x: "(N, *, normalized_shape)" },
  outputs: { y: "(N, *, normalized_shape)" },
  weights: (p) => ({
    weight: p.elementwise_affine && { shape: p.normalized_shape, init: ones },
    bias: p.elementwise_affine && { shape: p.normalized_shape, init: zeros },
  }),
  infer: ({ x }, p) => {
    checkNormalizedShape(x.shape, p.normalized_shape);
    if (x.dtype !== "float32") {
      throw new TensorError(
        "needs-float",
        "RuntimeError",
        "\"LayerNormKernelImpl\" not implemented for 'Long'",
      );
    }
    return { y: contiguousType("float32", x.shape) };
  },
  lower: (ops, { x }, p, { weight, bias }) => {
    const first = x.shape.length - p.normalized_shape.length;
    const dims = p.normalized_shape.map((_, i) => first + i);
    const mean = ops.mean(x, dims);
    const centred = ops.sub(x, mean);
    const variance = ops.variance(x, mean, dims);
    const y = ops.div(centred, ops.sqrt(ops.add(variance, p.eps)));
    return { y: weight && bias ? ops.add(ops.mul(y, weight), bias) : y };
  },
  flops: (_, { y }) => 7 * elementCount(y.shape),
  torch: (p) =>
    module("LayerNorm", [p.normalized_shape.length === 1 ? p.normalized_shape[0] : p.normalized_shape], {
      eps: p.eps === 1e-5 ? undefined : p.eps,
      elementwise_affine: p.elementwise_affine ? undefined : false,
    }),
  onnx: (p) => {
    const attributes = { axis: -p.normalized_shape.length, epsilon: p.eps };
    if (p.elementwise_affine) return [onnxNode("LayerNormalization", ["x", "weight", "bias"], attributes)];
    return [
      onnxNode("Constant", [], { value_ints: p.normalized_shape }),
      onnxNode("Constant", [], { value_float: 1 }),
      onnxNode("Expand", ["%1", "%0"]),
      onnxNode("LayerNormalization", ["x", "%2"], attributes),
    ];
  },
});

/** Source: ATen/native/layer_norm.h `_check_layer_norm_inputs`. @throws TensorError layer-norm-shape */
export function checkNormalizedShape(shape: Shape, normalized: Shape): void {
  if (normalized.length === 0) {
    const message =
      "Expected normalized_shape to be at least 1-dimensional, i.e., containing at least one element, but got " +
      "normalized_shape = []";
    throw new TensorError("layer-norm-shape", "RuntimeError", message);
  }
  const first = shape.length - normalized.length;
  if (first < 0 || normalized.some((size, i) => size !== shape[first + i])) {
    const message =
      `Given normalized_shape=${printShape(normalized)}, expected input with shape [*, ${normalized.join(", ")}], ` +
      `but got input of size${printShape(shape)}`;
    throw new TensorError("layer-norm-shape", "RuntimeError", message);
  }
}
