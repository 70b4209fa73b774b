import {
  type Convolution,
  channelBias,
  convolutionFlops,
  convolutionWeights,
  convolve,
  groups,
  lowerConvolution,
  onnxConvolution,
  outChannels,
  unless,
} from "./convolution";
import { defineLayer } from "./define";
import { type PaddingMode, paddingModes } from "./image-padding";
import { autoSize, both, choice, pair, pairOrWord } from "./params";
import { module } from "./spelling";

export const conv2d = defineLayer({
  type: "Conv2d",
  category: "conv",
  aliases: ["convolution", "cnn", "filter", "kernel", "depthwise", "卷积", "滤波器", "卷积核"],
  summary: { en: "Slides small trained filters over an image", zh: "让可训练的小滤波器在图像上滑动" },
  explanation: {
    en: "Each output channel is one filter that looks at a small window of all input channels, and moves over the whole image with the same weights. So a pattern is recognised wherever it appears, with few weights. Stride moves it in larger steps and shrinks the image; padding keeps the border.",
    zh: "每个输出通道是一个滤波器，它观察所有输入通道中的一个小窗口，并用同样的权重扫过整幅图像。因此一个图案出现在任何位置都能被识别，所需权重也很少。步幅让它跨更大的步子并缩小图像；填充则保留边缘。",
  },
  formula:
    "y[n, o, i, j] = b[o] + Σ w[o, c, u, v] · x[n, c, i·stride + u·dilation - padding, j·stride + v·dilation - padding]",
  params: {
    in_channels: autoSize({ en: "Channels of the input", zh: "输入的通道数" }, ({ x }) => x.shape.at(-3)),
    out_channels: outChannels(),
    kernel_size: pair({ en: "Height and width of a filter", zh: "滤波器的高和宽" }, 3, 1),
    stride: pair({ en: "How far the filter moves at a time", zh: "滤波器每次移动的距离" }, 1, 1),
    padding: pairOrWord(
      {
        en: "Rows and columns added around the image; same keeps its size, valid adds none",
        zh: "在图像四周添加的行列数；same 保持大小，valid 不添加",
      },
      0,
      0,
      ["same", "valid"],
    ),
    dilation: pair(
      { en: "Distance between the pixels that a filter looks at", zh: "滤波器所看像素之间的间距" },
      1,
      1,
    ),
    groups: groups(),
    bias: channelBias(),
    padding_mode: choice({ en: "What the padding holds", zh: "填充的内容" }, paddingModes, "zeros"),
  },
  telling: ["out_channels", "kernel_size", "stride"],
  inputs: { x: "(N, in_channels, H, W)" },
  outputs: { y: "(N, out_channels, H', W')" },
  weights: (p) => convolutionWeights(geometry(p)),
  infer: ({ x }, p) => ({ y: convolve(x, geometry(p)) }),
  lower: (ops, { x }, p, { weight, bias }) => ({ y: lowerConvolution(ops, x, geometry(p), weight, bias) }),
  flops: (_, { y }, p) => convolutionFlops(y, geometry(p)),
  torch: (p) =>
    module("Conv2d", [p.in_channels, p.out_channels, p.kernel_size], {
      stride: unless(p.stride, 1),
      padding: unless(p.padding, 0),
      dilation: unless(p.dilation, 1),
      groups: unless(p.groups, 1),
      bias: unless(p.bias, true),
      padding_mode: unless(p.padding_mode, "zeros"),
    }),
  onnx: (p) => onnxConvolution(geometry(p)),
});

type Pair = number | readonly number[];

interface Params extends Pick<Convolution, "in_channels" | "out_channels" | "groups" | "bias"> {
  readonly kernel_size: Pair;
  readonly stride: Pair;
  readonly padding: Pair | "same" | "valid";
  readonly dilation: Pair;
  readonly padding_mode: PaddingMode;
}

function geometry(p: Params): Convolution {
  const padding = p.padding === "same" || p.padding === "valid" ? p.padding : both(p.padding);
  return { ...p, kernel: both(p.kernel_size), stride: both(p.stride), dilation: both(p.dilation), padding };
}
