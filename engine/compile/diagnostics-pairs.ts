/** Errors of tensors whose shapes do not go together, and what makes the one like the other. */
import type { Shape } from "../tensor/tensor";
import type { Text } from "../tensor/text";
import { formatShape } from "./check-batch";
import type { CheckedTensor, Fix } from "./checked";
import { arrivals, type Explain, type Explanation, inputAt, type Site } from "./diagnostics-site";

export const pairExplanations: Readonly<Record<string, Explain>> = {
  "shapes-do-not-broadcast": doNotBroadcast,
  "loss-shapes": classShapes,
  "BCELoss loss-shapes": equalShapes,
  "BCEWithLogitsLoss loss-shapes": equalShapes,
};

function doNotBroadcast(site: Site): Explanation {
  const got = arrivals(site);
  const name = site.label(site.node.id);
  return {
    title: { en: "The two shapes do not go together", zh: "两个形状无法配合" },
    explanation: {
      en: `${name} gets ${got.en}. Counted from the last dimension, sizes must be equal, or one of them 1, which is then repeated. Make the layers before it give the same shape.`,
      zh: `${name} 收到${got.zh}。从最后一维数起，尺寸必须相等，或其中一个为 1（会自动重复）。请让前面的层输出相同的形状。`,
    },
    fixes: [
      ...eachLikeTheOther(site, addTrailing),
      ...eachLikeTheOther(site, setWidth),
      ...eachLikeTheOther(site, project),
    ],
  };
}

/** One number a class and sample, and one class a sample. */
function classShapes(site: Site): Explanation {
  const got = arrivals(site);
  const { prediction, target } = site.inputs;
  const flatten = startsWithBatch(prediction) && prediction.shape.length > 2 && target.shape.length === 1;
  const column = startsWithBatch(target) && target.shape.length === 2 && target.shape[1] === 1;
  return {
    title: { en: "Prediction and target do not match", zh: "预测与目标不匹配" },
    explanation: {
      en: `${site.label(site.node.id)} gets ${got.en}. It needs one row of scores for each sample, N×classes, as prediction, and one class number for each sample, N, as target.`,
      zh: `${site.label(site.node.id)} 收到${got.zh}。prediction 需要每个样本一行分数（N×类别数），target 需要每个样本一个类别编号（N）。`,
    },
    fixes: [
      ...(flatten
        ? [insertAt(site, "prediction", "Flatten", {}, { en: "Insert Flatten", zh: "插入 Flatten" })]
        : []),
      ...(column ? [reshapeTo(site, "target", target.shape.slice(0, 1))] : []),
    ],
  };
}

/** One target for each number that is predicted. */
function equalShapes(site: Site): Explanation {
  const got = arrivals(site);
  return {
    port: "target",
    title: { en: "Prediction and target differ in shape", zh: "预测与目标的形状不同" },
    explanation: {
      en: `${site.label(site.node.id)} compares each predicted number with the target in its place, and gets ${got.en}. Both need the same shape.`,
      zh: `${site.label(site.node.id)} 把每个预测值与同一位置的目标相比较，却收到${got.zh}。两者的形状必须相同。`,
    },
    fixes: [...eachLikeTheOther(site, reshapeLike), ...eachLikeTheOther(site, setWidth)],
  };
}

type Change = (site: Site, port: string, like: CheckedTensor) => Fix | null;

/** Of a node with two inputs. A target is data, and no layer with weights belongs before it. */
function eachLikeTheOther(site: Site, change: Change): Fix[] {
  const ports = Object.keys(site.inputs);
  if (ports.length !== 2 || !ports.every((port) => startsWithBatch(site.inputs[port]))) return [];
  const [a, b] = ports;
  return [
    change(site, a, site.inputs[b]),
    b === "target" && change === project ? null : change(site, b, site.inputs[a]),
  ].filter((fix) => fix !== null);
}

/** N×8 beside N×8×5×5 becomes N×8×1×1, so that its numbers are repeated over the picture. */
function addTrailing(site: Site, port: string, { shape: like }: CheckedTensor): Fix | null {
  const { shape } = site.inputs[port];
  if (shape.length >= like.length || shape.some((size, dim) => size !== 1 && size !== like[dim])) return null;
  return reshapeTo(site, port, [...shape, ...like.slice(shape.length).map(() => 1)]);
}

