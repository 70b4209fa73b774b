import type { Builder, Value } from "../program/builder";
import { elementwise } from "../tensor/layouts";
import { contiguousType, elementCount } from "../tensor/tensor";
import { defineLayer } from "./define";
import { reducedNodes, reduceLoss, reductionKeyword, reductions, refuseLoss } from "./loss-reduction";
import { choice, flag } from "./params";
import { module, onnxNode } from "./spelling";

export const klDivLoss = defineLayer({
  type: "KLDivLoss",
  functional: "kl_div",
  category: "loss",
  aliases: [
    "kullback-leibler",
    "divergence",
    "distillation",
    "relative entropy",
    "KL 散度",
    "相对熵",
    "蒸馏",
    "损失",
  ],
  summary: { en: "How far one distribution is from another", zh: "两个概率分布相差多远" },
  explanation: {
    en: "The target is a probability for each class, the prediction the logarithm of one, as LogSoftmax gives it. 0 when both agree. Used to teach a small network what a large one answers. Only batchmean divides by the number of samples, which is the divergence as books define it; mean divides by all numbers.",
    zh: "目标为每个类别的概率，预测为概率的对数，即 LogSoftmax 的输出。两者一致时为 0。常用于让小网络学习大网络的回答（蒸馏）。只有 batchmean 除以样本数，符合书上的定义；mean 则除以所有数的个数。",
  },
  formula: "loss = mean(target · (log target - prediction))",
  params: {
    reduction: choice(
      {
        en: "The mean of all numbers, the sum over each sample's and the mean over samples, the sum, or each by itself",
        zh: "所有数的平均；每个样本求和后对样本平均（batchmean）；总和；或各自保留",
      },
      [...reductions, "batchmean"],
      "mean",
    ),
    log_target: flag({ en: "The target is a logarithm too", zh: "目标也是对数" }, false),
  },
  telling: ["reduction"],
  inputs: { prediction: "(N, *) log-probabilities", target: "(N, *) probabilities" },
  domain: (_, p) => ({ target: p.log_target ? [-2, 0] : [0, 1] }),
  outputs: { loss: "()" },
  infer: ({ prediction, target }, p) => {
    if (prediction.dtype === "int64" || target.dtype === "int64") {
      refuseLoss("needs-float", "kl_div: Integral inputs not supported.");
    }
    // Of two terms: one of the target alone, and one of both.
    const each = elementwise("float32", [
      elementwise("float32", [target]),
      elementwise("float32", [target, prediction]),
    ]);
    return { loss: p.reduction === "none" ? each : contiguousType("float32", []) };
  },
  lower: (ops, { prediction, target }, p) => {
    const losses = p.log_target
      ? ops.mul(ops.exp(target), ops.sub(target, prediction))
      : ops.sub(selfInformation(ops, target), ops.mul(target, prediction));
    if (p.reduction !== "batchmean") return { loss: reduceLoss(ops, losses, p.reduction) };
    const [samples = 1] = prediction.shape;
    return { loss: ops.div(ops.total(losses), samples) };
  },
  flops: ({ prediction }) => 6 * elementCount(prediction.shape),
  torch: (p) =>
    module("KLDivLoss", [], {
      reduction: reductionKeyword(p.reduction),
      log_target: p.log_target || undefined,
    }),
  onnx: (p, { prediction }) => {
    const [exponential, logarithm] = p.log_target
      ? [onnxNode("Exp", ["target"]), onnxNode("Identity", ["target"])]
      : [onnxNode("Identity", ["target"]), onnxNode("Log", ["target"])];
    const losses = [
      exponential,
      logarithm,
      onnxNode("Sub", ["%1", "prediction"]),
      onnxNode("Mul", ["%0", "%2"]),
    ];
    if (p.reduction !== "batchmean") return reducedNodes(losses, p.reduction);
    const [samples = 1] = prediction.shape;
    return [
      ...reducedNodes(losses, "sum"),
      onnxNode("Constant", [], { value_float: samples }),
      onnxNode("Div", ["%4", "%5"]),
    ];
  },
});

/** t · log t, which is 0 at 0. */
function selfInformation(ops: Builder, t: Value): Value {
  return ops.mul(t, ops.log(ops.where(ops.equal(t, 0), 1, t)));
}
