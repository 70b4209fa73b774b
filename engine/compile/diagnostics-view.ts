/** Errors of view, reshape, flatten, transpose and permute. */
import { elementCount, type Layout } from "../tensor/tensor";
import type { Text } from "../tensor/text";
import { formatDim, formatShape } from "./check-batch";
import { formatParam } from "./check-params";
import type { CheckedNode, CheckedTensor, Fix } from "./checked";
import { type Explain, type Explanation, onlyInput, type Site, setParam } from "./diagnostics-site";

export const viewExplanations: Readonly<Record<string, Explain>> = {
  "view-not-contiguous": notContiguous,
  "view-element-count": elementCountDiffers,
  "view-two-inferred": twoInferred,
  "permute-length": notAPermutation,
  "permute-duplicate": notAPermutation,
  "dim-out-of-range": dimOutOfRange,
  "flatten-order": flattenOrder,
};

/**
 * Names the node that put the elements out of order, says how, and how far apart neighbours now lie.
 * Fixes: copy into order before the view, or let Reshape copy when it must.
 */
function notContiguous(site: Site): Explanation {
  const { port, tensor, from, edge } = onlyInput(site);
  const culprit = whoBrokeOrder(site, from);
  const how = whatItDid(culprit);
  const apart = howFarApart(tensor);
  const name = site.label(culprit.id);
  return {
    port,
    title: { en: "View needs contiguous memory", zh: "View 需要连续的内存" },
    explanation: {
      en: `${name} ${how.en}, so ${apart.en}. A view can only relabel memory, it cannot reorder it.`,
      zh: `${name} ${how.zh}，因此${apart.zh}。view 只能重新解释内存，不能重新排列内存。`,
    },
    causes: [culprit.id],
    fixes: [
      {
        label: { en: "Insert Contiguous", zh: "插入 Contiguous" },
        edits: [{ kind: "insert-on-edge", edge, type: "Contiguous", params: {} }],
      },
      {
        label: { en: "Use Reshape", zh: "改用 Reshape" },
        edits: [{ kind: "set-type", node: site.node.id, type: "Reshape", params: site.node.params }],
      },
    ],
  };
}

/** The nearest node, from `id` upstream, whose output is out of order though what it gets is not. */
function whoBrokeOrder({ graph, checked }: Site, id: string): CheckedNode {
  let at = checked[id];
  for (;;) {
    const disordered = Object.entries(at.inputs).find(([, tensor]) => !tensor.contiguous)?.[0];
    const wire = graph.edges.find(({ to }) => to.node === at.id && to.port === disordered);
    if (!wire) return at;
    at = checked[wire.from.node];
  }
}

function whatItDid({ type, params, inputs }: CheckedNode): Text {
  const rank = Object.values(inputs)[0]?.shape.length ?? 0;
  const positive = (dim: unknown) => (typeof dim === "number" && dim < 0 ? dim + rank : Number(dim));
  if (type === "Transpose") {
    const [a, b] = [positive(params.dim0), positive(params.dim1)].sort((x, y) => x - y);
    return { en: `exchanged dims ${a} and ${b}`, zh: `交换了第 ${a} 维和第 ${b} 维` };
  }
  if (type === "Permute" && Array.isArray(params.dims)) {
    const dims = params.dims.map(positive);
    return {
      en: `put the dims into the order ${dims.join(", ")}`,
      zh: `把各维重新排成 ${dims.join("、")} 的顺序`,
    };
  }
  return { en: "left the elements out of order in memory", zh: "使元素在内存中不再按顺序排列" };
}

function howFarApart(tensor: CheckedTensor): Text {
  const last = tensor.stride.length - 1;
  if (tensor.stride[last] !== 1) {
    const stride = formatDim(tensor.symbolicStride[last]);
    return {
      en: `neighbours in the last dimension now lie ${stride} elements apart`,
      zh: `最后一维上相邻的元素现在相隔 ${stride} 个元素`,
    };
  }
  const dim = firstBreak(tensor);
  const stride = formatDim(tensor.symbolicStride[dim]);
  const dense = tensor.shape[dim + 1] * tensor.stride[dim + 1];
  return {
    en: `neighbours in dim ${dim} now lie ${stride} elements apart instead of ${dense}`,
    zh: `第 ${dim} 维上相邻的元素现在相隔 ${stride} 个元素，而不是 ${dense} 个`,
  };
}

/** The innermost dimension that does not follow the one after it. */
function firstBreak({ shape, stride }: Layout): number {
  for (let dim = shape.length - 2; dim >= 0; dim--) {
    if (shape[dim] !== 1 && stride[dim] !== shape[dim + 1] * stride[dim + 1]) return dim;
  }
  return 0;
}

