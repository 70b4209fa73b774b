import { type Builder, sameShape, type Value } from "../program/builder";
import { TensorError } from "../tensor/errors";
import { contiguousType, elementCount, type TensorType } from "../tensor/tensor";
import {
  checkTargetShape,
  chosenLosses,
  classDim,
  perClass,
  reduceClasses,
  weightMessage,
} from "./class-loss";
import { defineLayer } from "./define";
import { type Reduction, reduction, refuseLoss } from "./loss-reduction";
import { decimal, integer, optionalDecimals } from "./params";
import { module, onnxNode } from "./spelling";

interface CrossEntropy {
  readonly weight: readonly number[] | null;
  readonly ignore_index: number;
  readonly reduction: Reduction;
  readonly label_smoothing: number;
}

export const crossEntropyLoss = defineLayer({
  type: "CrossEntropyLoss",
  functional: "cross_entropy",
  category: "loss",
  aliases: ["classification", "log loss", "softmax loss", "nll", "交叉熵", "分类", "损失"],
  summary: { en: "How surprised the network is by the right class", zh: "网络对正确类别感到多意外" },
  explanation: {
    en: "The usual loss for classes. The prediction holds one score (logit) a class, straight from the last Linear layer: softmax is applied inside, so do not add one. The loss is minus the logarithm of the probability that the right class got: 0 when the network is certain and right, large when it is certain and wrong.",
    zh: "分类任务最常用的损失。预测为每个类别的一个分数（logit），直接取自最后的 Linear 层：内部已包含 softmax，不要再加。损失是正确类别所得概率的负对数：确信且正确时为 0，确信却错误时很大。",
  },
  formula: "loss = mean(-log softmax(prediction)[target])",
  params: {
    weight: optionalDecimals(
      { en: "How much each class counts, one number a class", zh: "每个类别的权重，每类一个数" },
      { en: "All classes count the same", zh: "所有类别权重相同" },
      0,
    ),
    ignore_index: integer(
      { en: "Targets of this number are left out", zh: "目标等于此数的样本不计入" },
      -100,
    ),
    reduction: reduction(),
    label_smoothing: decimal(
      { en: "Share of the target that is spread over all classes", zh: "把目标的这一部分平均分给所有类别" },
      0,
      { min: 0, max: 1 },
    ),
  },
  telling: ["label_smoothing"],
  inputs: {
    prediction: "(N, C) or (N, C, d1, …)",
    target: "(N) or (N, d1, …) classes, or probabilities like prediction",
  },
  domain: ({ prediction: { shape }, target }) => ({
    target: target.dtype === "int64" ? [0, shape[classDim(shape)]] : [0, 1],
  }),
  outputs: { loss: "()" },
  infer: ({ prediction, target }, p) => {
    checkInputs(prediction, target, p);
    const { shape } = prediction;
    const each = shape.toSpliced(classDim(shape), 1);
    return { loss: contiguousType("float32", p.reduction === "none" ? each : []) };
  },
  lower: (ops, { prediction, target }, p) => {
    const dim = classDim(prediction.shape);
    const log = ops.logSoftmax(prediction, dim);
    const probabilities = sameShape(prediction.shape, target.shape);
    return { loss: probabilities ? againstShares(ops, log, target, p) : againstClasses(ops, log, target, p) };
  },
  flops: ({ prediction }) => 8 * elementCount(prediction.shape),
  torch: (p) =>
    module("CrossEntropyLoss", [], {
      weight: p.weight === null ? undefined : { python: `torch.tensor([${p.weight.join(", ")}])` },
      ignore_index: p.ignore_index === -100 ? undefined : p.ignore_index,
      reduction: p.reduction === "mean" ? undefined : p.reduction,
      label_smoothing: p.label_smoothing === 0 ? undefined : p.label_smoothing,
    }),
  onnx: (p) => {
    const attributes = { ignore_index: p.ignore_index, reduction: p.reduction };
    if (p.weight === null) return [onnxNode("SoftmaxCrossEntropyLoss", ["prediction", "target"], attributes)];
    return [
      onnxNode("Constant", [], { value_floats: p.weight }),
      onnxNode("SoftmaxCrossEntropyLoss", ["prediction", "target", "%0"], attributes),
    ];
  },
});

/** Targets are class numbers, int64. Source: ATen/native/LossNLL.cpp, `cross_entropy_loss_label_smoothing`. */
function againstClasses(ops: Builder, log: Value, target: Value, p: CrossEntropy): Value {
  const dim = classDim(log.shape);
  const { losses, kept, weight, weights } = chosenLosses(ops, log, target, p);
  const counted = p.reduction === "mean" ? ops.total(weights) : null;

  const plain = reduceClasses(ops, losses, dim, target.shape, p.reduction, counted);
  if (p.label_smoothing === 0) return plain;
  const everywhere = ops.neg(ops.where(kept, weight ? ops.mul(log, weight) : log, 0));
  const smooth = reduceClasses(ops, everywhere, dim, target.shape, p.reduction, counted);
  const share = p.label_smoothing / log.shape[dim];
  return ops.add(ops.mul(plain, 1 - p.label_smoothing), ops.mul(smooth, share));
}

/** Targets are a probability for each class, float32 of the prediction's shape. */
function againstShares(ops: Builder, log: Value, target: Value, p: CrossEntropy): Value {
  const dim = classDim(log.shape);
  const classes = log.shape[dim];
  const smoothed =
    p.label_smoothing === 0
      ? target
      : ops.add(ops.mul(target, 1 - p.label_smoothing), p.label_smoothing / classes);
  const weighted = p.weight ? ops.mul(smoothed, perClass(ops, p.weight, log.shape)) : smoothed;
  const losses = ops.neg(ops.mul(log, weighted));
  const samples = ops.constant(elementCount(log.shape) / classes);
  return reduceClasses(ops, losses, dim, log.shape.toSpliced(dim, 1), p.reduction, samples);
}

/** In the order of ATen/native/LossNLL.cpp and LossNLL2d.cpp. */
function checkInputs(prediction: TensorType, target: TensorType, p: CrossEntropy): void {
  const input = prediction.shape;
  if (input.length === 0) {
    throw new TensorError(
      "loss-shapes",
      "IndexError",
      "Dimension specified as 1 but tensor has no dimensions",
    );
  }
  const classes = input[classDim(input)];

  if (sameShape(input, target.shape)) {
    if (target.dtype !== "float32") {
      refuseLoss("loss-target", "Expected floating point type for target with class probabilities, got Long");
    }
    if (p.ignore_index >= 0)
      refuseLoss("loss-target", "ignore_index is not supported for floating point target");
    if (p.weight !== null && p.weight.length !== classes) {
      refuseLoss("loss-weight", `cross_entropy: ${weightMessage(classes, p.weight)}`);
    }
    checkFloat(prediction);
    checkSmoothing(p);
    return;
  }
  checkSmoothing(p);
  checkFloat(prediction);
  checkTargetShape(input, target.shape, p.weight);
  if (target.dtype !== "int64") refuseLoss("loss-target", "expected scalar type Long but found Float");
}

function checkSmoothing({ label_smoothing }: CrossEntropy): void {
  if (label_smoothing > 1) {
    refuseLoss("loss-smoothing", `label_smoothing must be between 0.0 and 1.0. Got: ${label_smoothing}`);
  }
}

function checkFloat({ dtype, shape }: TensorType): void {
  if (dtype === "float32") return;
  const kernel = shape.length <= 2 ? "log_softmax_lastdim_kernel_impl" : "softmax_kernel_impl";
  refuseLoss("needs-float", `"${kernel}" not implemented for 'Long'`);
}
