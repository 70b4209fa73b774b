/** Errors of layers that cut, split, stretch and join tensors. */
import { formatShape } from "./check-batch";
import { formatParam } from "./check-params";
import type { Fix } from "./checked";
import { startsWithBatch } from "./diagnostics-pairs";
import { arrivals, type Explain, type Explanation, onlyInput, type Site, setParam } from "./diagnostics-site";

export const cuttingExplanations: Readonly<Record<string, Explain>> = {
  "unflatten-sizes": unflattenSizes,
  "narrow-range": narrowRange,
  "select-index": selectIndex,
  "split-sizes": splitSizes,
  "expand-mismatch": expandSizes,
  "expand-too-few": expandSizes,
  "expand-leading": expandSizes,
  "expand-negative": expandSizes,
  "glu-odd": oddHalves,
  "concat-sizes": joinedSizes,
  "concat-rank": joinedSizes,
  "stack-sizes": stackedSizes,
};

/** The dimension that the parameter `dim` means, from the front, and its size. */
function cutDimension(site: Site) {
  const { tensor, port, from } = onlyInput(site);
  const given = Number(site.params.dim);
  const dim = given < 0 ? given + tensor.shape.length : given;
  const shape = formatShape(tensor.symbolicShape);
  return { port, dim, size: tensor.shape[dim] ?? 1, shape, from: site.label(from), tensor };
}

function unflattenSizes(site: Site): Explanation {
  const { port, dim, size, shape, from } = cutDimension(site);
  const { unflattened_size: sizes } = site.params;
  const told = formatParam(sizes);
  return {
    port,
    title: { en: `${told} does not make ${size}`, zh: `${told} 相乘不等于 ${size}` },
    explanation: {
      en: `${from} sends ${shape}. ${site.label(site.node.id)} splits dim ${dim}, of size ${size}, into the sizes ${told}: multiplied they must give ${size}. One of them may be −1: whatever is left.`,
      zh: `${from} 送来 ${shape}。${site.label(site.node.id)} 把大小为 ${size} 的第 ${dim} 维拆成 ${told}：它们的乘积必须等于 ${size}。其中一个可以是 −1，表示剩下多少就是多少。`,
    },
    fixes: Array.isArray(sizes)
      ? [setParam(site.node.id, "unflattened_size", fittingSizes(sizes, size))]
      : [],
  };
}

/** Keeps as many of the sizes from the front as divide `size`; the last takes what is left. */
function fittingSizes(sizes: readonly number[], size: number): number[] {
  const fitting: number[] = [];
  let left = size;
  for (const each of sizes.slice(0, -1)) {
    const kept = each > 0 && left % each === 0 ? each : 1;
    fitting.push(kept);
    left /= kept;
  }
  return [...fitting, left];
}

function narrowRange(site: Site): Explanation {
  const { port, dim, size, shape, from } = cutDimension(site);
  const { node, params } = site;
  const [start, length] = [Number(params.start), Number(params.length)];
  const first = start < 0 ? start + size : start;
  const fixes: Fix[] = [
    ...(length <= size ? [setParam(node.id, "start", size - length)] : []),
    ...(first >= 0 && first < size ? [setParam(node.id, "length", size - first)] : []),
  ];
  return {
    port,
    title: { en: `${length} from ${start} goes past the end`, zh: `从 ${start} 起取 ${length} 个会超出末尾` },
    explanation: {
      en: `${from} sends ${shape}, and dim ${dim} has ${size} places. ${site.label(node.id)} asks for ${length} of them from place ${start} on.`,
      zh: `${from} 送来 ${shape}，第 ${dim} 维有 ${size} 个位置，而 ${site.label(node.id)} 要从位置 ${start} 起取 ${length} 个。`,
    },
    fixes,
  };
}

function selectIndex(site: Site): Explanation {
  const { port, dim, size, shape, from } = cutDimension(site);
  const index = formatParam(site.params.index);
  return {
    port,
    title: { en: `There is no place ${index}`, zh: `没有位置 ${index}` },
    explanation: {
      en: `${from} sends ${shape}. The ${size} places of dim ${dim} are counted from 0 to ${size - 1}, or from −1 (the last) back to −${size}.`,
      zh: `${from} 送来 ${shape}。第 ${dim} 维的 ${size} 个位置从 0 数到 ${size - 1}，或从 −1（最后一个）倒数到 −${size}。`,
    },
    fixes: [setParam(site.node.id, "index", -1)],
  };
}

function splitSizes(site: Site): Explanation {
  const { port, dim, size, shape, from } = cutDimension(site);
  const sizes = site.params.split_size;
  const given: readonly number[] = Array.isArray(sizes) ? sizes : [];
  const left = given.slice(0, -1).reduce((rest, each) => rest - Math.max(each, 0), size);
  const parts = given.slice(0, -1).map((each) => Math.max(each, 0));
  return {
    port,
    title: { en: `The parts do not add up to ${size}`, zh: `各部分之和不等于 ${size}` },
    explanation: {
      en: `${from} sends ${shape}. ${site.label(site.node.id)} cuts dim ${dim}, of size ${size}, into parts of ${formatParam(sizes)}. One number is the size of every part; several must add up to ${size}.`,
      zh: `${from} 送来 ${shape}。${site.label(site.node.id)} 把大小为 ${size} 的第 ${dim} 维切成 ${formatParam(sizes)}。只写一个数时，它是每一部分的大小；写几个数时，它们之和必须等于 ${size}。`,
    },
    fixes: left > 0 ? [setParam(site.node.id, "split_size", [...parts, left])] : [],
  };
}

