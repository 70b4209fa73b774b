/** What CrossEntropyLoss and NLLLoss share: targets that are class numbers, and weights a class. */
import { type Builder, sameShape, type Value } from "../program/builder";
import { printShape } from "../tensor/dims";
import { TensorError } from "../tensor/errors";
import type { Shape } from "../tensor/tensor";
import { type Reduction, refuseLoss } from "./loss-reduction";
import { numbers } from "./loss-weight";

interface ClassWeights {
  readonly weight: readonly number[] | null;
  readonly ignore_index: number;
}

/** Which dimension counts the classes: the second, or the only one. */
export function classDim(shape: Shape): number {
  return shape.length === 1 ? 0 : 1;
}

/**
 * Minus the logarithm at each sample's class, 0 elsewhere.
 * @param log (N, C, d1, …) or (C)
 * @param target class numbers (N, d1, …) or (), int64
 */
export function chosenLosses(ops: Builder, log: Value, target: Value, p: ClassWeights) {
  const dim = classDim(log.shape);
  const column = ops.reshape(target, log.shape.with(dim, 1));
  const kept = ops.sub(1, ops.equal(column, p.ignore_index));
  const chosen = ops.mul(ops.equal(ops.iota(log.shape, dim), column), kept);
  const weight = p.weight && perClass(ops, p.weight, log.shape);
  return {
    losses: ops.neg(ops.where(chosen, weight ? ops.mul(log, weight) : log, 0)),
    /** 0 where a sample is ignored. */
    kept,
    weight,
    /** What each loss counts in the mean. */
    weights: weight ? ops.mul(chosen, weight) : chosen,
  };
}

/** Class weights as (1, C, 1, …), to be broadcast with the prediction. */
export function perClass(ops: Builder, weight: readonly number[], shape: Shape): Value {
  const dim = classDim(shape);
  return ops.reshape(
    numbers(ops, weight),
    shape.map((size, i) => (i === dim ? size : 1)),
  );
}

/** Sums away the classes. @param counted what the mean divides by */
export function reduceClasses(
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

/**
 * In the order of ATen/native/LossNLL.cpp and LossNLL2d.cpp.
 * @param input the prediction's shape, of one dimension or more
 * @throws TensorError loss-shapes, loss-weight
 */
export function checkTargetShape(input: Shape, target: Shape, weight: readonly number[] | null): void {
  checkBatch(input, target);
  const classes = input[classDim(input)];
  const wanted = input.toSpliced(classDim(input), 1);
  const wrongWeight = weight !== null && weight.length !== classes;
  if (input.length > 2) {
    checkPixels(input, target, wanted, wrongWeight);
    return;
  }
  if (target.length > 1)
    refuseLoss("loss-shapes", "0D or 1D target tensor expected, multi-target not supported");
  // A list of scores takes a list of as many targets too, of which only the first counts.
  if (input.length === 1 && target.length === 1 && target[0] !== classes) {
    refuseLoss(
      "loss-shapes",
      `size mismatch (got input: ${printShape(input)}, target: ${printShape(target)})`,
    );
  }
  if (wrongWeight) refuseLoss("loss-weight", weightMessage(classes, weight));
}

export function weightMessage(classes: number, weight: readonly number[]): string {
  return (
    `weight tensor should be defined either for all ${classes} classes or no classes but got weight tensor of shape: ` +
    printShape([weight.length])
  );
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
    if (!sameShape(wanted, target)) {
      refuseLoss("loss-shapes", `Expected target size ${printShape(wanted)}, got ${printShape(target)}`);
    }
    if (wrongWeight) refuseLoss("loss-weight", weightMessage);
    return;
  }
  if (target.length !== 3) {
    const got = `got targets of dimension: ${target.length}`;
    refuseLoss("loss-shapes", `only batches of spatial targets supported (3D tensors) but ${got}`);
  }
  if (wrongWeight) refuseLoss("loss-weight", weightMessage);
  if (!sameShape(wanted, target)) {
    // The closing bracket is missing in PyTorch too.
    refuseLoss(
      "loss-shapes",
      `size mismatch (got input: ${printShape(input)} , target: ${printShape(target)}`,
    );
  }
}
