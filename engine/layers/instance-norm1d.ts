import { elementCount } from "../tensor/tensor";
import { affineWeights, runningStatistics } from "./batch-norm";
import { defineLayer } from "./define";
import {
  instanceNormCode,
  instanceNormParams,
  instanceNormType,
  lowerInstanceNorm,
  onnxInstanceNorm,
} from "./instance-norm";

export const instanceNorm1d = defineLayer({
  type: "InstanceNorm1d",
  category: "norm",
  aliases: [
    "in",
    "instance normalization",
    "normalize",
    "style transfer",
    "实例归一化",
    "实例标准化",
    "归一化",
  ],
  summary: {
    en: "Standardises each channel of each signal by itself",
    zh: "对每个信号的每个通道单独做标准化",
  },
  explanation: {
    en: "Each channel of each sample is brought to mean 0 and variance 1 over its own steps. That takes away how loud or spread out one signal is and leaves its pattern. Samples do not influence each other, so the batch size does not matter. With affine on, trained numbers then scale and shift each channel.",
    zh: "每个样本的每个通道在自己的各步上被调整为均值 0、方差 1。这去掉了单个信号的强弱和幅度，留下其中的图案。样本之间互不影响，因此与批大小无关。打开 affine 后，再由可训练的数缩放和平移每个通道。",
  },
  formula: "y = (x - mean) / √(var + eps) · weight + bias",
  params: instanceNormParams(1),
  telling: [],
  inputs: { x: "(N, num_features, L)" },
  outputs: { y: "(N, num_features, L)" },
  weights: (p) => affineWeights(p.affine, p.num_features),
  buffers: runningStatistics,
  infer: ({ x }, p, { training = true }) => ({ y: instanceNormType(x, p, 1, training) }),
  lower: (ops, { x }, p, held, context) => ({ y: lowerInstanceNorm(ops, x, p, held, context, 1) }),
  flops: (_, { y }) => 7 * elementCount(y.shape),
  torch: (p) => instanceNormCode("InstanceNorm1d", p),
  onnx: onnxInstanceNorm,
});
