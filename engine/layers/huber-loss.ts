import { broadcastShapes } from "../tensor/dims";
import { emptyLike } from "../tensor/layouts";
import { elementCount, type TensorType } from "../tensor/tensor";
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
import { decimal } from "./params";
import { module, onnxNode } from "./spelling";

export const huberLoss = defineLayer({
  type: "HuberLoss",
  functional: "huber_loss",
  category: "loss",
  aliases: ["robust", "smooth l1", "outliers", "regression", "休伯损失", "回归", "损失"],
  summary: { en: "MSE for small errors, L1 for large ones", zh: "小误差用均方，大误差用绝对值" },
  explanation: {
    en: "Up to delta the error is squared and halved; beyond, the cost grows in a straight line, so that far-off targets do not rule the training.",
    zh: "误差不超过 delta 时取平方的一半；超过后代价按直线增长，偏离很远的目标不会主导训练。",
  },
  formula: "loss = mean(d²/2 if d ≤ delta, else delta · (d - delta/2)), d = |prediction - target|",
  params: {
    reduction: reduction(),
    delta: decimal({ en: "Where the parabola ends", zh: "抛物线到此为止" }, 1),
  },
  telling: ["delta"],
  inputs: { prediction: "(*)", target: "(*)" },
  outputs: { loss: "()" },
  infer: ({ prediction, target }, p) => {
    const shape = broadcastShapes(prediction.shape, target.shape);
    checkKinds(prediction, target, p.delta);
    return { loss: reducedLoss(emptyLike(expand(prediction, shape)), p.reduction) };
  },
  lower: (ops, { prediction, target }, p) => {
    const d = ops.abs(ops.sub(prediction, ops.cast(target, "float32")));
    const near = ops.mul(ops.mul(d, d), 0.5);
    const far = ops.mul(ops.sub(d, 0.5 * p.delta), p.delta);
    return { loss: reduceLoss(ops, ops.where(ops.less(p.delta, d), far, near), p.reduction) };
  },
  flops: ({ prediction }) => 5 * elementCount(prediction.shape),
  torch: (p) =>
    module("HuberLoss", [], {
      reduction: reductionKeyword(p.reduction),
      delta: p.delta === 1 ? undefined : p.delta,
    }),
  onnx: (p) =>
    reducedNodes(
      [
        onnxNode("Sub", ["prediction", "target"]),
        onnxNode("Abs", ["%0"]),
        onnxNode("Constant", [], { value_float: p.delta }),
        onnxNode("Greater", ["%1", "%2"]),
        onnxNode("Constant", [], { value_float: 0.5 }),
        onnxNode("Mul", ["%2", "%4"]),
        onnxNode("Sub", ["%1", "%5"]),
        onnxNode("Mul", ["%6", "%2"]),
        onnxNode("Mul", ["%1", "%1"]),
        onnxNode("Mul", ["%8", "%4"]),
        onnxNode("Where", ["%3", "%7", "%9"]),
      ],
      p.reduction,
    ),
});

function checkKinds(prediction: TensorType, target: TensorType, delta: number): void {
  if (delta <= 0) refuseLoss("loss-delta", "huber_loss does not support non-positive values for delta.");
  if (prediction.dtype === "float32") return;
  if (target.dtype === "int64") refuseLoss("needs-float", "\"huber_cpu\" not implemented for 'Long'");
  refuseLoss("needs-float", "result type Float can't be cast to the desired output type Long");
}
