import type { Builder, Value } from "../program/builder";
import { printShape } from "../tensor/dims";
import { TensorError } from "../tensor/errors";
import { contiguousType, elementCount, type Shape, type TensorType } from "../tensor/tensor";
import { defineLayer } from "./define";
import { type Reduction, reduction } from "./loss-reduction";
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
    const probabilities = equal(prediction.shape, target.shape);
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

/** Which dimension counts the classes: the second, or the only one. */
function classDim(shape: Shape): number {
  return shape.length === 1 ? 0 : 1;
}

/** Targets are class numbers, int64. Source: ATen/native/LossNLL.cpp, `cross_entropy_loss_label_smoothing`. */
function againstClasses(ops: Builder, log: Value, target: Value, p: CrossEntropy): Value {
  const dim = classDim(log.shape);
  const column = ops.reshape(target, log.shape.with(dim, 1));
  const kept = ops.sub(1, ops.equal(column, p.ignore_index));
  const chosen = ops.mul(ops.equal(ops.iota(log.shape, dim), column), kept);
  const weight = p.weight && perClass(ops, p.weight, log.shape);
  const weights = weight ? ops.mul(chosen, weight) : chosen;
  const losses = ops.neg(ops.where(chosen, weight ? ops.mul(log, weight) : log, 0));
  const counted = p.reduction === "mean" ? ops.total(weights) : null;

  const plain = reduce(ops, losses, dim, target.shape, p.reduction, counted);
  if (p.label_smoothing === 0) return plain;
  const everywhere = ops.neg(ops.where(kept, weight ? ops.mul(log, weight) : log, 0));
  const smooth = reduce(ops, everywhere, dim, target.shape, p.reduction, counted);
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
  return reduce(ops, losses, dim, log.shape.toSpliced(dim, 1), p.reduction, samples);
}

/** Class weights as (1, C, 1, …), to be broadcast with the prediction. */
function perClass(ops: Builder, weight: readonly number[], shape: Shape): Value {
  const dim = classDim(shape);
  const row = ops.concat(
    weight.map((each) => ops.constant(each, [1])),
    0,
  );
  return ops.reshape(
    row,
    shape.map((size, i) => (i === dim ? size : 1)),
  );
}

/** @param counted what the mean divides by */
function reduce(
  ops: Builder,
  losses: Value,
  dim: number,
  shape: Shape,
  how: Reduction,
  counted: Value | null,
): Value {
  if (how === "none") return ops.reshape(ops.sum(losses, [dim]), shape);
  const total = ops.total(losses);
  return how === "mean" && counted ? ops.div(total, counted) : total;
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
  const wrongWeight = p.weight !== null && p.weight.length !== classes;
  const weightMessage =
    `weight tensor should be defined either for all ${classes} classes or no classes but got weight tensor of shape: ` +
    `[${p.weight?.length}]`;

  if (equal(input, target.shape)) {
    if (target.dtype !== "float32") {
      refuse("loss-target", "Expected floating point type for target with class probabilities, got Long");
    }
    if (p.ignore_index >= 0) refuse("loss-target", "ignore_index is not supported for floating point target");
    if (wrongWeight) refuse("loss-weight", `cross_entropy: ${weightMessage}`);
    checkFloat(prediction);
    checkSmoothing(p);
    return;
  }
  checkSmoothing(p);
  checkFloat(prediction);
  checkBatch(input, target.shape);
  const wanted = input.toSpliced(classDim(input), 1);
  if (input.length <= 2) {
    if (target.shape.length > 1)
      refuse("loss-shapes", "0D or 1D target tensor expected, multi-target not supported");
    if (!equal(wanted, target.shape)) {
      refuse(
        "loss-shapes",
        `size mismatch (got input: ${printShape(input)}, target: ${printShape(target.shape)})`,
      );
    }
    if (wrongWeight) refuse("loss-weight", weightMessage);
  } else {
    checkPixels(input, target.shape, wanted, wrongWeight);
  }
  if (target.dtype !== "int64") refuse("loss-target", "expected scalar type Long but found Float");
}

function checkSmoothing({ label_smoothing }: CrossEntropy): void {
  if (label_smoothing > 1) {
    refuse("loss-smoothing", `label_smoothing must be between 0.0 and 1.0. Got: ${label_smoothing}`);
  }
}

function checkFloat({ dtype, shape }: TensorType): void {
  if (dtype === "float32") return;
  const kernel = shape.length <= 2 ? "log_softmax_lastdim_kernel_impl" : "softmax_kernel_impl";
  refuse("needs-float", `"${kernel}" not implemented for 'Long'`);
}

function checkBatch(input: Shape, target: Shape): void {
  // A scalar target has no batch; PyTorch reads 0.
  const [samples = 0] = target;
  if (input.length === 1 || input[0] === samples) return;
  const message = `Expected input batch_size (${input[0]}) to match target batch_size (${samples}).`;
  throw new TensorError("loss-shapes", "ValueError", message);
}

/** More than two dimensions: every place of d1, … has a class of its own. */
function checkPixels(input: Shape, target: Shape, wanted: Shape, wrongWeight: boolean): void {
  const weightMessage = "weight tensor should be defined either for all or no classes";
  if (input.length !== 4) {
    if (!equal(wanted, target)) {
      refuse("loss-shapes", `Expected target size ${printShape(wanted)}, got ${printShape(target)}`);
    }
    if (wrongWeight) refuse("loss-weight", weightMessage);
    return;
  }
  if (target.length !== 3) {
    const got = `got targets of dimension: ${target.length}`;
    refuse("loss-shapes", `only batches of spatial targets supported (3D tensors) but ${got}`);
  }
  if (wrongWeight) refuse("loss-weight", weightMessage);
  if (!equal(wanted, target)) {
    // The closing bracket is missing in PyTorch too.
    refuse("loss-shapes", `size mismatch (got input: ${printShape(input)} , target: ${printShape(target)}`);
  }
}

function refuse(code: string, message: string): never {
  throw new TensorError(code, "RuntimeError", message);
}

function equal(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, dim) => size === b[dim]);
}