function expandSizes(site: Site): Explanation {
  const { port, tensor, from } = onlyInput(site);
  const { node, params } = site;
  const sizes: readonly number[] = Array.isArray(params.sizes) ? params.sizes : [];
  const shape = formatShape(tensor.symbolicShape);
  const { length } = tensor.shape;
  const asked = [...Array.from({ length: Math.max(length - sizes.length, 0) }, () => -1), ...sizes];
  const lead = asked.length - length;
  const fitting = asked.map((size, dim) => {
    if (dim < lead) return Math.max(size, 1);
    return tensor.shape[dim - lead] === 1 && size > 0 ? size : -1;
  });
  return {
    port,
    title: { en: "Only a dimension of size 1 can be stretched", zh: "只有大小为 1 的维度才能扩展" },
    explanation: {
      en: `${site.label(from)} sends ${shape}, and ${site.label(node.id)} is to make ${formatParam(sizes)} of it. Counted from the last dimension, a size must stay as it is (−1) unless it is 1; new dimensions can only come in front.`,
      zh: `${site.label(from)} 送来 ${shape}，${site.label(node.id)} 要把它变成 ${formatParam(sizes)}。从最后一维数起，除非大小为 1，否则必须保持不变（−1）；新的维度只能加在最前面。`,
    },
    fixes: [setParam(node.id, "sizes", fitting)],
  };
}

function oddHalves(site: Site): Explanation {
  const { port, dim, size, shape, from, tensor } = cutDimension(site);
  const even = tensor.shape.findLastIndex((each, at) => at > 0 && each % 2 === 0);
  return {
    port,
    title: { en: `${size} cannot be halved`, zh: `${size} 无法平分成两半` },
    explanation: {
      en: `${from} sends ${shape}. ${site.label(site.node.id)} halves dim ${dim}, one half gating the other, so its size must be even, and it is ${size}.`,
      zh: `${from} 送来 ${shape}。${site.label(site.node.id)} 把第 ${dim} 维分成两半，一半作为另一半的门，因此大小必须是偶数，而它是 ${size}。`,
    },
    fixes: even < 0 ? [] : [setParam(site.node.id, "dim", even)],
  };
}

function joinedSizes(site: Site): Explanation {
  const got = arrivals(site);
  const dim = onlyDifference(site);
  const name = site.label(site.node.id);
  return {
    title: { en: "The shapes cannot be joined", zh: "这些形状无法拼接" },
    explanation: {
      en: `${name} gets ${got.en} and puts them one behind the other along dim ${formatParam(site.params.dim)}. They need the same number of dimensions, and the same size in all the others.`,
      zh: `${name} 收到${got.zh}，沿第 ${formatParam(site.params.dim)} 维依次拼接。它们的维数必须相同，其他各维的大小也必须相同。`,
    },
    fixes: dim === null ? flattenAll(site) : [setParam(site.node.id, "dim", dim)],
  };
}

/** One row a sample of each can always be joined: picture features beside a table's columns. */
function flattenAll({ node, inputs, wires }: Site): Fix[] {
  const ports = Object.keys(inputs);
  if (!ports.every((port) => startsWithBatch(inputs[port]) && inputs[port].shape.length > 1)) return [];
  const edits = ports
    .filter((port) => inputs[port].shape.length > 2)
    .map((port) => ({ kind: "insert-on-edge", edge: wires[port].id, type: "Flatten", params: {} }) as const);
  return [
    {
      label: { en: "Flatten each sample first", zh: "先把每个样本展平" },
      edits: [...edits, { kind: "set-param", node: node.id, param: "dim", value: 1 }],
    },
  ];
}

function stackedSizes(site: Site): Explanation {
  const got = arrivals(site);
  const dim = onlyDifference(site);
  const name = site.label(site.node.id);
  return {
    title: { en: "Only equal shapes can be stacked", zh: "只有形状相同才能堆叠" },
    explanation: {
      en: `${name} lays tensors on top of each other in a new dimension, and gets ${got.en}. Concat joins tensors that differ in one dimension.`,
      zh: `${name} 在新的维度上堆叠张量，却收到${got.zh}。只在一个维度上不同的张量可以用 Concat 拼接。`,
    },
    fixes:
      dim === null
        ? []
        : [
            {
              label: { en: `Use Concat along dim ${dim}`, zh: `改用 Concat，沿第 ${dim} 维` },
              edits: [{ kind: "set-type", node: site.node.id, type: "Concat", params: { dim } }],
            },
          ],
  };
}

/** The one dimension in which the inputs differ; null when there is none or more, or when it is the batch. */
function onlyDifference({ inputs }: Site): number | null {
  const shapes = Object.values(inputs).map(({ shape }) => shape);
  if (shapes.some((shape) => shape.length !== shapes[0].length)) return null;
  const differing = shapes[0].flatMap((size, dim) =>
    shapes.some((shape) => shape[dim] !== size) ? [dim] : [],
  );
  return differing.length === 1 && differing[0] > 0 ? differing[0] : null;
}