/** N as N×1 and the other way round. */
export function reshapeLike(
  site: Pick<Site, "inputs" | "wires" | "label">,
  port: string,
  like: CheckedTensor,
): Fix | null {
  const { shape } = site.inputs[port];
  const without = (sizes: Shape) => sizes.filter((size) => size !== 1).join();
  return without(shape) === without(like.shape) ? reshapeTo(site, port, like.shape) : null;
}

/** Which parameter of a layer says the size of which dimension of what it makes. */
const widths: Readonly<Record<string, { readonly param: string; readonly dim: "last" | "channels" }>> = {
  Linear: { param: "out_features", dim: "last" },
  Bilinear: { param: "out_features", dim: "last" },
  Embedding: { param: "embedding_dim", dim: "last" },
  Conv1d: { param: "out_channels", dim: "channels" },
  Conv2d: { param: "out_channels", dim: "channels" },
  ConvTranspose1d: { param: "out_channels", dim: "channels" },
  ConvTranspose2d: { param: "out_channels", dim: "channels" },
};

/** Lets the layer before give as many features as the other has, where it feeds nothing else. */
function setWidth(site: Site, port: string, { shape: like }: CheckedTensor): Fix | null {
  const { tensor, from } = inputAt(site, port);
  const { type, params } = site.checked[from];
  const width = Object.hasOwn(widths, type) ? widths[type] : null;
  const dim = width?.dim === "last" ? like.length - 1 : 1;
  const feeds = site.graph.edges.filter((edge) => edge.from.node === from).length;
  if (!width || feeds > 1 || dim < 1 || !differOnlyAt([dim], tensor.shape, like)) return null;
  if (typeof params.groups === "number" && like[dim] % params.groups !== 0) return null;
  const [name, size] = [site.label(from), like[dim]];
  return {
    label: {
      en: `Set ${width.param} of ${name} to ${size}`,
      zh: `把 ${name} 的 ${width.param} 设为 ${size}`,
    },
    edits: [{ kind: "set-param", node: from, param: width.param, value: size }],
  };
}

/** The shortcut of a residual block: a Linear or a 1×1 convolution that brings the one to the other's shape. */
function project(site: Site, port: string, { shape: like }: CheckedTensor): Fix | null {
  const { shape, dtype } = site.inputs[port];
  const insert = (type: string, params: Readonly<Record<string, number | number[]>>) =>
    insertAt(site, port, type, params, {
      en: `Insert ${type} behind ${site.label(site.wires[port].from.node)}`,
      zh: `在 ${site.label(site.wires[port].from.node)} 之后插入 ${type}`,
    });
  const last = like.length - 1;
  if (dtype !== "float32" || last < 1) return null;
  if (last < 3 && differOnlyAt([last], shape, like)) return insert("Linear", { out_features: like[last] });
  if (last === 2 && differOnlyAt([1], shape, like))
    return insert("Conv1d", { out_channels: like[1], kernel_size: 1 });
  if (last !== 3 || !differOnlyAt([1, 2, 3], shape, like)) return null;
  const stride = [2, 3].map((dim) => Math.ceil(shape[dim] / like[dim]));
  const fits = stride.every((step, i) => Math.floor((shape[2 + i] - 1) / step) + 1 === like[2 + i]);
  return fits ? insert("Conv2d", { out_channels: like[1], kernel_size: 1, stride }) : null;
}

function differOnlyAt(dims: readonly number[], a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, dim) => size === b[dim] || dims.includes(dim));
}

export function startsWithBatch({ symbolicShape }: CheckedTensor): boolean {
  const [first, ...others] = symbolicShape;
  return first?.batch && first.n === 1 && others.every((dim) => !dim.batch);
}

/** @param shape as it is for the context's batch size, which stays open */
function reshapeTo(site: Pick<Site, "wires" | "label">, port: string, [, ...sample]: Shape): Fix {
  const name = site.label(site.wires[port].from.node);
  const shape = formatShape([{ n: 1, batch: true }, ...sample.map((n) => ({ n, batch: false }))]);
  return insertAt(
    site,
    port,
    "Reshape",
    { shape: [-1, ...sample] },
    {
      en: `Reshape what ${name} sends to ${shape}`,
      zh: `把 ${name} 送来的张量变为 ${shape}`,
    },
  );
}

export function insertAt(
  { wires }: Pick<Site, "wires">,
  port: string,
  type: string,
  params: Readonly<Record<string, number | number[]>>,
  label: Text,
): Fix {
  return { label, edits: [{ kind: "insert-on-edge", edge: wires[port].id, type, params }] };
}
