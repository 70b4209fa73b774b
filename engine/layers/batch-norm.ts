/** What BatchNorm1d and BatchNorm2d share: weights, messages, and the computation over all dimensions but the second. */
import type { Builder, Value } from "../program/builder";
import { printShape } from "../tensor/dims";
import { TensorError } from "../tensor/errors";
import { normalizedImages } from "../tensor/layouts";
import { elementCount, type Shape, type TensorType } from "../tensor/tensor";
import type { LowerContext } from "./define";
import { ones, zeros } from "./initializers";
import { autoSize, decimal, flag, optionalDecimal } from "./params";
import { module, type OnnxNode, onnxNode, type TorchCode } from "./spelling";

export interface BatchNorm {
  readonly num_features: number;
  readonly eps: number;
  readonly momentum: number | null;
  readonly affine: boolean;
  readonly track_running_stats: boolean;
}

export function batchNormParams() {
  return {
    num_features: autoSize({ en: "Channels of the input", zh: "输入的通道数" }, ({ x }) => x.shape[1]),
    eps: epsilon(1e-5),
    momentum: optionalDecimal(
      { en: "Share of the newest batch in the running statistics", zh: "最新一批在滑动统计中所占的比例" },
      { en: "The mean over all batches so far", zh: "至今所有批的平均" },
      0.1,
      { min: 0, max: 1 },
    ),
    affine: affine(true),
    track_running_stats: trackRunningStats(true),
  };
}

export function epsilon(byDefault: number) {
  return decimal(
    { en: "Added to the variance, so that nothing is divided by 0", zh: "加在方差上，避免除以 0" },
    byDefault,
    { min: 0 },
  );
}

export function affine(byDefault: boolean) {
  return flag({ en: "Scale and shift by trained numbers", zh: "用可训练的数缩放和平移" }, byDefault);
}

export function trackRunningStats(byDefault: boolean) {
  return flag({ en: "Keep running statistics for predicting", zh: "记录滑动统计供预测使用" }, byDefault);
}

/** A trained scale and shift for each of `count` channels. */
export function affineWeights(affine: boolean, count: number) {
  return {
    weight: affine && { shape: [count], init: ones },
    bias: affine && { shape: [count], init: zeros },
  };
}

export function runningStatistics(p: Pick<BatchNorm, "num_features" | "track_running_stats">) {
  return {
    running_mean: p.track_running_stats && { shape: [p.num_features], init: zeros },
    running_var: p.track_running_stats && { shape: [p.num_features], init: ones },
    num_batches_tracked: p.track_running_stats && { shape: [], init: zeros },
  };
}

/**
 * The result for x: (N, C, …) of one of the `ranks`.
 * @throws TensorError batch-norm-rank, batch-norm-single-value, batch-norm-channels, needs-float
 */
export function batchNormType(
  x: TensorType,
  p: BatchNorm,
  ranks: readonly number[],
  training: boolean,
): TensorType {
  checkInput(x.shape, p, ranks, training);
  checkFloat(x);
  return normalizedImages(x);
}

export function checkFloat({ dtype }: TensorType): void {
  if (dtype !== "float32") {
    throw new TensorError("needs-float", "RuntimeError", "\"batch_norm\" not implemented for 'Long'");
  }
}

interface Held {
  readonly weight: Value | undefined;
  readonly bias: Value | undefined;
  readonly running_mean: Value | undefined;
  readonly running_var: Value | undefined;
  readonly num_batches_tracked: Value | undefined;
}

export function lowerBatchNorm(
  ops: Builder,
  x: Value,
  p: BatchNorm,
  held: Held,
  context: LowerContext,
): Value {
  const { weight, bias, running_mean, running_var, num_batches_tracked } = held;
  const channels = x.shape.map((size, dim) => (dim === 1 ? size : 1));
  const perChannel = (value: Value): Value => ops.reshape(value, channels);
  const standardize = (centred: Value, variance: Value): Value => {
    const y = ops.div(centred, ops.sqrt(ops.add(variance, p.eps)));
    return weight && bias ? ops.add(ops.mul(y, perChannel(weight)), perChannel(bias)) : y;
  };
  if (!context.training && running_mean && running_var) {
    return standardize(ops.sub(x, perChannel(running_mean)), perChannel(running_var));
  }
  const dims = x.shape.flatMap((_, dim) => (dim === 1 ? [] : [dim]));
  const mean = ops.mean(x, dims);
  const centred = ops.sub(x, mean);
  const variance = ops.variance(x, mean, dims);
  if (context.training && running_mean && running_var && num_batches_tracked) {
    const count = elementCount(x.shape) / p.num_features;
    const flat = (value: Value): Value => ops.reshape(value, [p.num_features]);
    // PyTorch normalises by the biased variance and remembers the unbiased one.
    const newest = { mean: flat(mean), variance: ops.mul(flat(variance), count / (count - 1)) };
    track(ops, p.momentum, { running_mean, running_var, num_batches_tracked }, newest, context);
  }
  return standardize(centred, variance);
}

