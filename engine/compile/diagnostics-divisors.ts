/** Errors of counts that must divide a size: groups and heads. */

import { formatShape } from "./check-batch";
import { formatParam } from "./check-params";
import type { GraphEdit } from "./checked";
import { sizeMismatch } from "./diagnostics-features";
import { type Explain, type Explanation, onlyInput, type Site, setParam } from "./diagnostics-site";

export const divisorExplanations: Readonly<Record<string, Explain>> = {
  "group-norm-groups": normGroups,
  "attention-heads": heads,
  "attention-shapes": attentionShapes,
  "MultiheadAttention matmul-shapes": attentionShapes,
  "conv-groups": convGroups,
};

/** The divisor of `size` next to `wanted`; the smaller of two that are as near. */
function nearestDivisor(size: number, wanted: number): number {
  // From `wanted` both ways: 1 always divides.
  for (let away = 0; ; away++) {
    for (const each of [wanted - away, wanted + away]) if (each >= 1 && size % each === 0) return each;
  }
}

function normGroups(site: Site): Explanation {
  const { port, tensor, from } = onlyInput(site);
  const channels = tensor.shape[1] ?? 1;
  const told = Number(site.params.num_groups);
  const label = site.label(site.node.id);
  return {
    port,
    title: {
      en: `${channels} channels cannot be shared among ${told} groups`,
      zh: `${channels} 个通道无法平均分成 ${told} 组`,
    },
    explanation: {
      en: `${label} splits the channels into num_groups equal parts. ${site.label(from)} sends ${formatShape(tensor.symbolicShape)}, and ${formatParam(site.params.num_channels)} is not a multiple of ${told}.`,
      zh: `${label} 把通道平均分成 num_groups 份。${site.label(from)} 送来 ${formatShape(tensor.symbolicShape)}，而 ${formatParam(site.params.num_channels)} 不是 ${told} 的倍数。`,
    },
    fixes: [divisorFix(site, "num_groups", "num_channels", channels)],
  };
}

function heads(site: Site): Explanation {
  const { port, tensor } = onlyInput(site);
  const told = Number(site.params.num_heads);
  const size = formatParam(site.params.embed_dim);
  const label = site.label(site.node.id);
  return {
    port,
    title: {
      en: `embed_dim ${size} cannot be shared among ${told} heads`,
      zh: `embed_dim ${size} 无法平均分给 ${told} 个头`,
    },
    explanation: {
      en: `Each head of ${label} works on an equal part of the embedding, so embed_dim (${size}) must be a multiple of num_heads (${told}).`,
      zh: `${label} 的每个头处理嵌入的相等一份，因此 embed_dim（${size}）必须是 num_heads（${told}）的倍数。`,
    },
    fixes: [divisorFix(site, "num_heads", "embed_dim", tensor.shape.at(-1) ?? 1)],
  };
}

/** The parts that come nearest, and the size read off the wire again where it was given and is not what arrives. */
function divisorFix({ node, params }: Site, param: string, whole: string, arrives: number) {
  const fix = setParam(node.id, param, nearestDivisor(arrives, Number(params[param])));
  const back: GraphEdit = { kind: "set-param", node: node.id, param: whole, value: null };
  return params[whole] === arrives ? fix : { ...fix, edits: [...fix.edits, back] };
}

/** The query is as wide as it was said to be, or the three inputs do not belong together. */
function attentionShapes(site: Site): Explanation {
  const { node, params, inputs } = site;
  const arrives = inputs.query.shape.at(-1) ?? 1;
  if (arrives !== params.embed_dim) {
    const mismatch = sizeMismatch(site, "embed_dim", arrives, { en: "last dimension", zh: "最后一维" });
    const divides = arrives % Number(params.num_heads) === 0;
    const parts = setParam(node.id, "num_heads", nearestDivisor(arrives, Number(params.num_heads)));
    return {
      ...mismatch,
      fixes: (mismatch.fixes ?? []).map((fix) =>
        divides ? fix : { ...fix, edits: [...fix.edits, ...parts.edits] },
      ),
    };
  }
  const shape = (port: string) => formatShape(inputs[port].symbolicShape);
  const [query, key, value] = ["query", "key", "value"].map(shape);
  const sizes = (["kdim", "vdim"] as const).flatMap((param) => {
    const got = inputs[param === "kdim" ? "key" : "value"].shape.at(-1) ?? 1;
    return (params[param] ?? params.embed_dim) === got ? [] : setParam(node.id, param, got);
  });
  return {
    title: { en: "query, key and value do not go together", zh: "query、key 和 value 无法配合" },
    explanation: {
      en: `${site.label(node.id)} gets query ${query}, key ${key} and value ${value}. Key and value must hold as many places as each other, all three the same samples, and their last dimensions must be kdim and vdim (embed_dim where those are not given).`,
      zh: `${site.label(node.id)} 收到 query ${query}、key ${key} 和 value ${value}。key 与 value 的位置数必须相同，三者的样本必须相同，最后一维必须等于 kdim 和 vdim（未设时等于 embed_dim）。`,
    },
    fixes: sizes.length === 0 ? [] : [{ label: sizes[0].label, edits: sizes.flatMap(({ edits }) => edits) }],
  };
}

/** Groups must divide what comes in and what goes out. */
function convGroups({ node, params }: Site): Explanation {
  const [parts, into, out] = [params.groups, params.in_channels, params.out_channels].map(formatParam);
  const common = greatestCommonDivisor(Number(params.in_channels), Number(params.out_channels));
  return {
    title: { en: "groups does not divide the channels", zh: "groups 不能整除通道数" },
    explanation: {
      en: `groups splits the channels into ${parts} equal parts, so in_channels (${into}) and out_channels (${out}) must both be multiples of it.`,
      zh: `groups 把通道平均分成 ${parts} 份，因此 in_channels（${into}）和 out_channels（${out}）都必须是它的倍数。`,
    },
    fixes: [setParam(node.id, "groups", nearestDivisor(common, Number(params.groups)))],
  };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
