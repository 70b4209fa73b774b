import { TensorError } from "../tensor/errors";
import { elementwise } from "../tensor/layouts";
import { contiguousType, elementCount } from "../tensor/tensor";
import { defineLayer } from "./define";
import { reduction } from "./loss-reduction";
import { module, onnxNode } from "./spelling";

export const mseLoss = defineLayer({
  type: "MSELoss",
  functional: "mse_loss",
  category: "loss",
  aliases: ["mean squared error", "l2", "regression", "均方误差", "回归", "损失"],
  summary: {
    en: "Mean of the squared differences, for predicting numbers",
    zh: "差的平方的平均值，用于预测数值",
  },
  explanation: {
    en: "Compares each predicted number with the right one and squares the difference, so that being twice as wrong costs four times as much. The usual loss when the target is a number and not a class. Prediction and target should have the same shape.",
    zh: "把每个预测值与正确值相比并取差的平方，因此错两倍的代价是四倍。当目标是数值而不是类别时最常用的损失。预测与目标的形状应当相同。",
  },
  formula: "loss = mean((prediction - target)²)",
  params: { reduction: reduction() },
  telling: [],
  inputs: { prediction: "(*)", target: "(*)" },
  outputs: { loss: "()" },
  infer: ({ prediction, target }, p) => {
    const each = elementwise("float32", [prediction, target]);
    if (prediction.dtype === "int64" && target.dtype === "int64") {
      throw new TensorError("needs-float", "RuntimeError", "\"mse_cpu\" not implemented for 'Long'");
    }
    return { loss: p.reduction === "none" ? each : contiguousType("float32", []) };
  },
  lower: (ops, { prediction, target }, p) => {
    const difference = ops.sub(ops.cast(prediction, "float32"), ops.cast(target, "float32"));
    const squared = ops.mul(difference, difference);
    if (p.reduction === "none") return { loss: squared };
    const total = ops.total(squared);
    return { loss: p.reduction === "sum" ? total : ops.div(total, elementCount(squared.shape)) };
  },
  flops: ({ prediction }) => 3 * elementCount(prediction.shape),
  torch: (p) => module("MSELoss", [], { reduction: p.reduction === "mean" ? undefined : p.reduction }),
  onnx: (p) => {
    const squared = [onnxNode("Sub", ["prediction", "target"]), onnxNode("Mul", ["%0", "%0"])];
    if (p.reduction === "none") return squared;
    return [
      ...squared,
      onnxNode(p.reduction === "mean" ? "ReduceMean" : "ReduceSum", ["%1"], { keepdims: 0 }),
    ];
  },
});
