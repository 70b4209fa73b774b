/** Advice on graphs that PyTorch would run, and that are likely not what was meant. */
import type { GraphEdge } from "../graph/project";
import { layerOf } from "../layers/catalogue";
import { elementCount } from "../tensor/tensor";
import { formatShape } from "./check-batch";
import { formatParam } from "./check-params";
import type { Wiring } from "./check-wiring";
import type { CheckedNode, DataTensors, Diagnostic } from "./checked";
import { insertFlatten, isImage } from "./diagnostics-features";
import { graphError, warning } from "./diagnostics-graph";
import { setParam } from "./diagnostics-site";

export interface LintContext {
  readonly checked: Readonly<Record<string, CheckedNode>>;
  readonly wiring: Wiring;
  readonly data: DataTensors;
  label(id: string): string;
}

type Lint = (node: CheckedNode, context: LintContext) => Diagnostic | null;

const lints: readonly Lint[] = [
  inputUnlikeData,
  linearOnImage,
  softmaxBeforeLoss,
  dropoutAtEnd,
  biasBeforeNorm,
  targetShape,
];

export function lint(context: LintContext): Diagnostic[] {
  return Object.values(context.checked).flatMap((node) => lints.flatMap((each) => each(node, context) ?? []));
}

/** An Input's shape given by hand, and data that are not of it: training could not fill it. */
function inputUnlikeData(
  { id, type, params, outputs }: CheckedNode,
  { data, label }: LintContext,
): Diagnostic | null {
  if (type !== "Input" || params.shape === null || Object.keys(data).length === 0) return null;
  const offered = Object.hasOwn(data, String(params.tensor)) ? data[String(params.tensor)] : null;
  const [output] = Object.values(outputs);
  if (offered && formatParam(offered.shape) === formatParam(params.shape) && offered.dtype === output.dtype)
    return null;
  const tensor = formatParam(params.tensor);
  const has = offered ? `${formatParam(offered.shape)} ${offered.dtype}` : null;
  const asks = `${formatParam(params.shape)} ${output.dtype}`;
  return graphError("input-unlike-data", {
    node: id,
    title: { en: `${tensor} has another shape in the data`, zh: `数据中的 ${tensor} 是另一种形状` },
    explanation: {
      en: `${label(id)} was given the shape ${asks} by hand, but the open data have ${has ? `${has} for ${tensor}` : `no tensor ${tensor}`}. Take the shape from the data instead.`,
      zh: `${label(id)} 的形状被手动设为 ${asks}，但已打开的数据中${has ? `${tensor} 是 ${has}` : `没有张量 ${tensor}`}。请改为从数据读取形状。`,
    },
    fixes: [
      {
        label: { en: "Take the shape from the data", zh: "从数据读取形状" },
        edits: [{ kind: "set-param", node: id, param: "shape", value: null }],
      },
    ],
  });
}

/** PyTorch applies it to the last dimension, row by row of the picture: seldom what was meant. */
function linearOnImage(node: CheckedNode, { wiring, label }: LintContext): Diagnostic | null {
  const { id, type, inputs, outputs } = node;
  if (type !== "Linear" || !isImage(inputs.x)) return null;
  const drawn = wiring.nodes.get(id);
  const edge = wireInto(wiring, id, "x");
  if (!drawn || !edge) return null;
  const [from, to] = [formatShape(inputs.x.symbolicShape), formatShape(outputs.y.symbolicShape)];
  return warning("linear-on-image", {
    node: id,
    port: "x",
    title: { en: "Linear works on each row of the picture", zh: "Linear 作用在图像的每一行上" },
    explanation: {
      en: `${label(id)} turns ${from} into ${to}: it sees one row of one channel at a time. To let it see the whole picture, flatten each sample first.`,
      zh: `${label(id)} 把 ${from} 变成 ${to}：它每次只看到一个通道的一行。要让它看到整张图，请先把每个样本展平。`,
    },
    causes: [edge.from.node],
    fixes: [
      insertFlatten({ node: drawn, params: node.params }, edge.id, elementCount(inputs.x.shape.slice(1))),
    ],
  });
}

