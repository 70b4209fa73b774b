/** Errors of sizes and kinds: what a layer was told, or what its two inputs are, does not go together. */
import type { ParamValue } from "../layers/params";
import { elementCount } from "../tensor/tensor";
import type { Text } from "../tensor/text";
import { formatShape } from "./check-batch";
import { formatParam } from "./check-params";
import type { CheckedTensor, Fix } from "./checked";
import {
  type Arrival,
  arrivals,
  type Explain,
  type Explanation,
  inputAt,
  onlyInput,
  type Site,
  setParam,
} from "./diagnostics-site";

export const featureExplanations: Readonly<Record<string, Explain>> = {
  "matmul-shapes": innerSizes,
  "Linear matmul-shapes": linearFeatures,
  "needs-float": needsFloat,
  "input-unknown-tensor": unknownTensor,
  "bilinear-features": bilinearFeatures,
  "recurrent-input": (site) =>
    sizeMismatch(site, "input_size", onlyInput(site).tensor.shape.at(-1) ?? 1, last),
};

const last: Text = { en: "last dimension", zh: "最后一维" };

/** The first of the two inputs that is not as wide as was said. */
function bilinearFeatures(site: Site): Explanation {
  const [x1, x2] = [site.inputs.x1, site.inputs.x2].map(({ shape }) => shape.at(-1) ?? 1);
  return x1 === site.params.in1_features
    ? sizeMismatch(site, "in2_features", x2, last, inputAt(site, "x2"))
    : sizeMismatch(site, "in1_features", x1, last, inputAt(site, "x1"));
}

function linearFeatures(site: Site): Explanation {
  const { tensor, edge } = onlyInput(site);
  const mismatch = sizeMismatch(site, "in_features", tensor.shape.at(-1) ?? 1, last);
  if (!isImage(tensor)) return mismatch;
  const sample = elementCount(tensor.shape.slice(1));
  return {
    ...mismatch,
    title: { en: "Linear needs one row for each sample", zh: "Linear 需要每个样本一行数" },
    explanation: {
      en: `${mismatch.explanation.en} An image has to be laid out as one row of ${sample} numbers first: that is what Flatten does.`,
      zh: `${mismatch.explanation.zh}图像要先排成一行 ${sample} 个数：这正是 Flatten 的作用。`,
    },
    fixes: [insertFlatten(site, edge, sample), ...(mismatch.fixes ?? [])],
  };
}

/** The parameter says one size, the wire brings another. Fixes: what arrives, or `auto`. */
export function sizeMismatch(
  site: Site,
  param: string,
  arrives: ParamValue,
  where: Text,
  { port, tensor, from }: Arrival = onlyInput(site),
): Explanation {
  const [told, got] = [formatParam(site.params[param]), formatParam(arrives)];
  const shape = formatShape(tensor.symbolicShape);
  const name = site.label(site.node.id);
  return {
    port,
    title: { en: `${param} is ${told}, but ${got} arrives`, zh: `${param} 为 ${told}，收到的却是 ${got}` },
    explanation: {
      en: `${site.label(from)} sends ${shape}, whose ${where.en} is ${got}. ${name} was told to expect ${told}.`,
      zh: `${site.label(from)} 送来 ${shape}，其${where.zh}为 ${got}，而 ${name} 被设定为 ${told}。`,
    },
    fixes: [
      setParam(site.node.id, param, arrives),
      {
        label: { en: `Set ${param} back to auto`, zh: `把 ${param} 恢复为自动` },
        edits: [{ kind: "set-param", node: site.node.id, param, value: null }],
      },
    ],
  };
}

/** (N, C, H, W) */
export function isImage({ shape, symbolicShape }: CheckedTensor): boolean {
  return shape.length === 4 && symbolicShape[0].batch && symbolicShape.slice(1).every((dim) => !dim.batch);
}

/** @param sample numbers of one sample: what Linear's `in_features` must be afterwards */
export function insertFlatten(
  { node, params }: Pick<Site, "node" | "params">,
  edge: string,
  sample: number,
): Fix {
  const fits = node.params.in_features == null || params.in_features === sample;
  return {
    label: { en: "Insert Flatten", zh: "插入 Flatten" },
    edits: [
      { kind: "insert-on-edge", edge, type: "Flatten", params: {} },
      ...(fits ? [] : [{ kind: "set-param", node: node.id, param: "in_features", value: null } as const]),
    ],
  };
}

function innerSizes(site: Site): Explanation {
  const got = arrivals(site);
  const name = site.label(site.node.id);
  return {
    title: { en: "The inner sizes of the product differ", zh: "矩阵乘积的内侧尺寸不同" },
    explanation: {
      en: `${name} gets ${got.en}. In a matrix product the last dimension of the first must be the last but one of the second. A Transpose on one of the wires may be missing.`,
      zh: `${name} 收到${got.zh}。矩阵相乘时，第一个的最后一维必须等于第二个的倒数第二维。可能有一条连线上缺少 Transpose。`,
    },
  };
}

export function needsFloat(site: Site): Explanation {
  const wrong = Object.entries(site.inputs).find(([, { dtype }]) => dtype !== "float32");
  const from = wrong ? site.label(site.wires[wrong[0]].from.node) : "";
  return {
    port: wrong?.[0] ?? null,
    title: { en: `${site.node.type} cannot work with whole numbers`, zh: `${site.node.type} 不能处理整数` },
    explanation: {
      en: `${from} sends whole numbers (int64), such as class labels; ${site.label(site.node.id)} needs decimal numbers (float32). Labels belong on a loss's target.`,
      zh: `${from} 送来的是整数（int64），例如类别标签；${site.label(site.node.id)} 需要小数（float32）。标签应接到损失的 target 上。`,
    },
  };
}

function unknownTensor(site: Site): Explanation {
  const name = formatParam(site.params.tensor);
  const offered = Object.keys(site.data);
  return {
    message: null,
    title: { en: `The data have no tensor ${name}`, zh: `数据中没有张量 ${name}` },
    explanation: {
      en: `${site.label(site.node.id)} asks for ${name}. The open data offer ${offered.join(" and ")}.`,
      zh: `${site.label(site.node.id)} 要的是 ${name}，而已打开的数据提供 ${offered.join("、")}。`,
    },
    fixes: offered.map((tensor) => ({
      label: { en: `Use ${tensor}`, zh: `改用 ${tensor}` },
      edits: [{ kind: "set-param", node: site.node.id, param: "tensor", value: tensor }],
    })),
  };
}