function elementCountDiffers(site: Site): Explanation {
  const { port, tensor, from } = onlyInput(site);
  const wanted = formatParam(site.params.shape ?? null);
  const sample = elementCount(tensor.shape.slice(1));
  const shape = formatShape(tensor.symbolicShape);
  return {
    port,
    title: { en: "The sizes do not fit what arrives", zh: "尺寸与收到的张量不符" },
    explanation: {
      en: `${site.label(from)} sends ${shape}: ${sample} numbers a sample, ${elementCount(tensor.shape)} in a batch of ${site.batchSize}. They cannot be laid out as ${wanted}. Write −1 where the batch goes.`,
      zh: `${site.label(from)} 送来 ${shape}：每个样本 ${sample} 个数，一批（${site.batchSize} 个样本）共 ${elementCount(tensor.shape)} 个，无法排成 ${wanted}。请在批所在的位置写 −1。`,
    },
    fixes: fittingShapes(site, tensor),
  };
}

/** First the shape that keeps most of what was written, then one row a sample. */
function fittingShapes({ node, params }: Site, { shape }: CheckedTensor): Fix[] {
  if (!Array.isArray(params.shape)) return [];
  const sample = elementCount(shape.slice(1));
  const middle: readonly number[] = params.shape.slice(1, -1);
  const last = sample / elementCount(middle);
  const fixes = [setParam(node.id, "shape", [-1, sample])];
  const fits = middle.length > 0 && middle.every((size) => size > 0) && Number.isInteger(last);
  return fits ? [setParam(node.id, "shape", [-1, ...middle, last]), ...fixes] : fixes;
}

function twoInferred(site: Site): Explanation {
  const { port, tensor } = onlyInput(site);
  return {
    port,
    title: { en: "Only one size can be −1", zh: "只能有一个尺寸是 −1" },
    explanation: {
      en: "−1 means: whatever is left. With two of them there is no telling how to share it. Keep the first for the batch and give the others as numbers.",
      zh: "−1 的意思是“剩下多少就是多少”。有两个 −1 就无法确定怎么分。请只保留第一个给批，其余写成具体的数。",
    },
    fixes: fittingShapes(site, tensor),
  };
}

function notAPermutation(site: Site): Explanation {
  const { port, tensor } = onlyInput(site);
  const rank = tensor.shape.length;
  const order = tensor.shape.map((_, dim) => dim);
  return {
    port,
    title: { en: "dims must name each dimension once", zh: "dims 必须恰好列出每一维一次" },
    explanation: {
      en: `The tensor is ${formatShape(tensor.symbolicShape)} and has ${rank} dimensions: dims must be an order of ${order.join(", ")}, but is ${formatParam(site.params.dims ?? null)}.`,
      zh: `张量为 ${formatShape(tensor.symbolicShape)}，有 ${rank} 维：dims 必须是 ${order.join("、")} 的一个排列，现在却是 ${formatParam(site.params.dims ?? null)}。`,
    },
    fixes: [setParam(site.node.id, "dims", order)],
  };
}

function dimOutOfRange(site: Site): Explanation {
  const { port, tensor } = onlyInput(site);
  const rank = tensor.shape.length;
  const shape = formatShape(tensor.symbolicShape);
  return {
    port,
    title: { en: "There is no such dimension", zh: "没有这一维" },
    explanation: {
      en: `${site.label(site.node.id)} gets ${shape}, which has ${rank} dimensions: they are counted from 0 to ${rank - 1}, or from −1 (the last) back to −${rank}.`,
      zh: `${site.label(site.node.id)} 收到 ${shape}，共 ${rank} 维：从 0 数到 ${rank - 1}，或从 −1（最后一维）倒数到 −${rank}。`,
    },
    fixes: lastDimension(site, rank),
  };
}

/** Each parameter that names a dimension which is not there names the last instead. */
function lastDimension({ node, params }: Site, rank: number): Fix[] {
  const outside = ["dim", "dim0", "dim1", "start_dim", "end_dim"].filter((name) => {
    const dim = params[name];
    return typeof dim === "number" && (dim < -rank || dim >= rank);
  });
  if (outside.length === 0 || rank === 0) return [];
  const fixes = outside.map((name) => setParam(node.id, name, -1));
  return [{ label: fixes[0].label, edits: fixes.flatMap(({ edits }) => edits) }];
}

function flattenOrder(site: Site): Explanation {
  return {
    title: { en: "start_dim comes after end_dim", zh: "start_dim 在 end_dim 之后" },
    explanation: {
      en: "Flatten joins the dimensions from start_dim to end_dim. Start at 1 to keep the batch, and end at −1, the last.",
      zh: "Flatten 把从 start_dim 到 end_dim 的各维合并。从 1 开始可保留批这一维，到 −1（最后一维）结束。",
    },
    fixes: [
      {
        label: { en: "Join all but the batch", zh: "合并除批以外的所有维" },
        edits: [
          { kind: "set-param", node: site.node.id, param: "start_dim", value: 1 },
          { kind: "set-param", node: site.node.id, param: "end_dim", value: -1 },
        ],
      },
    ],
  };
}
