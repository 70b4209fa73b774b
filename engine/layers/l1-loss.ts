import { broadcastShapes } from "../tensor/dims";
import { elementwise } from "../tensor/layouts";
import { elementCount } from "../tensor/tensor";
import { expand } from "../tensor/views";
import { defineLayer } from "./define";
import {
  reducedLoss,
  reducedNodes,
  reduceLoss,
  reduction,
  reductionKeyword,
  refuseLoss,
} from "./loss-reduction";
import { numberType } from "./number-type";
import { module, onnxNode } from "./spelling";

export const l1Loss = defineLayer({
  type: "L1Loss",
  functional: "l1_loss",
  category: "loss",
  aliases: ["mean absolute error", "mae", "regression", "平均绝对误差", "回归", "损失"],
  summary: { en: "Mean of the distances, for predicting numbers", zh: "差的绝对值的平均，用于预测数值" },
  explanation: {
    en: "Compares each predicted number with the right one and takes the distance: being twice as wrong costs twice as much. A few far-off targets pull less on it than on MSELoss.",
    zh: "把每个预测值与正确值相比并取差的绝对值：错两倍的代价就是两倍。少数偏离很远的目标对它的影响比对 MSELoss 小。",
  },
  formula: "loss = mean(|prediction - target|)",
  params: { reduction: reduction() },
  telling: [],
  inputs: { prediction: "(*)", target: "(*)" },
  outputs: { loss: "()" },
  infer: ({ prediction, target }, p) => {
    const shape = broadcastShapes(prediction.shape, target.shape);
    const dtype = numberType(prediction, target);
    const difference = elementwise(dtype, [expand(prediction, shape), expand(target, shape)]);
    if (dtype === "int64" && p.reduction === "mean") {
      refuseLoss(
        "needs-float",
        "mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. Got: Long",
      );
    }
    return { loss: reducedLoss(elementwise(dtype, [difference]), p.reduction) };
  },
  lower: (ops, { prediction, target }, p) => {
    const dtype = numberType(prediction, target);
    const distance = ops.abs(ops.sub(ops.cast(prediction, dtype), ops.cast(target, dtype)));
    return { loss: reduceLoss(ops, distance, p.reduction) };
  },
  flops: ({ prediction }) => 3 * elementCount(prediction.shape),
  torch: (p) => module("L1Loss", [], { reduction: reductionKeyword(p.reduction) }),
  onnx: (p) =>
    reducedNodes([onnxNode("Sub", ["prediction", "target"]), onnxNode("Abs", ["%0"])], p.reduction),
});
