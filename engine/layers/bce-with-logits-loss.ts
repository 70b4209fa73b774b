import { sameShape } from "../program/builder";
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
import { logOnePlusExp } from "./softplus";
import { module, type OnnxNode, onnxNode } from "./spelling";

interface Logits {
  readonly weight: readonly number[] | null;
  readonly pos_weight: readonly number[] | null;
}

export const bceWithLogitsLoss = defineLayer({
  type: "BCEWithLogitsLoss",
  functional: "binary_cross_entropy_with_logits",
  category: "loss",
  aliases: [
    "binary cross entropy",
    "sigmoid loss",
    "multi-label",
    "logits",
    "二元交叉熵",
    "二分类",
    "多标签",
    "损失",
  ],
  summary: { en: "Cross-entropy for yes or no, Sigmoid included", zh: "是非问题的交叉熵，内含 Sigmoid" },
  explanation: {
    en: "The prediction is a score (logit) straight from the last Linear layer; Sigmoid is applied inside, so do not add one. The target is 0 or 1 for each number. Doing both in one is exact even for very large scores.",
    zh: "预测为最后 Linear 层直接输出的分数（logit）；内部已包含 Sigmoid，不要再加。目标对每个数为 0 或 1。合并计算即使分数很大也很精确。",
  },
  formula: "loss = mean(-target · log σ(prediction) - (1 - target) · log(1 - σ(prediction)))",
  params: {
    weight: optionalDecimals(
      { en: "How much each number of the last dimension counts", zh: "最后一个维度上每个数的权重" },
      { en: "All count the same", zh: "权重都相同" },
    ),
    reduction: reduction(),
    pos_weight: optionalDecimals(
      {
        en: "How much a target of 1 counts, for each number of the last dimension",
        zh: "目标为 1 时的权重，最后一个维度上每个数一个",
      },
      { en: "As much as a target of 0", zh: "与目标为 0 时相同" },
    ),
  },
  telling: [],
  inputs: { prediction: "(*)", target: "(*)" },
  domain: () => ({ target: [0, 1] }),
  outputs: { loss: "()" },
  infer: ({ prediction, target }, p) => {
    checkKinds(prediction, target, p);
    // PyTorch begins with 1 - target and goes on in place.
    return { loss: reducedLoss(emptyLike(target), p.reduction) };
  },
  /** (1 - t)·x + (1 + (pos_weight - 1)·t)·log(1 + e⁻ˣ). Source: ATen/native/Loss.cpp */
  lower: (ops, { prediction, target }, p) => {
    const shortfall = logOnePlusExp(ops, ops.neg(prediction));
    const rest = p.pos_weight
      ? ops.mul(
          shortfall,
          ops.add(
            ops.mul(
              target,
              numbers(
                ops,
                p.pos_weight.map((each) => each - 1),
              ),
            ),
            1,
          ),
        )
      : shortfall;
    const losses = ops.add(ops.mul(ops.sub(1, target), prediction), rest);
    const weighted = p.weight ? ops.mul(losses, numbers(ops, p.weight)) : losses;
    return { loss: reduceLoss(ops, weighted, p.reduction) };
  },
  flops: ({ prediction }) => 10 * elementCount(prediction.shape),
  torch: (p) =>
    module("BCEWithLogitsLoss", [], {
      weight: tensorKeyword(p.weight),
      reduction: reductionKeyword(p.reduction),
      pos_weight: tensorKeyword(p.pos_weight),
    }),
  onnx: (p) => reducedNodes(lossNodes(p), p.reduction),
});

function checkKinds(prediction: TensorType, target: TensorType, p: Logits): void {
  if (!sameShape(prediction.shape, target.shape)) {
    const size = ({ shape }: TensorType): string => `torch.Size([${shape.join(", ")}])`;
    const message = `Target size (${size(target)}) must be the same as input size (${size(prediction)})`;
    throw new TensorError("loss-shapes", "ValueError", message);
  }
  if (p.pos_weight) broadcastShapes([p.pos_weight.length], target.shape);
  if (prediction.dtype === "int64" || target.dtype === "int64") {
    refuseLoss("needs-float", "result type Float can't be cast to the desired output type Long");
  }
  checkFits(p.pos_weight, target.shape);
  checkFits(p.weight, target.shape);
}

function lossNodes({ weight, pos_weight }: Logits): OnnxNode[] {
  const nodes = [
    onnxNode("Neg", ["prediction"]),
    onnxNode("Softplus", ["%0"]),
    onnxNode("Constant", [], { value_float: 1 }),
    onnxNode("Sub", ["%2", "target"]),
    onnxNode("Mul", ["%3", "prediction"]),
  ];
  if (pos_weight) {
    nodes.push(
      onnxNode("Constant", [], { value_floats: pos_weight.map((each) => each - 1) }),
      onnxNode("Mul", ["target", "%5"]),
      onnxNode("Add", ["%6", "%2"]),
      onnxNode("Mul", ["%1", "%7"]),
    );
  }
  nodes.push(onnxNode("Add", ["%4", pos_weight ? "%8" : "%1"]));
  if (!weight) return nodes;
  const losses = nodes.length - 1;
  return [
    ...nodes,
    onnxNode("Constant", [], { value_floats: weight }),
    onnxNode("Mul", [`%${losses}`, `%${losses + 1}`]),
  ];
}
