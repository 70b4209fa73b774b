/** How a loss makes one number of many, and what all losses say in PyTorch's words. */
import type { Builder, Value } from "../program/builder";
import { TensorError } from "../tensor/errors";
import { contiguousType, elementCount, type TensorType } from "../tensor/tensor";
import { choice } from "./params";
import { type OnnxNode, onnxNode } from "./spelling";

export const reductions = ["mean", "sum", "none"] as const;
export type Reduction = (typeof reductions)[number];

export function reduction() {
  return choice(
    {
      en: "The mean of all losses, their sum, or each by itself (which cannot be trained on)",
      zh: "所有损失的平均、总和，或各自保留（各自保留时无法训练）",
    },
    reductions,
    "mean",
  );
}

/** @param each the type of the losses one by one */
export function reducedLoss(each: TensorType, how: Reduction): TensorType {
  return how === "none" ? each : contiguousType(each.dtype, []);
}

export function reduceLoss(ops: Builder, losses: Value, how: Reduction): Value {
  if (how === "none") return losses;
  const total = ops.total(losses);
  return how === "sum" ? total : ops.div(total, elementCount(losses.shape));
}

/** As a keyword of a PyTorch call; undefined for the default. */
export function reductionKeyword(how: string): string | undefined {
  return how === "mean" ? undefined : how;
}

/** Reduces what the last of `nodes` gives. */
export function reducedNodes(nodes: readonly OnnxNode[], how: Reduction): OnnxNode[] {
  if (how === "none") return [...nodes];
  const op = how === "mean" ? "ReduceMean" : "ReduceSum";
  return [...nodes, onnxNode(op, [`%${nodes.length - 1}`], { keepdims: 0 })];
}

export function refuseLoss(code: string, message: string): never {
  throw new TensorError(code, "RuntimeError", message);
}
