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

export const instanceNorm2d = defineLayer({
  type: "InstanceNorm2d",
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
    en: "Standardises each channel of each image by itself",
    zh: "对每个图像的每个通道单独做标准化",
  },
  explanation: {
    en: "Each channel of each sample is brought to mean 0 and variance 1 over its own pixels. That takes away how bright or contrasty one image is and leaves its pattern. Samples do not influence each other, so the batch size does not matter. With affine on, trained numbers then scale and shift each channel.",
    zh: "每个样本的每个通道在自己的像素上被调整为均值 0、方差 1。这去掉了单幅图像的亮度和对比度，留下其中的图案。样本之间互不影响，因此与批大小无关。打开 affine 后，再由可训练的数缩放和平移每个通道。",
  },
  formula: "y = (x - mean) / √(var + eps) · weight + bias",
  params: instanceNormParams(2),
  telling: [],
  inputs: { x: "(N, num_features, H, W)" },
  outputs: { y: "(N, num_features, H, W)" },
  weights: (p) => affineWeights(p.affine, p.num_features),
  buffers: runningStatistics,
  infer: ({ x }, p, { training = true }) => ({ y: instanceNormType(x, p, 2, training) }),
  lower: (ops, { x }, p, held, context) => ({ y: lowerInstanceNorm(ops, x, p, held, context, 2) }),
  flops: (_, { y }) => 7 * elementCount(y.shape),
  torch: (p) => instanceNormCode("InstanceNorm2d", p),
  onnx: onnxInstanceNorm,
});
