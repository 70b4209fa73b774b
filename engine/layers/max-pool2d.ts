import { elementCount } from "../tensor/tensor";
import { defineLayer } from "./define";
import { both, flag, optionalPair, pair } from "./params";
import { checkPair, pool, poolError, pooledSize, windowsOf } from "./pooling";
import { module, onnxNode } from "./spelling";

export const maxPool2d = defineLayer({
  type: "MaxPool2d",
  category: "pool",
  aliases: ["pooling", "downsample", "subsample", "maximum", "池化", "最大池化", "下采样"],
  summary: { en: "Keeps the largest number of each window of an image", zh: "保留图像每个窗口中最大的数" },
  explanation: {
    en: "Shrinks an image: of each small window only the strongest response stays. What was found matters more than exactly where, so the network becomes a little tolerant to shifts, and later layers have less to do.",
    zh: "缩小图像：每个小窗口只留下最强的响应。比起确切的位置，更看重找到了什么，因此网络对平移有一定容忍度，后面的层也更省力。",
  },
  formula:
    "y[n, c, i, j] = max over the window of x[n, c, i·stride + u·dilation - padding, j·stride + v·dilation - padding]",
  params: {
    kernel_size: pair({ en: "Height and width of a window", zh: "窗口的高和宽" }, 2, 1),
    stride: optionalPair(
      { en: "How far the window moves at a time", zh: "窗口每次移动的距离" },
      { en: "Same as kernel_size", zh: "与 kernel_size 相同" },
      1,
    ),
    padding: pair(
      {
        en: "Rows and columns added around the image; never the largest",
        zh: "在图像四周添加的行列数，永远不会成为最大值",
      },
      0,
      0,
    ),
    dilation: pair({ en: "Distance between the pixels of a window", zh: "窗口内像素之间的间距" }, 1, 1),
    ceil_mode: flag(
      {
        en: "Also use a last window that is only partly inside",
        zh: "也使用只有一部分在图像内的最后一个窗口",
      },
      false,
    ),
  },
  telling: ["kernel_size", "stride"],
  inputs: { x: "(N, C, H, W)" },
  outputs: { y: "(N, C, H', W')" },
  infer: ({ x }, p) => {
    checkPair(p.kernel_size, "max_pool2d: kernel_size must either be a single int, or a tuple of two ints");
    checkPair(p.stride, "max_pool2d: stride must either be omitted, a single int, or a tuple of two ints");
    checkPair(p.padding, "max_pool2d: padding must be either be a single int, or a tuple of two ints");
    checkPair(p.dilation, "max_pool2d: dilation must be either a single int, or a tuple of two ints");
    if (x.shape.length !== 3 && x.shape.length !== 4) {
      throw poolError("pool-rank", "non-empty 3D or 4D (batch mode) tensor expected for input");
    }
    const y = pool(x, p);
    if (x.dtype !== "float32") throw poolError("needs-float", "\"max_pool2d\" not implemented for 'Long'");
    return { y };
  },
  lower: (ops, { x }, p) => {
    const images = x.shape.length === 3 ? ops.reshape(x, [1, ...x.shape]) : x;
    const output = pooledSize([images.shape[2], images.shape[3]], p);
    const y = ops.maxPool2d(images, { ...windowsOf(p), output });
    return { y: x.shape.length === 3 ? ops.reshape(y, y.shape.slice(1)) : y };
  },
  flops: (_, { y }, p) => elementCount(y.shape) * elementCount(both(p.kernel_size)),
  torch: (p) =>
    module("MaxPool2d", [p.kernel_size], {
      stride: p.stride ?? undefined,
      padding: p.padding === 0 ? undefined : p.padding,
      dilation: p.dilation === 1 ? undefined : p.dilation,
      ceil_mode: p.ceil_mode || undefined,
    }),
  onnx: (p) => {
    const { kernel, stride, padding, dilation } = windowsOf(p);
    const attributes = {
      kernel_shape: kernel,
      strides: stride,
      pads: [...padding, ...padding],
      dilations: dilation,
    };
    return [onnxNode("MaxPool", ["x"], { ...attributes, ceil_mode: p.ceil_mode ? 1 : 0 })];
  },
});
