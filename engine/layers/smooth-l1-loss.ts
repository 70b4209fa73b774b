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
import { decimal } from "./params";
import { module, onnxNode } from "./spelling";

export const smoothL1Loss = defineLayer({
  type: "SmoothL1Loss",
  functional: "smooth_l1_loss",
  category: "loss",
  aliases: ["robust", "huber", "bounding box", "regression", "平滑 L1", "回归", "损失"],
  summary: { en: "Squares small errors, takes large ones as they are", zh: "小误差取平方，大误差取绝对值" },
  explanation: {
    en: "Below beta it is a parabola, so that it has no corner at 0; above, it is the distance, so that far-off targets do not rule the training. HuberLoss is the same times beta.",
    zh: "误差小于 beta 时为抛物线，在 0 处没有拐角；更大时为绝对值，偏离很远的目标不会主导训练。HuberLoss 等于它乘以 beta。",
  },
  formula: "loss = mean(d²/(2·beta) if d < beta, else d - beta/2), d = |prediction - target|",
  params: {
    reduction: reduction(),
    beta: decimal({ en: "Where the parabola ends", zh: "抛物线到此为止" }, 1, { min: 0 }),
  },
  telling: ["beta"],
  inputs: { prediction: "(*)", target: "(*)" },
  outputs: { loss: "()" },
  infer: ({ prediction, target }, p) => {
    const shape = broadcastShapes(prediction.shape, target.shape);
    const each = elementwise("float32", [expand(prediction, shape), expand(target, shape)]);
    if (p.beta < 0) refuseLoss("loss-beta", "smooth_l1_loss does not support negative values for beta.");
    if (prediction.dtype === "int64" && target.dtype === "int64") {
      refuseLoss("needs-float", "\"smooth_l1_cpu\" not implemented for 'Long'");
    }
    return { loss: reducedLoss(each, p.reduction) };
  },
  lower: (ops, { prediction, target }, p) => {
    const [x, t] = [ops.cast(prediction, "float32"), ops.cast(target, "float32")];
    // PyTorch counts a difference of 0 as negative where beta is 0.
    const d = ops.where(ops.less(t, x), ops.sub(x, t), ops.sub(t, x));
    if (p.beta === 0) return { loss: reduceLoss(ops, d, p.reduction) };
    const near = ops.mul(ops.mul(d, d), 0.5 / p.beta);
    const losses = ops.where(ops.less(d, p.beta), near, ops.sub(d, 0.5 * p.beta));
    return { loss: reduceLoss(ops, losses, p.reduction) };
  },
  flops: ({ prediction }) => 5 * elementCount(prediction.shape),
  torch: (p) =>
    module("SmoothL1Loss", [], {
      reduction: reductionKeyword(p.reduction),
      beta: p.beta === 1 ? undefined : p.beta,
    }),
  onnx: (p) => {
    const distance = [onnxNode("Sub", ["prediction", "target"]), onnxNode("Abs", ["%0"])];
    if (p.beta === 0) return reducedNodes(distance, p.reduction);
    const nodes = [
      ...distance,
      onnxNode("Constant", [], { value_float: p.beta }),
      onnxNode("Less", ["%1", "%2"]),
      onnxNode("Constant", [], { value_float: 0.5 / p.beta }),
      onnxNode("Mul", ["%1", "%1"]),
      onnxNode("Mul", ["%5", "%4"]),
      onnxNode("Constant", [], { value_float: 0.5 * p.beta }),
      onnxNode("Sub", ["%1", "%7"]),
      onnxNode("Where", ["%3", "%6", "%8"]),
    ];
    return reducedNodes(nodes, p.reduction);
  },
});
