/** Advice on graphs that PyTorch would run, and that are likely not what was meant. */
import { elementCount } from "../tensor/tensor";
import { formatShape } from "./check-batch";
import { type Lint, type LintContext, wireInto } from "./check-lint";
import { gradientLints } from "./check-lints-gradient";
import { lossLints } from "./check-lints-loss";
import { formatParam } from "./check-params";
import type { CheckedNode, Diagnostic } from "./checked";
import { insertFlatten, isImage } from "./diagnostics-features";
import { graphError, warning } from "./diagnostics-graph";
import { setParam, useGroupNorm } from "./diagnostics-site";

const lints: readonly Lint[] = [inputUnlikeData, linearOnImage, ...lossLints, biasBeforeNorm, batchOfOne];

export function lint(context: LintContext): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const node of Object.values(context.checked)) {
    for (const look of lints) {
      const diagnostic = look(node, context);
      if (diagnostic) found.push(diagnostic);
    }
  }
  return [...found, ...gradientLints(context)];
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

/** Where the picture still gives each channel several values, PyTorch computes, but each sample only sees itself. */
function batchOfOne(
  { id, type, inputs, params }: CheckedNode,
  { batchSize, label }: LintContext,
): Diagnostic | null {
  if (batchSize !== 1 || !/^BatchNorm[12]d$/.test(type)) return null;
  const channels = inputs.x.shape[1] ?? 1;
  return warning("batch-norm-batch-one", {
    node: id,
    title: { en: "Batch norm of a batch of one", zh: "批大小为 1 的批归一化" },
    explanation: {
      en: `${label(id)} compares the samples of a batch, and with batch size 1 there is only one, so what it learns for prediction is little better than chance. Use a batch size of at least 2, or GroupNorm, which looks at each sample by itself.`,
      zh: `${label(id)} 要比较一批中的各个样本，而批大小为 1 时只有一个，它为预测累积的统计量几乎全凭运气。请把批大小设为至少 2，或改用 GroupNorm，它只看单个样本。`,
    },
    fixes: channels > 1 && params.num_features === channels ? [useGroupNorm(id)] : [],
  });
}