function softmaxBeforeLoss(
  { id, type }: CheckedNode,
  { wiring, checked, label }: LintContext,
): Diagnostic | null {
  if (type !== "CrossEntropyLoss") return null;
  const before = wireInto(wiring, id, "prediction")?.from.node;
  if (before === undefined || checked[before]?.type !== "Softmax") return null;
  return warning("softmax-before-cross-entropy", {
    node: before,
    title: { en: "CrossEntropyLoss applies Softmax itself", zh: "CrossEntropyLoss 自带 Softmax" },
    explanation: {
      en: `${label(before)} feeds ${label(id)}, which takes raw scores and applies Softmax itself. With two of them the loss cannot fall to 0 and learning is slow.`,
      zh: `${label(before)} 接到了 ${label(id)}，而后者接受原始分数，并会自己做 Softmax。做两次会使损失无法降到 0，学习也很慢。`,
    },
    causes: [id],
    fixes: [bypass(before, label)],
  });
}

function dropoutAtEnd({ id, type }: CheckedNode, { wiring, checked, label }: LintContext): Diagnostic | null {
  if (layerOf(type)?.category !== "loss") return null;
  const before = wireInto(wiring, id, "prediction")?.from.node;
  if (before === undefined || checked[before]?.type !== "Dropout") return null;
  return warning("dropout-at-end", {
    node: before,
    title: { en: "Dropout is the last layer", zh: "Dropout 是最后一层" },
    explanation: {
      en: `${label(before)} sets some of the predictions to 0 before ${label(id)} sees them, so the loss punishes what the network did not say. Put it between two layers instead.`,
      zh: `${label(before)} 会在 ${label(id)} 看到预测之前把其中一部分设为 0，损失就会惩罚网络并没有做出的预测。请把它放到两层之间。`,
    },
    causes: [id],
    fixes: [bypass(before, label)],
  });
}

/** Only where the layer feeds the norm and nothing else. */
function biasBeforeNorm(
  { id, params }: CheckedNode,
  { wiring, checked, label }: LintContext,
): Diagnostic | null {
  const next = wiring.outOf.get(id) ?? [];
  const norm = next.length === 1 ? checked[next[0].to.node] : undefined;
  if (params.bias !== true || !norm?.type.startsWith("BatchNorm")) return null;
  return warning("bias-before-norm", {
    node: id,
    title: { en: "The bias has no effect", zh: "偏置不起作用" },
    explanation: {
      en: `${label(norm.id)} subtracts the mean right after ${label(id)}, and with it any bias. Without the bias there is less to compute and to store.`,
      zh: `${label(norm.id)} 紧接在 ${label(id)} 之后减去均值，偏置也随之消失。去掉偏置可以少算一些、少存一些。`,
    },
    causes: [norm.id],
    fixes: [setParam(id, "bias", false)],
  });
}

/** PyTorch warns and broadcasts: every prediction is then compared with every target. */
function targetShape(
  { id, type, inputs: { prediction, target } }: CheckedNode,
  { label }: LintContext,
): Diagnostic | null {
  if (type !== "MSELoss" || formatParam(prediction.shape) === formatParam(target.shape)) return null;
  const size = (shape: readonly number[]) => `torch.Size(${formatParam(shape)})`;
  const [predicted, wanted] = [formatShape(prediction.symbolicShape), formatShape(target.symbolicShape)];
  return warning("target-shape", {
    node: id,
    port: "target",
    title: { en: "Prediction and target have different shapes", zh: "预测与目标的形状不同" },
    message: `Using a target size (${size(target.shape)}) that is different to the input size (${size(prediction.shape)}). This will likely lead to incorrect results due to broadcasting. Please ensure they have the same size.`,
    explanation: {
      en: `${label(id)} compares ${predicted} with ${wanted}. One of them is repeated to fit the other, so predictions are compared with targets that are not theirs.`,
      zh: `${label(id)} 把 ${predicted} 与 ${wanted} 相比较。其中一个会被重复以适应另一个，于是预测会与不属于自己的目标比较。`,
    },
  });
}

function bypass(node: string, label: (id: string) => string): Diagnostic["fixes"][number] {
  return {
    label: { en: `Remove ${label(node)}`, zh: `删除 ${label(node)}` },
    edits: [{ kind: "bypass", node }],
  };
}

function wireInto({ into }: Wiring, id: string, port: string): GraphEdge | undefined {
  return into.get(id)?.[port]?.[0];
}
