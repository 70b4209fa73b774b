/** Warnings about the batch: what holds for one batch size only, and what mixes samples. */
import type { TensorError } from "../tensor/errors";
import { elementCount } from "../tensor/tensor";
import { formatShape } from "./check-batch";
import type { CheckedTensor, Diagnostic, Fix } from "./checked";
import { warning } from "./diagnostics-graph";
import { type Site, setParam } from "./diagnostics-site";

/** @param error PyTorch's at another batch size; null when it works there and gives a shape that follows no rule */
export function batchDependent(site: Site, output: CheckedTensor, error: TensorError | null): Diagnostic {
  const { batchSize } = site;
  const name = site.label(site.node.id);
  const shape = formatShape(output.symbolicShape);
  return warning("batch-dependent", {
    node: site.node.id,
    title: { en: "Works for this batch size only", zh: "只适用于当前的批大小" },
    message: error?.message ?? null,
    explanation: {
      en: `With batch size ${batchSize} ${name} gives ${shape}; with another one it ${error ? "fails" : "gives a shape that does not follow from N"}. The last batch of an epoch is often smaller.`,
      zh: `批大小为 ${batchSize} 时，${name} 输出 ${shape}；换一个批大小${error ? "就会出错" : "，输出的形状就与 N 不成比例"}。每轮的最后一个批往往更小。`,
    },
    causes: Object.values(site.wires).map(({ from }) => from.node),
    fixes: leaveBatchOpen(site),
  });
}

export function mixedSamples(site: Site, output: CheckedTensor): Diagnostic {
  const [input] = Object.values(site.inputs);
  const name = site.label(site.node.id);
  const shapes = [formatShape(input.symbolicShape), formatShape(output.symbolicShape)];
  return warning("mixes-samples", {
    node: site.node.id,
    title: { en: "This mixes the samples of a batch", zh: "这会混合一个批中的样本" },
    explanation: {
      en: `${name} turns ${shapes[0]} into ${shapes[1]}: the first dimension no longer has one row for each of the N samples, so a prediction no longer belongs to one of them.`,
      zh: `${name} 把 ${shapes[0]} 变成 ${shapes[1]}：第一维不再是 N 个样本各占一行，预测结果也就不再对应单个样本。`,
    },
    causes: Object.values(site.wires).map(({ from }) => from.node),
    fixes: keepSamples(site, input),
  });
}

/** View and Reshape: −1 in the place of the number that is the batch size. */
function leaveBatchOpen({ node, params, batchSize }: Site): Fix[] {
  const { shape } = params;
  if (!Array.isArray(shape) || shape.includes(-1) || shape[0] !== batchSize) return [];
  return [setParam(node.id, "shape", [-1, ...shape.slice(1)])];
}

/** One row a sample: Flatten from dim 1, View and Reshape to (−1, all of a sample). */
function keepSamples({ node, params }: Site, input: CheckedTensor): Fix[] {
  if (node.type === "Flatten") return [setParam(node.id, "start_dim", 1)];
  return Array.isArray(params.shape)
    ? [setParam(node.id, "shape", [-1, elementCount(input.shape.slice(1))])]
    : [];
}