export function batchNormCode(name: string, p: BatchNorm): TorchCode {
  return module(name, [p.num_features], {
    eps: p.eps === 1e-5 ? undefined : p.eps,
    momentum: p.momentum === 0.1 ? undefined : p.momentum,
    affine: p.affine ? undefined : false,
    track_running_stats: p.track_running_stats ? undefined : false,
  });
}

export function onnxBatchNorm(p: BatchNorm, { shape }: TensorType): OnnxNode[] {
  return p.track_running_stats ? byRunningStatistics(p) : byBatchStatistics(p, shape);
}

interface Statistics {
  readonly running_mean: Value;
  readonly running_var: Value;
  readonly num_batches_tracked: Value;
}

function track(
  ops: Builder,
  momentum: number | null,
  { running_mean, running_var, num_batches_tracked }: Statistics,
  newest: { readonly mean: Value; readonly variance: Value },
  { update }: LowerContext,
): void {
  const tracked = ops.add(num_batches_tracked, 1);
  const share = momentum ?? ops.div(1, tracked);
  const blend = (old: Value, value: Value): Value => ops.add(old, ops.mul(ops.sub(value, old), share));
  update("running_mean", blend(running_mean, newest.mean));
  update("running_var", blend(running_var, newest.variance));
  update("num_batches_tracked", tracked);
}

/** In the order of `torch.nn.functional.batch_norm` and ATen/native/Normalization.cpp. */
function checkInput(shape: Shape, p: BatchNorm, ranks: readonly number[], training: boolean): void {
  checkRank(shape, ranks);
  const channels = shape[1];
  if ((training || !p.track_running_stats) && elementCount(shape.toSpliced(1, 1)) === 1) {
    const message = `Expected more than 1 value per channel when training, got input size torch.Size(${printShape(shape)})`;
    throw new TensorError("batch-norm-single-value", "ValueError", message);
  }
  const first = p.track_running_stats ? "running_mean" : p.affine ? "weight" : null;
  if (first !== null && channels !== p.num_features) {
    const message = `${first} should contain ${channels} elements not ${p.num_features}`;
    throw new TensorError("batch-norm-channels", "RuntimeError", message);
  }
}

/** @throws TensorError batch-norm-rank */
export function checkRank(shape: Shape, ranks: readonly number[]): void {
  if (ranks.includes(shape.length)) return;
  const expected = ranks.map((rank) => `${rank}D`).join(" or ");
  const message = `expected ${expected} input (got ${shape.length}D input)`;
  throw new TensorError("batch-norm-rank", "ValueError", message);
}

function byRunningStatistics(p: BatchNorm): OnnxNode[] {
  const statistics = ["running_mean", "running_var"];
  if (p.affine) {
    return [onnxNode("BatchNormalization", ["x", "weight", "bias", ...statistics], { epsilon: p.eps })];
  }
  const constant = (value: number): OnnxNode =>
    onnxNode("Constant", [], { value_floats: new Array<number>(p.num_features).fill(value) });
  return [
    constant(1),
    constant(0),
    onnxNode("BatchNormalization", ["x", "%0", "%1", ...statistics], { epsilon: p.eps }),
  ];
}

/** ONNX's BatchNormalization always wants running statistics. */
function byBatchStatistics(p: BatchNorm, shape: Shape): OnnxNode[] {
  const dims = shape.flatMap((_, dim) => (dim === 1 ? [] : [dim]));
  const channels = shape.map((_, dim) => (dim === 1 ? p.num_features : 1));
  const nodes = [
    onnxNode("Constant", [], { value_ints: dims }),
    onnxNode("ReduceMean", ["x", "%0"], { keepdims: 1 }),
    onnxNode("Sub", ["x", "%1"]),
    onnxNode("Mul", ["%2", "%2"]),
    onnxNode("ReduceMean", ["%3", "%0"], { keepdims: 1 }),
    onnxNode("Constant", [], { value_float: p.eps }),
    onnxNode("Add", ["%4", "%5"]),
    onnxNode("Sqrt", ["%6"]),
    onnxNode("Div", ["%2", "%7"]),
  ];
  if (!p.affine) return nodes;
  return [
    ...nodes,
    onnxNode("Constant", [], { value_ints: channels }),
    onnxNode("Reshape", ["weight", "%9"]),
    onnxNode("Reshape", ["bias", "%9"]),
    onnxNode("Mul", ["%8", "%10"]),
    onnxNode("Add", ["%12", "%11"]),
  ];
}
