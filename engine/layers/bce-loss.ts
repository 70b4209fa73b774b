import { type Builder, sameShape, type Value } from "../program/builder";
import { broadcastShapes } from "../tensor/dims";
import { TensorError } from "../tensor/errors";
import { emptyLike } from "../tensor/layouts";
import { elementCount, type TensorType } from "../tensor/tensor";
import { defineLayer } from "./define";
import {
  reducedLoss,
  reducedNodes,
  reduceLoss,
  reduction,
  reductionKeyword,
  refuseLoss,
} from "./loss-reduction";
import { checkFits, numbers, tensorKeyword } from "./loss-weight";
import { optionalDecimals } from "./params";
import { module, type OnnxNode, onnxNode } from "./spelling";

export const bceLoss = defineLayer({
  type: "BCELoss",
  functional: "binary_cross_entropy",
  category: "loss",
  aliases: ["binary cross entropy", "yes or no", "multi-label", "二元交叉熵", "二分类", "损失"],
  summary: { en: "Cross-entropy of probabilities for yes or no", zh: "是非概率的交叉熵" },
  explanation: {
    en: "The prediction is a probability between 0 and 1, as Sigmoid gives it, the target 0 or 1. A loss is minus the logarithm of the probability that the truth got, 100 at most. BCEWithLogitsLoss takes the numbers before Sigmoid and is more exact.",
    zh: "预测为 0 到 1 之间的概率，即 Sigmoid 的输出；目标为 0 或 1。损失是真实结果所得概率的负对数，最大为 100。BCEWithLogitsLoss 直接接收 Sigmoid 之前的数，更精确。",
  },
  formula: "loss = mean(-target · log prediction - (1 - target) · log(1 - prediction))",
  params: {
    weight: optionalDecimals(
      { en: "How much each number of the last dimension counts", zh: "最后一个维度上每个数的权重" },
      { en: "All count the same", zh: "权重都相同" },
    ),
    reduction: reduction(),
  },
  telling: [],
  inputs: { prediction: "(*)", target: "(*)" },
  domain: () => ({ prediction: [0.01, 0.99], target: [0, 1] }),
  outputs: { loss: "()" },
  infer: ({ prediction, target }, p) => {
    checkKinds(prediction, target, p.weight);
    return { loss: reducedLoss(emptyLike(prediction), p.reduction) };
  },
  lower: (ops, { prediction, target }, p) => {
    const losses = binaryCrossEntropy(ops, prediction, target);
    const weighted = p.weight ? ops.mul(losses, numbers(ops, p.weight)) : losses;
    return { loss: reduceLoss(ops, weighted, p.reduction) };
  },
  flops: ({ prediction }) => 12 * elementCount(prediction.shape),
  torch: (p) =>
    module("BCELoss", [], { weight: tensorKeyword(p.weight), reduction: reductionKeyword(p.reduction) }),
  onnx: (p) => {
    const weighted: OnnxNode[] = p.weight
      ? [onnxNode("Constant", [], { value_floats: p.weight }), onnxNode("Mul", ["%11", "%12"])]
      : [];
    return reducedNodes([...lossNodes(), ...weighted], p.reduction);
  },
});

/** -target · log p - (1 - target) · log(1 - p), with the logarithms held above -100, as PyTorch does. */
function binaryCrossEntropy(ops: Builder, p: Value, target: Value): Value {
  // At 0 and 1 a logarithm is infinite, and 0 · ∞ in its gradient would be NaN.
  const certain = ops.add(ops.equal(p, 0), ops.equal(p, 1));
  const inside = ops.where(certain, 0.5, p);
  const yes = ops.mul(target, ops.maximum(ops.log(inside), -100));
  const no = ops.mul(ops.sub(1, target), ops.maximum(ops.log(ops.sub(1, inside)), -100));
  const atEnds = ops.mul(ops.abs(ops.sub(p, target)), 100);
  return ops.where(certain, atEnds, ops.neg(ops.add(yes, no)));
}

function checkKinds(prediction: TensorType, target: TensorType, weight: readonly number[] | null): void {
  if (!sameShape(prediction.shape, target.shape)) {
    const size = ({ shape }: TensorType): string => `torch.Size([${shape.join(", ")}])`;
    const message =
      `Using a target size (${size(target)}) that is different to the input size (${size(prediction)}) is deprecated. ` +
      "Please ensure they have the same size.";
    throw new TensorError("loss-shapes", "ValueError", message);
  }
  if (weight) broadcastShapes(target.shape, [weight.length]);
  const whole = (x: TensorType): boolean => x.dtype === "int64";
  if (whole(prediction) && whole(target)) {
    refuseLoss("needs-float", "\"binary_cross_entropy\" not implemented for 'Long'");
  }
  if (whole(target)) refuseLoss("needs-float", "Found dtype Long but expected Float");
  if (whole(prediction)) refuseLoss("needs-float", "Found dtype Float but expected Long");
  checkFits(weight, target.shape);
}

/** The losses one by one; `%11` is the last. */
function lossNodes(): OnnxNode[] {
  return [
    onnxNode("Constant", [], { value_float: 1 }),
    onnxNode("Constant", [], { value_float: -100 }),
    onnxNode("Log", ["prediction"]),
    onnxNode("Max", ["%2", "%1"]),
    onnxNode("Mul", ["target", "%3"]),
    onnxNode("Sub", ["%0", "prediction"]),
    onnxNode("Log", ["%5"]),
    onnxNode("Max", ["%6", "%1"]),
    onnxNode("Sub", ["%0", "target"]),
    onnxNode("Mul", ["%8", "%7"]),
    onnxNode("Add", ["%4", "%9"]),
    onnxNode("Neg", ["%10"]),
  ];
}
