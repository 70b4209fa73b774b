import { elementCount } from "../tensor/tensor";
import {
  affineWeights,
  batchNormCode,
  batchNormParams,
  batchNormType,
  lowerBatchNorm,
  onnxBatchNorm,
  runningStatistics,
} from "./batch-norm";
import { defineLayer } from "./define";

export const batchNorm1d = defineLayer({
  type: "BatchNorm1d",
  category: "norm",
  aliases: ["bn", "batch normalization", "normalize", "standardize", "批归一化", "批标准化", "归一化"],
  summary: { en: "Standardises each feature over the batch", zh: "在一批样本上对每个特征做标准化" },
  explanation: {
    en: "While training, each feature is brought to mean 0 and variance 1 over all samples (and steps) of the batch, then scaled and shifted by trained numbers. That keeps the sizes of numbers steady through deep networks, so that they learn faster. It also keeps a running mean and variance, which are used when predicting.",
    zh: "训练时，每个特征在整批样本（及所有步）上被调整为均值 0、方差 1，再由可训练的数缩放和平移。这让数的大小在深层网络中保持稳定，学得更快。同时它记录滑动平均的均值与方差，供预测时使用。",
  },
  formula: "y = (x - mean) / √(var + eps) · weight + bias",
  params: batchNormParams(),
  telling: [],
  inputs: { x: "(N, num_features) or (N, num_features, L)" },
  outputs: { y: "(N, num_features) or (N, num_features, L)" },
  weights: (p) => affineWeights(p.affine, p.num_features),
  buffers: runningStatistics,
  infer: ({ x }, p, { training = true }) => ({ y: batchNormType(x, p, [2, 3], training) }),
  lower: (ops, { x }, p, held, context) => ({ y: lowerBatchNorm(ops, x, p, held, context) }),
  flops: (_, { y }) => 7 * elementCount(y.shape),
  torch: (p) => batchNormCode("BatchNorm1d", p),
  onnx: (p, { x }) => onnxBatchNorm(p, x),
});
