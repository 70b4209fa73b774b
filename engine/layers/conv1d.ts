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
import { autoSize, choice, integer, pairOrWord } from "./params";
import { module } from "./spelling";

export const conv1d = defineLayer({
  type: "Conv1d",
  category: "conv",
  aliases: ["convolution", "signal", "sequence", "time series", "filter", "一维卷积", "序列", "信号"],
  summary: { en: "Slides small trained filters along a signal", zh: "让可训练的小滤波器沿信号滑动" },
  explanation: {
    en: "Each output channel is one filter that looks at a few neighbouring steps of all input channels, and moves along the whole signal with the same weights. So a pattern in a sound, a text or a measurement is recognised wherever it appears. Stride takes larger steps and shortens the signal; padding keeps its ends.",
    zh: "每个输出通道是一个滤波器，它观察所有输入通道中相邻的几步，并用同样的权重沿整个信号滑动。因此声音、文本或测量数据中的图案出现在任何位置都能被识别。步幅让它跨更大的步子并缩短信号；填充则保留两端。",
  },
  formula: "y[n, o, i] = b[o] + Σ w[o, c, u] · x[n, c, i·stride + u·dilation - padding]",
  params: {
    in_channels: autoSize({ en: "Channels of the input", zh: "输入的通道数" }, ({ x }) => x.shape.at(-2)),
    out_channels: outChannels(),
    kernel_size: integer({ en: "How many steps a filter looks at", zh: "滤波器一次观察的步数" }, 3, {
      min: 1,
    }),
    stride: integer({ en: "How far the filter moves at a time", zh: "滤波器每次移动的距离" }, 1, { min: 1 }),
    padding: pairOrWord(
      {
        en: "Steps added at both ends; same keeps the length, valid adds none",
        zh: "在两端添加的步数；same 保持长度，valid 不添加",
      },
      0,
      0,
      ["same", "valid"],
    ),
    dilation: integer(
      { en: "Distance between the steps that a filter looks at", zh: "滤波器所看各步之间的间距" },
      1,
      { min: 1 },
    ),
    groups: groups(),
    bias: channelBias(),
    padding_mode: choice({ en: "What the padding holds", zh: "填充的内容" }, paddingModes, "zeros"),
  },
  telling: ["out_channels", "kernel_size", "stride"],
  inputs: { x: "(N, in_channels, L)" },
  outputs: { y: "(N, out_channels, L')" },
  weights: (p) => convolutionWeights(geometry(p)),
  infer: ({ x }, p) => ({ y: convolve(x, geometry(p)) }),
  lower: (ops, { x }, p, { weight, bias }) => ({ y: lowerConvolution(ops, x, geometry(p), weight, bias) }),
  flops: (_, { y }, p) => convolutionFlops(y, geometry(p)),
  torch: (p) =>
    module("Conv1d", [p.in_channels, p.out_channels, p.kernel_size], {
      stride: unless(p.stride, 1),
      padding: unless(p.padding, 0),
      dilation: unless(p.dilation, 1),
      groups: unless(p.groups, 1),
      bias: unless(p.bias, true),
      padding_mode: unless(p.padding_mode, "zeros"),
    }),
  onnx: (p) => onnxConvolution(geometry(p)),
});

interface Params extends Pick<Convolution, "in_channels" | "out_channels" | "groups" | "bias"> {
  readonly kernel_size: number;
  readonly stride: number;
  readonly padding: number | readonly number[] | "same" | "valid";
  readonly dilation: number;
  readonly padding_mode: PaddingMode;
}

function geometry(p: Params): Convolution {
  const padding = typeof p.padding === "number" ? [p.padding] : p.padding;
  return { ...p, kernel: [p.kernel_size], stride: [p.stride], dilation: [p.dilation], padding };
}
