import { printShape } from "../tensor/dims";
import { TensorError } from "../tensor/errors";
import { likeImages } from "../tensor/layouts";
import { elementCount, type Shape } from "../tensor/tensor";
import { affine, affineWeights, epsilon } from "./batch-norm";
import { defineLayer } from "./define";
import { autoSize, integer } from "./params";
import { module, onnxNode } from "./spelling";

interface GroupNorm {
  readonly num_groups: number;
  readonly num_channels: number;
  readonly affine: boolean;
}

export const groupNorm = defineLayer({
  type: "GroupNorm",
  category: "norm",
  aliases: ["gn", "group normalization", "normalize", "small batch", "组归一化", "分组归一化", "归一化"],
  summary: { en: "Standardises groups of channels of each sample", zh: "对每个样本的各组通道做标准化" },
  explanation: {
    en: "The channels of each sample are divided into groups, and each group is brought to mean 0 and variance 1 over all its numbers; then each channel is scaled and shifted by trained numbers. It works like batch norm but does not look at other samples, so it also works with batches of one or two.",
    zh: "每个样本的通道被分成若干组，每组在其全部数上被调整为均值 0、方差 1，再由可训练的数缩放和平移每个通道。它的作用与批归一化类似，但不看其他样本，因此批大小为 1 或 2 时也能使用。",
  },
  formula: "y = (x - mean) / √(var + eps) · weight + bias",
  params: {
    num_groups: integer({ en: "How many groups the channels make", zh: "通道分成的组数" }, 1, { min: 1 }),
    num_channels: autoSize({ en: "Channels of the input", zh: "输入的通道数" }, ({ x }) => x.shape[1]),
    eps: epsilon(1e-5),
    affine: affine(true),
  },
  telling: ["num_groups"],
  inputs: { x: "(N, num_channels, *)" },
  outputs: { y: "(N, num_channels, *)" },
  weights: (p) => {
    if (p.num_channels % p.num_groups !== 0) {
      const message = "num_channels must be divisible by num_groups";
      throw new TensorError("group-norm-groups", "ValueError", message);
    }
    return affineWeights(p.affine, p.num_channels);
  },
  infer: ({ x }, p) => {
    checkInput(x.shape, p);
    if (x.dtype !== "float32") {
      const message = "\"GroupNormKernelImpl\" not implemented for 'Long'";
      throw new TensorError("needs-float", "RuntimeError", message);
    }
    return { y: likeImages(x, x.shape) };
  },
  lower: (ops, { x }, p, { weight, bias }) => {
    const [samples, channels, ...places] = x.shape;
    const group = ops.reshape(x, [samples, p.num_groups, elementCount(x.shape) / (samples * p.num_groups)]);
    const mean = ops.mean(group, [2]);
    const centred = ops.sub(group, mean);
    const variance = ops.variance(group, mean, [2]);
    const y = ops.reshape(ops.div(centred, ops.sqrt(ops.add(variance, p.eps))), x.shape);
    if (!weight || !bias) return { y };
    const perChannel = [channels, ...places.map(() => 1)];
    return { y: ops.add(ops.mul(y, ops.reshape(weight, perChannel)), ops.reshape(bias, perChannel)) };
  },
  flops: (_, { y }) => 7 * elementCount(y.shape),
  torch: (p) =>
    module("GroupNorm", [p.num_groups, p.num_channels], {
      eps: p.eps === 1e-5 ? undefined : p.eps,
      affine: p.affine ? undefined : false,
    }),
  onnx: (p) => {
    const attributes = { num_groups: p.num_groups, epsilon: p.eps };
    if (p.affine) return [onnxNode("GroupNormalization", ["x", "weight", "bias"], attributes)];
    const constant = (value: number) =>
      onnxNode("Constant", [], { value_floats: new Array<number>(p.num_channels).fill(value) });
    return [constant(1), constant(0), onnxNode("GroupNormalization", ["x", "%0", "%1"], attributes)];
  },
});

/** In the order of `torch.nn.functional.group_norm` and ATen/native/group_norm.cpp. */
function checkInput(shape: Shape, p: GroupNorm): void {
  if (shape.length < 2) {
    const message =
      shape.length === 1
        ? "Dimension out of range (expected to be in range of [-1, 0], but got 1)"
        : "Dimension specified as 0 but tensor has no dimensions";
    throw new TensorError("group-norm-rank", "IndexError", message);
  }
  const [samples, channels, ...places] = shape;
  const groups = Math.floor((samples * channels) / p.num_groups);
  if (groups * elementCount(places) === 1) {
    const size = printShape([groups, p.num_groups, ...places]);
    const message = `Expected more than 1 value per channel when training, got input size ${size}`;
    throw new TensorError("group-norm-single-value", "ValueError", message);
  }
  if (channels % p.num_groups !== 0) {
    const message =
      "Expected number of channels in input to be divisible by num_groups, " +
      `but got input of shape ${printShape(shape)} and num_groups=${p.num_groups}`;
    throw new TensorError("group-norm-groups", "RuntimeError", message);
  }
  if (p.affine && channels !== p.num_channels) {
    const message =
      "Expected weight to be a vector of size equal to the number of channels in input, " +
      `but got weight of shape [${p.num_channels}] and input of shape ${printShape(shape)}`;
    throw new TensorError("group-norm-channels", "RuntimeError", message);
  }
}
