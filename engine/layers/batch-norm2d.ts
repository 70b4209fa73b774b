import type { Builder, Value } from "../program/builder";
import { printShape } from "../tensor/dims";
import { TensorError } from "../tensor/errors";
import { normalizedImages } from "../tensor/layouts";
import { elementCount, type Shape } from "../tensor/tensor";
import { defineLayer, type LowerContext } from "./define";
import { ones, zeros } from "./initializers";
import { autoSize, decimal, flag, optionalDecimal } from "./params";
import { module, type OnnxNode, onnxNode } from "./spelling";

interface BatchNorm {
  readonly num_features: number;
  readonly eps: number;
  readonly momentum: number | null;
  readonly affine: boolean;
  readonly track_running_stats: boolean;
}

export const batchNorm2d = defineLayer({
  type: "BatchNorm2d",
  category: "norm",
  aliases: ["bn", "batch normalization", "normalize", "standardize", "批归一化", "批标准化", "归一化"],
  summary: { en: "Standardises each channel over the batch", zh: "在一批样本上对每个通道做标准化" },
  explanation: {
    en: "While training, each channel is brought to mean 0 and variance 1 over all samples and pixels of the batch, then scaled and shifted by trained numbers. That keeps the sizes of numbers steady through deep networks, so that they learn faster. It also keeps a running mean and variance, which are used when predicting.",
    zh: "训练时，每个通道在整批样本和所有像素上被调整为均值 0、方差 1，再由可训练的数缩放和平移。这让数的大小在深层网络中保持稳定，学得更快。同时它记录滑动平均的均值与方差，供预测时使用。",
  },
  formula: "y = (x - mean) / √(var + eps) · weight + bias",
  params: {
    num_features: autoSize({ en: "Channels of the input", zh: "输入的通道数" }, ({ x }) => x.shape[1]),
    eps: decimal(
      { en: "Added to the variance, so that nothing is divided by 0", zh: "加在方差上，避免除以 0" },
      1e-5,
      { min: 0 },
    ),
    momentum: optionalDecimal(
      { en: "Share of the newest batch in the running statistics", zh: "最新一批在滑动统计中所占的比例" },
      { en: "The mean over all batches so far", zh: "至今所有批的平均" },
      0.1,
      { min: 0, max: 1 },
    ),
    affine: flag({ en: "Scale and shift by trained numbers", zh: "用可训练的数缩放和平移" }, true),
    track_running_stats: flag(
      { en: "Keep running statistics for predicting", zh: "记录滑动统计供预测使用" },
      true,
    ),
  },
  telling: [],
  inputs: { x: "(N, num_features, H, W)" },
  outputs: { y: "(N, num_features, H, W)" },
  weights: (p) => ({
    weight: p.affine && { shape: [p.num_features], init: ones },
    bias: p.affine && { shape: [p.num_features], init: zeros },
  }),
  buffers: (p) => ({
    running_mean: p.track_running_stats && { shape: [p.num_features], init: zeros },
    running_var: p.track_running_stats && { shape: [p.num_features], init: ones },
    num_batches_tracked: p.track_running_stats && { shape: [], init: zeros },
  }),
  infer: ({ x }, p, { training = true }) => {
    checkInput(x.shape, p, training);
    if (x.dtype !== "float32") {
      throw new TensorError("needs-float", "RuntimeError", "\"batch_norm\" not implemented for 'Long'");
    }
    return { y: normalizedImages(x) };
  },
  lower: (ops, { x }, p, { weight, bias, running_mean, running_var, num_batches_tracked }, context) => {
    const perChannel = (value: Value): Value => ops.reshape(value, [1, p.num_features, 1, 1]);
    const standardize = (centred: Value, variance: Value): Value => {
      const y = ops.div(centred, ops.sqrt(ops.add(variance, p.eps)));
      return weight && bias ? ops.add(ops.mul(y, perChannel(weight)), perChannel(bias)) : y;
    };
    if (!context.training && running_mean && running_var) {
      return { y: standardize(ops.sub(x, perChannel(running_mean)), perChannel(running_var)) };
    }
    const mean = ops.mean(x, [0, 2, 3]);
    const centred = ops.sub(x, mean);
    const variance = ops.mean(ops.mul(centred, centred), [0, 2, 3]);
    if (context.training && running_mean && running_var && num_batches_tracked) {
      const count = elementCount(x.shape) / p.num_features;
      const flat = (value: Value): Value => ops.reshape(value, [p.num_features]);
      // PyTorch normalises by the biased variance and remembers the unbiased one.
      const newest = { mean: flat(mean), variance: ops.mul(flat(variance), count / (count - 1)) };
      track(ops, p.momentum, { running_mean, running_var, num_batches_tracked }, newest, context);
    }
    return { y: standardize(centred, variance) };
  },
  flops: (_, { y }) => 7 * elementCount(y.shape),
  torch: (p) =>
    module("BatchNorm2d", [p.num_features], {
      eps: p.eps === 1e-5 ? undefined : p.eps,
      momentum: p.momentum === 0.1 ? undefined : p.momentum,
      affine: p.affine ? undefined : false,
      track_running_stats: p.track_running_stats ? undefined : false,
    }),
  onnx: (p) => (p.track_running_stats ? byRunningStatistics(p) : byBatchStatistics(p)),
});

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
function checkInput(shape: Shape, p: BatchNorm, training: boolean): void {
  if (shape.length !== 4) {
    const message = `expected 4D input (got ${shape.length}D input)`;
    throw new TensorError("batch-norm-rank", "ValueError", message);
  }
  const [samples, channels, height, width] = shape;
  if ((training || !p.track_running_stats) && samples * height * width === 1) {
    const message = `Expected more than 1 value per channel when training, got input size torch.Size(${printShape(shape)})`;
    throw new TensorError("batch-norm-single-value", "ValueError", message);
  }
  const first = p.track_running_stats ? "running_mean" : p.affine ? "weight" : null;
  if (first !== null && channels !== p.num_features) {
    const message = `${first} should contain ${channels} elements not ${p.num_features}`;
    throw new TensorError("batch-norm-channels", "RuntimeError", message);
  }
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
function byBatchStatistics(p: BatchNorm): OnnxNode[] {
  const nodes = [
    onnxNode("Constant", [], { value_ints: [0, 2, 3] }),
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
    onnxNode("Constant", [], { value_ints: [1, p.num_features, 1, 1] }),
    onnxNode("Reshape", ["weight", "%9"]),
    onnxNode("Reshape", ["bias", "%9"]),
    onnxNode("Mul", ["%8", "%10"]),
    onnxNode("Add", ["%12", "%11"]),
  ];
}
