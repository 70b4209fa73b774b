/** Errors of Upsample: two ways to say a size, and modes that take one rank each. */
import { formatShape } from "./check-batch";
import type { Fix } from "./checked";
import { insertAt } from "./diagnostics-pairs";
import { type Explain, type Explanation, onlyInput, type Site, setParam } from "./diagnostics-site";

export const upsampleExplanations: Readonly<Record<string, Explain>> = {
  "upsample-argument": sizeOrFactor,
  "upsample-mode": alignedNearest,
  "upsample-rank": otherRank,
  "upsample-size": nothingLeft,
};

function sizeOrFactor(site: Site): Explanation {
  const { node, params, label } = site;
  const { size, scale_factor } = params;
  const bothGiven = size !== null && scale_factor !== null && scale_factor !== 0;
  const given = size === null ? "scale_factor" : "size";
  const list = params[given];
  return {
    title: { en: "Give either size or scale_factor", zh: "size 与 scale_factor 应给出其一" },
    explanation: {
      en: `${label(node.id)} needs one of the two: size says how large the result is, scale_factor how many times as large. One number is meant for every dimension behind the channels; of several there must be one for each.`,
      zh: `${label(node.id)} 需要两者之一：size 是结果的大小，scale_factor 是放大的倍数。只写一个数时，它用于通道之后的每一维；写几个数时，每一维必须各有一个。`,
    },
    fixes: bothGiven
      ? [setParam(node.id, "size", null, "None"), setParam(node.id, "scale_factor", null, "None")]
      : [setParam(node.id, given, Array.isArray(list) ? list[0] : 2)],
  };
}

function alignedNearest({ node, label, params }: Site): Explanation {
  return {
    title: { en: "nearest has no corners to align", zh: "nearest 没有可对齐的角" },
    explanation: {
      en: `${label(node.id)} repeats the nearest pixel (mode ${String(params.mode)}). align_corners tells how neighbours are blended, and is for linear and bilinear only.`,
      zh: `${label(node.id)} 重复最近的像素（mode 为 ${String(params.mode)}）。align_corners 决定如何混合相邻像素，只用于 linear 和 bilinear。`,
    },
    fixes: [setParam(node.id, "align_corners", false)],
  };
}

/** linear takes signals, bilinear images, nearest both. */
function otherRank(site: Site): Explanation {
  const { node, params, label } = site;
  const { port, tensor, from } = onlyInput(site);
  const shape = formatShape(tensor.symbolicShape);
  const rank = tensor.shape.length;
  const mode = rank === 3 ? "linear" : rank === 4 ? "bilinear" : null;
  const row: Fix = insertAt(
    site,
    port,
    "Unsqueeze",
    { dim: 1 },
    {
      en: `Insert Unsqueeze: one channel`,
      zh: "插入 Unsqueeze：一个通道",
    },
  );
  const signal = params.mode === "bilinear" ? [...setParam(node.id, "mode", "linear").edits] : [];
  return {
    port,
    title: {
      en: `mode ${String(params.mode)} does not take this`,
      zh: `mode ${String(params.mode)} 不接受这样的输入`,
    },
    explanation: {
      en: `${label(from)} sends ${shape}. In ${label(node.id)} linear is for signals N×C×L, bilinear for images N×C×H×W, and nearest for both.`,
      zh: `${label(from)} 送来 ${shape}。在 ${label(node.id)} 中，linear 用于信号 N×C×L，bilinear 用于图像 N×C×H×W，nearest 两者皆可。`,
    },
    fixes: mode
      ? [setParam(node.id, "mode", mode), setParam(node.id, "mode", "nearest")]
      : rank === 2
        ? [{ ...row, edits: [...row.edits, ...signal] }]
        : [],
  };
}

function nothingLeft(site: Site): Explanation {
  const { node, params, label } = site;
  const { port, tensor, from } = onlyInput(site);
  const shape = formatShape(tensor.symbolicShape);
  const smallest = Math.min(...tensor.shape.slice(2));
  return {
    port,
    title: { en: "Nothing would be left", zh: "结果将没有内容" },
    explanation: {
      en: `${label(from)} sends ${shape}, and ${label(node.id)} would make a size of 0 of it. Sizes are the input's times scale_factor, rounded down.`,
      zh: `${label(from)} 送来 ${shape}，${label(node.id)} 会把某一维变为 0。结果的大小是输入大小乘以 scale_factor 再向下取整。`,
    },
    fixes: params.size === null && smallest > 0 ? [setParam(node.id, "scale_factor", 1)] : [],
  };
}
