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
import { autoSize, integer } from "./params";
import { module } from "./spelling";

export const convTranspose1d = defineLayer({
  type: "ConvTranspose1d",
  category: "conv",
  aliases: ["deconvolution", "transposed convolution", "upsample", "decoder", "转置卷积", "反卷积", "上采样"],
  summary: { en: "Enlarges a signal with trained filters", zh: "用可训练的滤波器放大信号" },
  explanation: {
    en: "The reverse of Conv1d: each input step paints one copy of a trained filter into the output, weighted by its number, and copies that overlap are added. With a stride of 2 the signal becomes twice as large, so it is used to draw a signal from a small code.",
    zh: "与 Conv1d 相反：输入的每个步把可训练的滤波器按自身数值加权后画到输出上，重叠处相加。步幅为 2 时信号变为两倍长，因此常用于从小的编码生成信号。",
  },
  formula: "y[n, o, i·stride + u·dilation - padding] += w[c, o, u] · x[n, c, i], plus b[o]",
  params: {
    in_channels: autoSize({ en: "Channels of the input", zh: "输入的通道数" }, ({ x }) => x.shape.at(-2)),
    out_channels: outChannels(),
    kernel_size: integer({ en: "Length of a filter", zh: "滤波器的长度" }, 3, { min: 1 }),
    stride: integer({ en: "How far the filter's copies are apart", zh: "滤波器各副本之间的距离" }, 1, {
      min: 1,
    }),
    padding: integer({ en: "Steps cut off at both ends of the result", zh: "从结果两端裁掉的步数" }, 0, {
      min: 0,
    }),
    output_padding: integer({ en: "Steps added at the end of the result", zh: "在结果末尾添加的步数" }, 0, {
      min: 0,
    }),
    groups: groups(),
    bias: channelBias(),
    dilation: integer(
      { en: "Distance between the places that a filter paints", zh: "滤波器所画各点之间的间距" },
      1,
      { min: 1 },
    ),
    padding_mode: zerosOnly(),
  },
  telling: ["out_channels", "kernel_size", "stride"],
  inputs: { x: "(N, in_channels, L)" },
  outputs: { y: "(N, out_channels, L')" },
  weights: (p) => transposedWeights(geometry(p)),
  infer: ({ x }, p) => ({ y: convolveTransposed(x, geometry(p)) }),
  lower: (ops, { x }, p, { weight, bias }) => ({ y: lowerTransposed(ops, x, geometry(p), weight, bias) }),
  flops: ({ x }, { y }, p) => transposedFlops(x, y, geometry(p)),
  torch: (p) =>
    module("ConvTranspose1d", [p.in_channels, p.out_channels, p.kernel_size], {
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
  readonly kernel_size: number;
  readonly stride: number;
  readonly padding: number;
  readonly output_padding: number;
  readonly dilation: number;
  readonly padding_mode: string;
}

function geometry(p: Params): TransposedConvolution {
  return {
    ...p,
    kernel: [p.kernel_size],
    stride: [p.stride],
    padding: [p.padding],
    output_padding: [p.output_padding],
    dilation: [p.dilation],
  };
}
