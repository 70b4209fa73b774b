/** Errors of convolutions, pooling, normalisation and losses. */

import { layerOf } from "../layers/catalogue";
import type { ParamValue } from "../layers/params";
import { formatDim, formatShape } from "./check-batch";
import { formatParam } from "./check-params";
import type { Fix } from "./checked";
import { needsFloat, sizeMismatch } from "./diagnostics-features";
import {
  arrivals,
  type Explain,
  type Explanation,
  onlyInput,
  type Site,
  setParam,
  useGroupNorm,
} from "./diagnostics-site";

export const layerExplanations: Readonly<Record<string, Explain>> = {
  "conv-channels": (site) => channels(site, "in_channels"),
  "batch-norm-channels": (site) => channels(site, "num_features"),
  "instance-norm-channels": (site) => channels(site, "num_features"),
  "group-norm-channels": (site) => channels(site, "num_channels"),
  "layer-norm-shape": normalizedShape,
  "conv-rank": needsImages,
  "pool-rank": needsImages,
  "batch-norm-rank": needsImages,
  "instance-norm-rank": needsImages,
  "conv-kernel-too-large": pictureTooSmall,
  "pool-output-size": pictureTooSmall,
  "batch-norm-single-value": singleValue,
  "prelu-channels": preluChannels,
  "embedding-padding": paddingRow,
  "padding-rank": needsImages,
  "conv-same-strided": sameStrided,
  "pool-padding": poolPadding,
  "different-dtypes": needsFloat,
  "loss-target": lossTarget,
  "fan-needs-two-dimensions": lawOfOneDimension,
  "init-values": numberOfValues,
};

function numberOfValues({ node, label }: Site): Explanation {
  return {
    title: { en: "Not as many first values as weights", zh: "初始值与权重的个数不同" },
    explanation: {
      en: `A weight of ${label(node.id)} begins with values that were given one by one, and there must be one for each of its numbers, row after row. Correct the list in the project file, or choose another initialiser under Training.`,
      zh: `${label(node.id)} 的一个权重以逐个给出的数作为初始值，其个数必须与权重中数的个数相同，按行排列。请在项目文件中改正列表，或在“训练”一栏另选一种初始化方式。`,
    },
    causes: [],
  };
}

function lawOfOneDimension({ node, label }: Site): Explanation {
  return {
    title: { en: "A weight cannot begin like this", zh: "权重不能这样初始化" },
    explanation: {
      en: `Of the initialisers of ${label(node.id)}, one needs a weight with at least two dimensions, and was chosen for one with a single dimension, such as a bias. Under Training choose another for it.`,
      zh: `${label(node.id)} 的初始化方式中，有一种要求权重至少有两个维度，却用在了只有一个维度的权重（例如偏置）上。请在“训练”一栏为它另选一种。`,
    },
    causes: [],
  };
}

function channels(site: Site, param: string): Explanation {
  const arrives = layerOf(site.node.type)?.params[param]?.auto?.(site.inputs);
  const count = typeof arrives === "number" ? arrives : 1;
  return sizeMismatch(site, param, count, { en: "number of channels", zh: "通道数" });
}

/** One slope for all channels always fits. */
function preluChannels(site: Site): Explanation {
  const { tensor } = onlyInput(site);
  const mismatch = sizeMismatch(site, "num_parameters", tensor.shape[1] ?? 1, {
    en: "number of channels",
    zh: "通道数",
  });
  const [given] = mismatch.fixes ?? [];
  return { ...mismatch, fixes: [given, setParam(site.node.id, "num_parameters", 1)] };
}

function paddingRow({ node, params, label }: Site): Explanation {
  const [row, rows] = [formatParam(params.padding_idx), Number(params.num_embeddings)];
  return {
    title: { en: `The table has no row ${row}`, zh: `表中没有第 ${row} 行` },
    explanation: {
      en: `${label(node.id)} has ${rows} rows, counted from 0 to ${rows - 1}, and padding_idx names row ${row}.`,
      zh: `${label(node.id)} 有 ${rows} 行，从 0 数到 ${rows - 1}，而 padding_idx 指的是第 ${row} 行。`,
    },
    fixes: [setParam(node.id, "padding_idx", 0), setParam(node.id, "padding_idx", null)],
  };
}

