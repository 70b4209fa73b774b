import { sizeAt } from "../tensor/dims";
import { elementCount } from "../tensor/tensor";
import { defineLayer } from "./define";
import { both, flag, optionalInteger, optionalPair, pair } from "./params";
import { checkPair, pool, poolError, pooledSize, windowsOf } from "./pooling";
import { module, onnxNode } from "./spelling";

export const avgPool2d = defineLayer({
  type: "AvgPool2d",
  category: "pool",
  aliases: ["pooling", "average", "mean", "downsample", "池化", "平均池化", "下采样"],
  summary: { en: "Takes the mean of each window of an image", zh: "取图像每个窗口的平均值" },
  explanation: {
    en: "Shrinks an image: each small window becomes its mean. Smoother than MaxPool2d, which keeps only the strongest response.",
    zh: "缩小图像：每个小窗口变成它的平均值。比只保留最强响应的 MaxPool2d 更平滑。",
  },
  formula: "y[n, c, i, j] = mean over the window of x[n, c, i·stride + u - padding, j·stride + v - padding]",
  params: {
    kernel_size: pair({ en: "Height and width of a window", zh: "窗口的高和宽" }, 2, 1),
    stride: optionalPair(
      { en: "How far the window moves at a time", zh: "窗口每次移动的距离" },
      { en: "Same as kernel_size", zh: "与 kernel_size 相同" },
      1,
    ),
    padding: pair(
      { en: "Rows and columns of zeros around the image", zh: "在图像四周添加的零的行列数" },
      0,
      0,
    ),
    ceil_mode: flag(
      {
        en: "Also use a last window that is only partly inside",
        zh: "也使用只有一部分在图像内的最后一个窗口",
      },
      false,
    ),
    count_include_pad: flag(
      { en: "Count the padding's zeros in the mean", zh: "计算平均值时把填充的零也算在内" },
      true,
    ),
    divisor_override: optionalInteger(
      { en: "Divide the sum by this instead of by the window's size", zh: "用这个数代替窗口大小去除总和" },
      { en: "The window's size", zh: "窗口大小" },
    ),
  },
  telling: ["kernel_size", "stride"],
  inputs: { x: "(N, C, H, W)" },
  outputs: { y: "(N, C, H', W')" },
  infer: ({ x }, p) => {
    checkPair(p.kernel_size, "avg_pool2d: kernel_size must either be a single int, or a tuple of two ints");
    checkPair(p.stride, "avg_pool2d: stride must either be omitted, a single int, or a tuple of two ints");
    checkPair(p.padding, "avg_pool2d: padding must either be a single int, or a tuple of two ints");
    if (p.divisor_override === 0) throw poolError("pool-argument", "divisor must be not zero");
    sizeAt(x.shape, -3);
    return { y: pool(x, { ...p, dilation: 1 }) };
  },
  lower: (ops, { x }, p) => {
    const images = x.shape.length === 3 ? ops.reshape(x, [1, ...x.shape]) : x;
    const pooling = { ...p, dilation: 1 };
    const y = ops.avgPool2d(images, {
      ...windowsOf(pooling),
      output: pooledSize([images.shape[2], images.shape[3]], pooling),
      count_include_pad: p.count_include_pad,
      divisor: p.divisor_override,
    });
    return { y: x.shape.length === 3 ? ops.reshape(y, y.shape.slice(1)) : y };
  },
  flops: (_, { y }, p) => elementCount(y.shape) * elementCount(both(p.kernel_size)),
  torch: (p) =>
    module("AvgPool2d", [p.kernel_size], {
      stride: p.stride ?? undefined,
      padding: p.padding === 0 ? undefined : p.padding,
      ceil_mode: p.ceil_mode || undefined,
      count_include_pad: p.count_include_pad ? undefined : false,
      divisor_override: p.divisor_override ?? undefined,
    }),
  onnx: (p) => {
    const { kernel, stride, padding } = windowsOf({ ...p, dilation: 1 });
    const node = onnxNode("AveragePool", ["x"], {
      kernel_shape: kernel,
      strides: stride,
      pads: [...padding, ...padding],
      ceil_mode: p.ceil_mode ? 1 : 0,
      count_include_pad: p.count_include_pad || p.divisor_override !== null ? 1 : 0,
    });
    if (p.divisor_override === null) return [node];
    const factor = elementCount(kernel) / p.divisor_override;
    return [node, onnxNode("Constant", [], { value_float: factor }), onnxNode("Mul", ["%0", "%1"])];
  },
});
