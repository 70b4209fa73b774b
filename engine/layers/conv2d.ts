import { printShape } from "../tensor/dims";
import { TensorError } from "../tensor/errors";
import { likeImages } from "../tensor/layouts";
import { contiguousType, elementCount, type Shape, type TensorType } from "../tensor/tensor";
import { defineLayer } from "./define";
import {
  checkPadding,
  type ImagePadding,
  imagePadding,
  type PaddingMode,
  paddedShape,
  paddingModes,
  padImages,
} from "./image-padding";
import { fanInUniform } from "./initializers";
import { autoSize, both, choice, flag, integer, pair, pairOrWord } from "./params";
import { module, onnxNode } from "./spelling";

type Pair = number | readonly number[];

interface Convolution {
  readonly in_channels: number;
  readonly out_channels: number;
  readonly kernel_size: Pair;
  readonly stride: Pair;
  readonly padding: Pair | "same" | "valid";
  readonly dilation: Pair;
  readonly groups: number;
  readonly bias: boolean;
  readonly padding_mode: PaddingMode;
}

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
    out_channels: integer(
      { en: "Number of filters, each giving one channel", zh: "滤波器个数，每个产生一个通道" },
      16,
      { min: 1 },
    ),
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
    groups: integer(
      { en: "Splits the channels into groups that do not see each other", zh: "把通道分成互不可见的组" },
      1,
      { min: 1 },
    ),
    bias: flag(
      { en: "Add a trained number to every output channel", zh: "给每个输出通道加上一个可训练的数" },
      true,
    ),
    padding_mode: choice({ en: "What the padding holds", zh: "填充的内容" }, paddingModes, "zeros"),
  },
  telling: ["out_channels", "kernel_size", "stride"],
  inputs: { x: "(N, in_channels, H, W)" },
  outputs: { y: "(N, out_channels, H', W')" },
  weights: (p) => {
    checkConstruction(p);
    const init = fanInUniform((p.in_channels / p.groups) * elementCount(both(p.kernel_size)));
    return {
      weight: { shape: weightShape(p), init },
      bias: p.bias && { shape: [p.out_channels], init },
    };
  },
  infer: ({ x }, p) => ({ y: convolve(x, p) }),
  lower: (ops, { x }, p, { weight, bias }) => {
    const padding = imagePadding(p.padding, both(p.kernel_size), both(p.dilation));
    const images = x.shape.length === 3 ? ops.reshape(x, [1, ...x.shape]) : x;
    const even = padding.before[0] === padding.after[0] && padding.before[1] === padding.after[1];
    const inside = p.padding_mode === "zeros" && even;
    const product = ops.conv2d(inside ? images : padImages(ops, images, padding, p.padding_mode), weight, {
      stride: both(p.stride),
      padding: inside ? padding.before : [0, 0],
      dilation: both(p.dilation),
      groups: p.groups,
    });
    const y = bias ? ops.add(product, ops.reshape(bias, [p.out_channels, 1, 1])) : product;
    return { y: x.shape.length === 3 ? ops.reshape(y, y.shape.slice(1)) : y };
  },
  flops: (_, { y }, p) => {
    const window = (p.in_channels / p.groups) * elementCount(both(p.kernel_size));
    return elementCount(y.shape) * (2 * window + (p.bias ? 1 : 0));
  },
  torch: (p) =>
    module("Conv2d", [p.in_channels, p.out_channels, p.kernel_size], {
      stride: unless(p.stride, 1),
      padding: unless(p.padding, 0),
      dilation: unless(p.dilation, 1),
      groups: unless(p.groups, 1),
      bias: unless(p.bias, true),
      padding_mode: unless(p.padding_mode, "zeros"),
    }),
  onnx: (p) => {
    const { before, after } = imagePadding(p.padding, both(p.kernel_size), both(p.dilation));
    const zeros = p.padding_mode === "zeros";
    const pads = zeros ? [...before, ...after] : [0, 0, 0, 0];
    const node = onnxNode("Conv", [zeros ? "x" : "%1", "weight", ...(p.bias ? ["bias"] : [])], {
      kernel_shape: both(p.kernel_size),
      strides: both(p.stride),
      dilations: both(p.dilation),
      group: p.groups,
      pads,
    });
    if (p.padding_mode === "zeros") return [node];
    const mode = { reflect: "reflect", replicate: "edge", circular: "wrap" }[p.padding_mode];
    const around = [0, 0, ...before, 0, 0, ...after];
    return [onnxNode("Constant", [], { value_ints: around }), onnxNode("Pad", ["x", "%0"], { mode }), node];
  },
});

function weightShape(p: Convolution): number[] {
  return [p.out_channels, Math.floor(p.in_channels / p.groups), ...both(p.kernel_size)];
}