function normalizedShape(site: Site): Explanation {
  const { tensor } = onlyInput(site);
  const told = site.params.normalized_shape;
  const count = Array.isArray(told) ? Math.max(told.length, 1) : 1;
  const arrives = tensor.shape.slice(-count);
  return sizeMismatch(site, "normalized_shape", arrives, { en: "end of the shape", zh: "形状末尾" });
}

/** A row of numbers where a picture is wanted: put it back into rows and columns where it is a square. */
function needsImages(site: Site): Explanation {
  const { port, tensor, from, edge } = onlyInput(site);
  if (!takesImages(site)) return needsSignals(site);
  const side = Math.sqrt(tensor.shape[1] ?? 0);
  const isRow =
    tensor.shape.length === 2 && tensor.symbolicShape[0].batch && Number.isInteger(side) && side > 1;
  const shape = [-1, 1, side, side];
  return {
    port,
    title: { en: `${site.node.type} works on pictures`, zh: `${site.node.type} 处理的是图像` },
    explanation: {
      en: `${site.label(site.node.id)} needs a shape N×C×H×W: samples, channels, height, width. ${site.label(from)} sends ${formatShape(tensor.symbolicShape)}.`,
      zh: `${site.label(site.node.id)} 需要形状 N×C×H×W：样本、通道、高、宽。${site.label(from)} 送来的是 ${formatShape(tensor.symbolicShape)}。`,
    },
    fixes: isRow
      ? [
          {
            label: { en: `Insert Reshape to 1×${side}×${side}`, zh: `插入 Reshape，变为 1×${side}×${side}` },
            edits: [{ kind: "insert-on-edge", edge, type: "Reshape", params: { shape } }],
          },
        ]
      : [],
  };
}

function needsSignals(site: Site): Explanation {
  const { port, tensor, from } = onlyInput(site);
  const name = site.label(site.node.id);
  return {
    port,
    title: { en: `${site.node.type} works on signals`, zh: `${site.node.type} 处理的是信号` },
    explanation: {
      en: `${name} needs a shape N×C×L: samples, channels, length. ${site.label(from)} sends ${formatShape(tensor.symbolicShape)}.`,
      zh: `${name} 需要形状 N×C×L：样本、通道、长度。${site.label(from)} 送来的是 ${formatShape(tensor.symbolicShape)}。`,
    },
  };
}

function pictureTooSmall(site: Site): Explanation {
  const { port, tensor, from } = onlyInput(site);
  if (!takesImages(site)) return signalTooShort(site);
  const [height, width] = tensor.symbolicShape.slice(-2).map(formatDim);
  const name = site.label(site.node.id);
  return {
    port,
    title: { en: "The picture is smaller than the window", zh: "图像比窗口还小" },
    explanation: {
      en: `${site.label(from)} sends pictures of ${height}×${width}, and the window of ${name} does not fit into them. Layers before it have shrunk the picture: pool less, use a smaller window, or add padding.`,
      zh: `${site.label(from)} 送来 ${height}×${width} 的图像，${name} 的窗口放不进去。前面的层已经把图像缩小：请少做池化、用更小的窗口，或加填充。`,
    },
    fixes: smallerWindow(site, tensor.shape.slice(-2)),
  };
}

function signalTooShort(site: Site): Explanation {
  const { port, tensor, from } = onlyInput(site);
  const name = site.label(site.node.id);
  const length = formatDim(tensor.symbolicShape[tensor.symbolicShape.length - 1]);
  return {
    port,
    title: { en: "The signal is shorter than the window", zh: "信号比窗口还短" },
    explanation: {
      en: `${site.label(from)} sends signals of length ${length}, and the window of ${name} does not fit into them. Pool less before it, use a smaller window, or add padding.`,
      zh: `${site.label(from)} 送来长度为 ${length} 的信号，${name} 的窗口放不进去。请在它之前少做池化、用更小的窗口，或加填充。`,
    },
    fixes: smallerWindow(site, tensor.shape.slice(-1)),
  };
}

