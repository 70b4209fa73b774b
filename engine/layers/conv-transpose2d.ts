import {
  convolveTransposed,
  lowerTransposed,
  onnxTransposed,
  type TransposedConvolution,
  transposedFlops,
  transposedWeights,
  zerosOnly,
} from "./conv-transpose";
import { channelBias, groups, outChannels, unless } from "./convolution";
import { defineLayer } from "./define";
import { autoSize, both, pair } from "./params";
import { module } from "./spelling";

export const convTranspose2d = defineLayer({
  type: "ConvTranspose2d",
  category: "conv",
  aliases: ["deconvolution", "transposed convolution", "upsample", "decoder", "转置卷积", "反卷积", "上采样"],
  summary: { en: "Enlarges an image with trained filters", zh: "用可训练的滤波器放大图像" },
  explanation: {
    en: "The reverse of Conv2d: each input pixel paints one copy of a trained filter into the output, weighted by its number, and copies that overlap are added. With a stride of 2 the image becomes twice as large, so it is used to draw an image from a small code.",
    zh: "与 Conv2d 相反：输入的每个像素把可训练的滤波器按自身数值加权后画到输出上，重叠处相加。步幅为 2 时图像变为两倍大，因此常用于从小的编码生成图像。",
  },
  formula: "y[n, o, i·stride + u·dilation - padding, …] += w[c, o, u, …] · x[n, c, i, …], plus b[o]",
  params: {
    in_channels: autoSize({ en: "Channels of the input", zh: "输入的通道数" }, ({ x }) => x.shape.at(-3)),
    out_channels: outChannels(),
    kernel_size: pair({ en: "Height and width of a filter", zh: "滤波器的高和宽" }, 3, 1),
    stride: pair({ en: "How far the filter's copies are apart", zh: "滤波器各副本之间的距离" }, 1, 1),
    padding: pair({ en: "Rows and columns cut off around the result", zh: "从结果四周裁掉的行列数" }, 0, 0),
    output_padding: pair(
      { en: "Rows and columns added at the end of the result", zh: "在结果末尾添加的行列数" },
      0,
      0,
    ),
    groups: groups(),
    bias: channelBias(),
    dilation: pair(
      { en: "Distance between the places that a filter paints", zh: "滤波器所画各点之间的间距" },
      1,
      1,
    ),
    padding_mode: zerosOnly(),
  },
  telling: ["out_channels", "kernel_size", "stride"],
  inputs: { x: "(N, in_channels, H, W)" },
  outputs: { y: "(N, out_channels, H', W')" },
  weights: (p) => transposedWeights(geometry(p)),
  infer: ({ x }, p) => ({ y: convolveTransposed(x, geometry(p)) }),
  lower: (ops, { x }, p, { weight, bias }) => ({ y: lowerTransposed(ops, x, geometry(p), weight, bias) }),
  flops: ({ x }, { y }, p) => transposedFlops(x, y, geometry(p)),
  torch: (p) =>
    module("ConvTranspose2d", [p.in_channels, p.out_channels, p.kernel_size], {
      stride: unless(p.stride, 1),
      padding: unless(p.padding, 0),
      output_padding: unless(p.output_padding, 0),
      groups: unless(p.groups, 1),
      bias: unless(p.bias, true),
      dilation: unless(p.dilation, 1),
    }),
  onnx: (p) => onnxTransposed(geometry(p)),
});

interface Params extends Pick<TransposedConvolution, "in_channels" | "out_channels" | "groups" | "bias"> {
  readonly kernel_size: Pair;
  readonly stride: Pair;
  readonly padding: Pair;
  readonly output_padding: Pair;
  readonly dilation: Pair;
  readonly padding_mode: string;
}

type Pair = number | readonly number[];

function geometry(p: Params): TransposedConvolution {
  return {
    ...p,
    kernel: both(p.kernel_size),
    stride: both(p.stride),
    padding: both(p.padding),
    output_padding: both(p.output_padding),
    dilation: both(p.dilation),
  };
}