/** What `torch.nn.Conv2d(…)` refuses. */
function checkConstruction(p: Convolution): void {
  const fail = (code: string, message: string): never => {
    throw new TensorError(code, "ValueError", message);
  };
  if (p.groups <= 0) fail("conv-groups", "groups must be a positive integer");
  if (p.in_channels % p.groups !== 0) fail("conv-groups", "in_channels must be divisible by groups");
  if (p.out_channels % p.groups !== 0) fail("conv-groups", "out_channels must be divisible by groups");
  if (p.padding === "same" && both(p.stride).some((each) => each !== 1)) {
    fail("conv-same-strided", "padding='same' is not supported for strided convolutions");
  }
}

function convolve(x: TensorType, p: Convolution): TensorType {
  const kernel = both(p.kernel_size);
  const stride = both(p.stride);
  const dilation = both(p.dilation);
  const padding = imagePadding(p.padding, kernel, dilation);
  checkPadding(x.shape, padding, p.padding_mode);
  const float = x.dtype === "float32";
  if (!float && p.bias && (p.padding_mode !== "zeros" || typeof p.padding !== "string")) {
    refuse("needs-float", "Input type (long int) and bias type (float) should be the same");
  }
  if (x.shape.length !== 3 && x.shape.length !== 4) {
    const got = `but got input of size: ${printShape(x.shape)}`;
    refuse("conv-rank", `Expected 3D (unbatched) or 4D (batched) input to conv2d, ${got}`);
  }
  const images = x.shape.length === 3 ? [1, ...x.shape] : x.shape;
  const padded = paddedShape(images, padding);
  checkSizes(images, padding, p);
  if (!float) refuse("needs-float", "expected scalar type Long but found Float");
  const size = [2, 3].map(
    (dim, i) => Math.floor((padded[dim] - reach(kernel[i], dilation[i])) / stride[i]) + 1,
  );
  const shape = [images[0], p.out_channels, ...size];
  if (x.shape.length === 3) return contiguousType("float32", shape.slice(1));
  return p.padding_mode === "zeros" ? likeImages(x, shape) : contiguousType("float32", shape);
}

/** In the order of ATen/native/Convolution.cpp `check_shape_forward`; the kernel that PyTorch picks judges the rest. */
function checkSizes(images: Shape, padding: ImagePadding, p: Convolution): void {
  const kernel = both(p.kernel_size);
  const stride = both(p.stride);
  const dilation = both(p.dilation);
  const padded = paddedShape(images, padding);
  if (padding.before.some((each) => each < 0)) refuse("conv-argument", "negative padding is not supported");
  if (stride.some((each) => each <= 0)) refuse("conv-argument", "non-positive stride is not supported");
  if (images[1] !== p.in_channels) {
    const weight = printShape(weightShape(p));
    const input = printShape(paddedShape(images, paddedBeforehand(padding, p.padding_mode)));
    refuse(
      "conv-channels",
      `Given groups=${p.groups}, weight of size ${weight}, expected input${input} to have ${p.in_channels} channels, ` +
        `but got ${images[1]} channels instead`,
    );
  }
  const extent = kernel.map((size, i) => reach(size, dilation[i]));
  if (padded[2] < extent[0] || padded[3] < extent[1]) {
    refuse(
      "conv-kernel-too-large",
      `Calculated padded input size per channel: (${padded[2]} x ${padded[3]}). Kernel size: (${extent[0]} x ${extent[1]}). ` +
        "Kernel size can't be greater than actual input size",
    );
  }
  if (dilation.some((each) => each <= 0)) {
    const slow = images[0] === 1 && p.groups === 1;
    const message = `dilation should be greater than zero, but got ${printShape(dilation)}`;
    refuse("conv-argument", slow ? message : "non-positive dilation is not supported");
  }
  if (kernel.some((each) => each <= 0)) {
    const got = `kernel_height: ${kernel[0]} kernel_width: ${kernel[1]}`;
    refuse("conv-argument", `kernel size should be greater than zero, but got ${got}`);
  }
}

/** What PyTorch adds before it convolves: all but zeros, and of the zeros what one side has more than the other. */
function paddedBeforehand(padding: ImagePadding, mode: PaddingMode): ImagePadding {
  if (mode !== "zeros") return padding;
  const { before, after } = padding;
  return { before: [0, 0], after: [after[0] - before[0], after[1] - before[1]] };
}

function refuse(code: string, message: string): never {
  throw new TensorError(code, "RuntimeError", message);
}

/** Pixels from the first to the last that a filter looks at. */
function reach(kernel: number, dilation: number): number {
  return dilation * (kernel - 1) + 1;
}

function unless<T>(value: T, byDefault: T): T | undefined {
  return value === byDefault ? undefined : value;
}
