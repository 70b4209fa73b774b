/** What InstanceNorm1d and InstanceNorm2d share: each channel of each sample is standardised by itself. */
import type { Builder, Value } from "../program/builder";
import { printShape } from "../tensor/dims";
import { TensorError } from "../tensor/errors";
import { contiguousType, elementCount, type Shape, type TensorType } from "../tensor/tensor";
import { affine, checkFloat, epsilon, trackRunningStats } from "./batch-norm";
import type { LowerContext } from "./define";
import { autoSize, decimal } from "./params";
import { module, type OnnxNode, onnxNode, type TorchCode } from "./spelling";

export interface InstanceNorm {
  readonly num_features: number;
  readonly eps: number;
  readonly momentum: number;
  readonly affine: boolean;
  readonly track_running_stats: boolean;
}

/** @param sides how many dimensions come after the channels */
export function instanceNormParams(sides: number) {
  return {
    num_features: autoSize({ en: "Channels of the input", zh: "输入的通道数" }, ({ x }) =>
      x.shape.at(-sides - 1),
    ),
    eps: epsilon(1e-5),
    momentum: decimal(
      { en: "Share of the newest batch in the running statistics", zh: "最新一批在滑动统计中所占的比例" },
      0.1,
      { min: 0, max: 1 },
    ),
    affine: affine(false),
    track_running_stats: trackRunningStats(false),
  };
}

/**
 * The result for x: (N, C, …) or (C, …), always contiguous. Source: ATen/native/Normalization.cpp `instance_norm`, which
 * repeats statistics and weights for each sample and calls batch norm.
 * @throws TensorError instance-norm-rank, instance-norm-single-value, instance-norm-channels, needs-float
 */
export function instanceNormType(
  x: TensorType,
  p: InstanceNorm,
  sides: number,
  training: boolean,
): TensorType {
  const { shape } = x;
  if (shape.length !== sides + 1 && shape.length !== sides + 2) {
    const message = `expected ${sides + 1}D or ${sides + 2}D input (got ${shape.length}D input)`;
    throw new TensorError("instance-norm-rank", "ValueError", message);
  }
  const batch = batched(shape, sides);
  if ((training || !p.track_running_stats) && elementCount(batch.slice(2)) === 1) {
    const message = `Expected more than 1 spatial element when training, got input size torch.Size(${printShape(batch)})`;
    throw new TensorError("instance-norm-single-value", "ValueError", message);
  }
  const [samples, channels] = batch;
  const first = p.track_running_stats ? "running_mean" : p.affine ? "weight" : null;
  if (first !== null && channels !== p.num_features) {
    const message = `${first} should contain ${samples * channels} elements not ${samples * p.num_features}`;
    throw new TensorError("instance-norm-channels", "RuntimeError", message);
  }
  checkFloat(x);
  return contiguousType("float32", shape);
}

function batched(shape: Shape, sides: number): Shape {
  return shape.length === sides + 1 ? [1, ...shape] : shape;
}

interface Held {
  readonly weight: Value | undefined;
  readonly bias: Value | undefined;
  readonly running_mean: Value | undefined;
  readonly running_var: Value | undefined;
}

export function lowerInstanceNorm(
  ops: Builder,
  x: Value,
  p: InstanceNorm,
  held: Held,
  { training, update }: LowerContext,
  sides: number,
): Value {
  const { weight, bias, running_mean, running_var } = held;
  const batch = ops.reshape(x, batched(x.shape, sides));
  const [, channels, ...places] = batch.shape;
  const perChannel = (value: Value): Value => ops.reshape(value, [1, channels, ...places.map(() => 1)]);
  const standardize = (centred: Value, variance: Value): Value => {
    const y = ops.div(centred, ops.sqrt(ops.add(variance, p.eps)));
    const scaled = weight && bias ? ops.add(ops.mul(y, perChannel(weight)), perChannel(bias)) : y;
    return ops.reshape(scaled, x.shape);
  };
  if (!training && running_mean && running_var) {
    return standardize(ops.sub(batch, perChannel(running_mean)), perChannel(running_var));
  }
  const dims = places.map((_, i) => 2 + i);
  const mean = ops.mean(batch, dims);
  const centred = ops.sub(batch, mean);
  const variance = ops.variance(batch, mean, dims);
  if (training && running_mean && running_var) {
    const count = elementCount(places);
    // The mean over the samples; of the variance the unbiased one, as in batch norm.
    const newest = (value: Value): Value => ops.reshape(ops.mean(value, [0]), [channels]);
    const blend = (old: Value, value: Value): Value => ops.add(old, ops.mul(ops.sub(value, old), p.momentum));
    update("running_mean", blend(running_mean, newest(mean)));
    update("running_var", blend(running_var, ops.mul(newest(variance), count / (count - 1))));
  }
  return standardize(centred, variance);
}

export function instanceNormCode(name: string, p: InstanceNorm): TorchCode {
  return module(name, [p.num_features], {
    eps: p.eps === 1e-5 ? undefined : p.eps,
    momentum: p.momentum === 0.1 ? undefined : p.momentum,
    affine: p.affine || undefined,
    track_running_stats: p.track_running_stats || undefined,
  });
}

export function onnxInstanceNorm(p: InstanceNorm): OnnxNode[] {
  if (p.affine && !p.track_running_stats) {
    return [onnxNode("InstanceNormalization", ["x", "weight", "bias"], { epsilon: p.eps })];
  }
  const constant = (value: number): OnnxNode =>
    onnxNode("Constant", [], { value_floats: new Array<number>(p.num_features).fill(value) });
  const scale = p.affine ? ["weight", "bias"] : ["%0", "%1"];
  const constants = p.affine ? [] : [constant(1), constant(0)];
  return p.track_running_stats
    ? [
        ...constants,
        onnxNode("BatchNormalization", ["x", ...scale, "running_mean", "running_var"], { epsilon: p.eps }),
      ]
    : [...constants, onnxNode("InstanceNormalization", ["x", ...scale], { epsilon: p.eps })];
}
