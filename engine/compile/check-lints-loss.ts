/** Advice on what stands before a loss. */
import { layerOf } from "../layers/catalogue";
import type { Text } from "../tensor/text";
import { formatShape } from "./check-batch";
import { bypass, type Lint, type LintContext, wireInto } from "./check-lint";
import { formatParam } from "./check-params";
import type { CheckedNode, Diagnostic } from "./checked";
import { warning } from "./diagnostics-graph";
import { reshapeLike } from "./diagnostics-pairs";

export const lossLints: readonly Lint[] = [doneTwice, nllWithoutLog, dropoutAtEnd, targetShape];

interface Twice {
  readonly code: string;
  readonly loss: string;
  readonly before: string;
  /** What comes of having both. */
  readonly harm: Text;
}

const slow: Text = {
  en: "With two of them the loss cannot fall to 0 and learning is slow.",
  zh: "做两次会使损失无法降到 0，学习也很慢。",
};

/** Losses that hold the layer that a person would put before them. */
const twice: readonly Twice[] = [
  { code: "softmax-before-cross-entropy", loss: "CrossEntropyLoss", before: "Softmax", harm: slow },
  {
    code: "log-softmax-before-cross-entropy",
    loss: "CrossEntropyLoss",
    before: "LogSoftmax",
    harm: {
      en: "A second one changes nothing and costs time; LogSoftmax belongs before NLLLoss.",
      zh: "再做一次不会改变结果，只会费时；LogSoftmax 应放在 NLLLoss 之前。",
    },
  },
  { code: "sigmoid-before-bce-with-logits", loss: "BCEWithLogitsLoss", before: "Sigmoid", harm: slow },
];

function doneTwice({ id, type }: CheckedNode, { wiring, checked, label }: LintContext): Diagnostic | null {
  const before = wireInto(wiring, id, "prediction")?.from.node;
  if (before === undefined) return null;
  const found = twice.find((each) => each.loss === type && each.before === checked[before]?.type);
  if (!found) return null;
  const own = found.before === "LogSoftmax" ? "Softmax" : found.before;
  return warning(found.code, {
    node: before,
    title: { en: `${type} applies ${own} itself`, zh: `${type} 自带 ${own}` },
    explanation: {
      en: `${label(before)} feeds ${label(id)}, which takes raw scores and applies ${own} itself. ${found.harm.en}`,
      zh: `${label(before)} 接到了 ${label(id)}，而后者接受原始分数，并会自己做 ${own}。${found.harm.zh}`,
    },
    causes: [id],
    fixes: [bypass(before, label)],
  });
}

/** PyTorch takes any numbers as logarithms, and the loss falls without end. */
function nllWithoutLog(
  { id, type }: CheckedNode,
  { wiring, checked, label }: LintContext,
): Diagnostic | null {
  const wire = wireInto(wiring, id, "prediction");
  if (type !== "NLLLoss" || !wire) return null;
  const before = checked[wire.from.node];
  if (!before || before.type === "LogSoftmax" || before.type === "Log") return null;
  return warning("nll-without-log-softmax", {
    node: id,
    port: "prediction",
    title: { en: "NLLLoss needs LogSoftmax before it", zh: "NLLLoss 之前需要 LogSoftmax" },
    explanation: {
      en: `${label(id)} takes logarithms of probabilities, and ${label(before.id)} does not give them. The loss could fall below 0 without end, and the network would learn only to give larger numbers.`,
      zh: `${label(id)} 接受概率的对数，而 ${label(before.id)} 给出的不是。损失可能一直降到 0 以下，网络只会学到输出更大的数。`,
    },
    causes: [before.id],
    fixes: [
      {
        label: { en: "Insert LogSoftmax", zh: "插入 LogSoftmax" },
        edits: [{ kind: "insert-on-edge", edge: wire.id, type: "LogSoftmax", params: { dim: 1 } }],
      },
      {
        label: { en: "Use CrossEntropyLoss", zh: "改用 CrossEntropyLoss" },
        edits: [
          {
            kind: "set-type",
            node: id,
            type: "CrossEntropyLoss",
            params: wiring.nodes.get(id)?.params ?? {},
          },
        ],
      },
    ],
  });
}

/** Before the loss, or, where there is none yet, before nothing. */
function dropoutAtEnd(
  { id, type, inputs }: CheckedNode,
  { wiring, label, losses }: LintContext,
): Diagnostic | null {
  if (!/^Dropout(2d)?$/.test(type) || Object.keys(inputs).length === 0) return null;
  const next = wiring.outOf.get(id) ?? [];
  const loss = next.find(
    ({ to }) =>
      to.port === "prediction" && layerOf(wiring.nodes.get(to.node)?.type ?? "")?.category === "loss",
  )?.to.node;
  if (loss === undefined && (next.length > 0 || losses.length > 0)) return null;
  const sees = loss === undefined ? { en: "anyone", zh: "任何人" } : { en: label(loss), zh: label(loss) };
  return warning("dropout-at-end", {
    node: id,
    title: { en: "Dropout is the last layer", zh: "Dropout 是最后一层" },
    explanation: {
      en: `${label(id)} sets some of the predictions to 0 before ${sees.en} sees them, so the loss punishes what the network did not say. Put it between two layers instead.`,
      zh: `${label(id)} 会在${sees.zh} 看到预测之前把其中一部分设为 0，损失就会惩罚网络并没有做出的预测。请把它放到两层之间。`,
    },
    causes: loss === undefined ? [] : [loss],
    fixes: [bypass(id, label)],
  });
}

const elementwiseLosses = new Set(["MSELoss", "L1Loss", "SmoothL1Loss", "HuberLoss"]);

/** PyTorch warns and broadcasts: every prediction is then compared with every target. */
function targetShape({ id, type, inputs }: CheckedNode, { label, wiring }: LintContext): Diagnostic | null {
  const { prediction, target } = inputs;
  if (!elementwiseLosses.has(type) || formatParam(prediction.shape) === formatParam(target.shape))
    return null;
  const wire = wireInto(wiring, id, "target");
  const reshape = wire && reshapeLike({ inputs, wires: { target: wire }, label }, "target", prediction);
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
    fixes: reshape ? [reshape] : [],
  });
}