/** Whether the layer takes pictures (N, C, H, W), not signals (N, C, L). */
function takesImages(site: Site): boolean {
  return layerOf(site.node.type)?.inputs[onlyInput(site).port].includes("H, W") ?? false;
}

function smallerWindow(site: Site, picture: readonly number[]): Fix[] {
  const { node, params } = site;
  const dilated = pairOf(params.dilation).some((each) => each > 1);
  const window = pairOf(params.kernel_size);
  const kernel = picture.map((size, index) => Math.min(size, window[index]));
  const value: ParamValue = kernel.every((size) => size === kernel[0]) ? kernel[0] : kernel;
  const same = /^Conv[12]d$/.test(node.type) && pairOf(params.stride).every((each) => each === 1);
  return [
    ...(same ? [setParam(node.id, "padding", "same")] : []),
    ...(dilated || kernel.some((size) => size < 1) ? [] : [setParam(node.id, "kernel_size", value)]),
  ];
}

function singleValue(site: Site): Explanation {
  const { port, tensor } = onlyInput(site);
  const name = site.label(site.node.id);
  return {
    port,
    title: { en: "One value cannot be normalised", zh: "单个数值无法归一化" },
    explanation: {
      en: `${name} compares each channel's values over the batch and the picture, but with batch size ${site.batchSize} and ${formatShape(tensor.symbolicShape)} there is only one. Use a batch size of at least 2.`,
      zh: `${name} 要在整批和整张图上比较每个通道的值，但批大小为 ${site.batchSize}、形状为 ${formatShape(tensor.symbolicShape)} 时只有一个值。请把批大小设为至少 2。`,
    },
    // A sample's own channels, of which there must be more than one.
    fixes: (tensor.shape[1] ?? 1) > 1 ? [useGroupNorm(site.node.id)] : [],
  };
}

function sameStrided({ node }: Site): Explanation {
  return {
    title: { en: "padding same needs stride 1", zh: "padding 为 same 时 stride 必须为 1" },
    explanation: {
      en: "padding same keeps the picture's size, and a stride above 1 shrinks it. Choose one of the two.",
      zh: "padding 为 same 会保持图像大小，而大于 1 的 stride 会缩小图像，只能二选一。",
    },
    fixes: [setParam(node.id, "stride", 1), setParam(node.id, "padding", 0)],
  };
}

function poolPadding({ node, params }: Site): Explanation {
  const half = pairOf(params.kernel_size).map((size) => Math.floor(size / 2));
  return {
    title: { en: "The padding is more than half a window", zh: "填充超过了窗口的一半" },
    explanation: {
      en: `With kernel_size ${formatParam(params.kernel_size)} a padding of ${formatParam(params.padding)} would make windows that see nothing but padding.`,
      zh: `kernel_size 为 ${formatParam(params.kernel_size)} 时，${formatParam(params.padding)} 的填充会产生只看到填充的窗口。`,
    },
    fixes: [setParam(node.id, "padding", half[0] === half[1] ? half[0] : half)],
  };
}

/** Numbers where class numbers are wanted: a regression. */
function lossTarget(site: Site): Explanation {
  const got = arrivals(site);
  return {
    port: "target",
    title: { en: "The target is not a class number", zh: "目标不是类别编号" },
    explanation: {
      en: `${site.label(site.node.id)} compares scores with class numbers (whole numbers), and gets ${got.en}, whose target does not fit that. For predicting numbers use MSELoss; for classes choose a classification target in the data.`,
      zh: `${site.label(site.node.id)} 把分数与类别编号（整数）相比较，但收到${got.zh}，其中 target 不符合要求。预测数值请用 MSELoss；分类请在数据中选择分类目标。`,
    },
    fixes: [
      {
        label: { en: "Use MSELoss", zh: "改用 MSELoss" },
        edits: [{ kind: "set-type", node: site.node.id, type: "MSELoss", params: {} }],
      },
    ],
  };
}

/** [height, width] of a parameter that the checker has found to be a pair; a layer without it has 1. */
function pairOf(value: ParamValue | undefined): readonly number[] {
  if (typeof value === "number") return [value, value];
  return Array.isArray(value) ? value : [1, 1];
}
