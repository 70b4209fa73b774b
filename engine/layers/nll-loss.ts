import { TensorError } from "../tensor/errors";
import { contiguousType, elementCount, type Shape } from "../tensor/tensor";
import { checkTargetShape, chosenLosses, classDim, reduceClasses } from "./class-loss";
import { defineLayer } from "./define";
import { reduction, reductionKeyword, refuseLoss } from "./loss-reduction";
import { tensorKeyword } from "./loss-weight";
import { integer, optionalDecimals } from "./params";
import { module, onnxNode } from "./spelling";

export const nllLoss = defineLayer({
  type: "NLLLoss",
  functional: "nll_loss",
  category: "loss",
  aliases: ["negative log likelihood", "classification", "负对数似然", "分类", "损失"],
  summary: { en: "Cross-entropy for predictions behind LogSoftmax", zh: "用于 LogSoftmax 之后的交叉熵" },
  explanation: {
    en: "The prediction holds the logarithm of a probability for each class, as LogSoftmax gives it; the loss is minus the one of the right class. CrossEntropyLoss is LogSoftmax and this in one.",
    zh: "预测为每个类别的概率的对数，即 LogSoftmax 的输出；损失是正确类别那一项取负。CrossEntropyLoss 就是 LogSoftmax 与它的合并。",
  },
  formula: "loss = mean(-prediction[target])",
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
  },
  telling: [],
  inputs: { prediction: "(N, C) or (N, C, d1, …)", target: "(N) or (N, d1, …) classes" },
  domain: ({ prediction: { shape } }) => ({ target: [0, shape[classDim(shape)]] }),
  outputs: { loss: "()" },
  infer: ({ prediction, target }, p) => {
    const { shape } = prediction;
    if (shape.length === 0) {
      throw new TensorError("loss-shapes", "ValueError", "Expected 1 or more dimensions (got 0)");
    }
    checkTargetShape(shape, target.shape, p.weight);
    if (prediction.dtype !== "float32") {
      const kernel = shape.length <= 2 ? "nll_loss_out_frame" : "nll_loss2d_forward_out_frame";
      refuseLoss("needs-float", `"${kernel}" not implemented for 'Long'`);
    }
    if (target.dtype !== "int64") refuseLoss("loss-target", "expected scalar type Long but found Float");
    return { loss: contiguousType("float32", p.reduction === "none" ? eachShape(shape) : []) };
  },
  lower: (ops, { prediction, target }, p) => {
    const each = eachShape(prediction.shape);
    const classes = ops.reshape(
      ops.slice(
        target,
        target.shape.map(() => 0),
        first(target.shape, each),
      ),
      each,
    );
    const { losses, weights } = chosenLosses(ops, prediction, classes, p);
    const counted = p.reduction === "mean" ? ops.total(weights) : null;
    return { loss: reduceClasses(ops, losses, classDim(prediction.shape), each, p.reduction, counted) };
  },
  flops: ({ prediction }) => 3 * elementCount(prediction.shape),
  torch: (p) =>
    module("NLLLoss", [], {
      weight: tensorKeyword(p.weight),
      ignore_index: p.ignore_index === -100 ? undefined : p.ignore_index,
      reduction: reductionKeyword(p.reduction),
    }),
  onnx: (p) => {
    const attributes = { ignore_index: p.ignore_index, reduction: p.reduction };
    const inputs = ["prediction", "target"];
    if (p.weight === null) return [onnxNode("NegativeLogLikelihoodLoss", inputs, attributes)];
    return [
      onnxNode("Constant", [], { value_floats: p.weight }),
      onnxNode("NegativeLogLikelihoodLoss", [...inputs, "%0"], attributes),
    ];
  },
});

/** The shape of one loss a target. */
function eachShape(prediction: Shape): number[] {
  return prediction.toSpliced(classDim(prediction), 1);
}

/** A list of scores may come with a list of targets, of which the first counts. */
function first(target: Shape, each: Shape): Shape {
  return target.length > each.length ? target.map(() => 1) : target;
}
