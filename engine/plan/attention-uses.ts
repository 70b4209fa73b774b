/** How an attention and its gradients use their kernels, which are unrolled for the sizes of keys and values. */
import { type Constants, type Kernel, kernels } from "../../shaders/index";
import { elementCount, type Shape } from "../tensor/tensor";
import { constantIndex, unravelIndex } from "./indexing";
import type { Hook, KernelUse, Lowering } from "./lowering";
import type { Node, NodeOf } from "./nodes";
import { unrolled } from "./unroll";
import { attentionSizes } from "./variants";

type Name = "attention" | "attention_grad_query" | "attention_grad_keys";

export const attentionUses: { readonly [K in Name]: Lowering<K> } = {
  attention: { role: "kernel", use: useAttention },
  attention_grad_query: { role: "kernel", use: useGradQuery },
  attention_grad_keys: { role: "kernel", use: useGradKeys },
};

function useAttention(node: NodeOf<"attention">): KernelUse {
  const [q, k, v, mask] = node.inputs;
  const sizes = sizesOf(q, k, v);
  return {
    ...kernelFor(node, sizes, sizes.L),
    operands: [matrix("load_q", q), matrix("load_k", k), matrix("load_v", v), ...maskHook(mask)],
    functions: { ...fours(node, ["k", "key"], ["v", "key"]), ...withoutMask(mask) },
    result: matrix("store", node),
    flops: flopsOf(sizes, sizes.E + sizes.V),
    readsOnce: false,
  };
}

function useGradQuery(node: NodeOf<"attention_grad_query">): KernelUse {
  const sizes = sizesOf(...node.inputs);
  const functions = fours(node, ["k", "key"], ["v", "key"]);
  return useGradient(node, functions, sizes.L, 2 * sizes.E + sizes.V);
}

function useGradKeys(node: NodeOf<"attention_grad_keys">): KernelUse {
  const sizes = sizesOf(...node.inputs);
  const functions = fours(node, ["q", "row"], ["grad", "row"]);
  return useGradient(node, functions, sizes.S, 2 * sizes.E + 2 * sizes.V);
}

/** @param multiplications for each score */
function useGradient(
  node: NodeOf<Name>,
  functions: Functions,
  length: number,
  multiplications: number,
): KernelUse {
  const [q, k, v, grad, logSum, level, mask] = node.inputs;
  const sizes = sizesOf(q, k, v);
  return {
    ...kernelFor(node, sizes, length),
    operands: [
      matrix("load_q", q),
      matrix("load_k", k),
      matrix("load_v", v),
      matrix("load_grad", grad),
      column("load_log_sum", logSum),
      column("load_level", level),
      ...maskHook(mask),
    ],
    functions: { ...functions, ...withoutMask(mask) },
    result: matrix("store", node),
    flops: flopsOf(sizes, multiplications),
    readsOnce: false,
  };
}

type Functions = Readonly<Record<string, string>>;

/** How the lanes of a quad read four elements of what they all go over. */
function fours(
  { variant }: NodeOf<Name>,
  ...operands: readonly (readonly [name: string, of: string])[]
): Functions {
  if (variant !== "quad") return {};
  const body = (name: string, of: string) => `  return of_quad(element_of_${name}(${of}, i + quad_lane));\n`;
  return Object.fromEntries(operands.map(([name, of]) => [`four_of_${name}`, body(name, of)]));
}

interface Sizes {
  readonly BATCH: number;
  readonly L: number;
  readonly S: number;
  readonly E: number;
  readonly V: number;
}

function sizesOf(...inputs: readonly Node[]): Sizes {
  const [BATCH, L, S, E, V] = attentionSizes(inputs.map(({ shape }) => shape));
  return { BATCH, L, S, E, V };
}

/** @param length of the side that threads share out */
function kernelFor(
  { kind, variant, attributes }: NodeOf<Name>,
  sizes: Sizes,
  length: number,
): { kernel: Kernel; constants: Constants } {
  const LANES = variant === "quad" ? 4 : 1;
  const tiles = sizes.BATCH * Math.ceil(length / (4 * LANES)) * LANES;
  const workgroups = Math.max(Math.ceil(tiles / 64), Math.min(16, Math.ceil(tiles / 4)));
  return {
    kernel: unrolledKernel(kind, sizes),
    constants: { ...sizes, CAUSAL: attributes.causal ? 1 : 0, LANES, WORKGROUPS: Math.min(4096, workgroups) },
  };
}

/** Up to this many elements of a query and of a value are in a thread's registers; of wider ones, chunks of 16 are. */
const widest = 32;
const chunk = 16;

const files: Readonly<Record<Name, { readonly narrow: Kernel; readonly wide: Kernel }>> = {
  attention: { narrow: kernels.attention, wide: kernels.attentionWide },
  attention_grad_query: { narrow: kernels.attentionGradQuery, wide: kernels.attentionGradQueryWide },
  attention_grad_keys: { narrow: kernels.attentionGradKeys, wide: kernels.attentionGradKeysWide },
};

function unrolledKernel(name: Name, { E, V }: Sizes): Kernel {
  const isWide = Math.max(E, V) > widest;
  const kernel = files[name][isWide ? "wide" : "narrow"];
  const counts: Readonly<Record<string, number>> = isWide
    ? { c: chunk / 4 }
    : { e: Math.ceil(E / 4), v: Math.ceil(V / 4) };
  const key = [kernel.name, ...Object.values(counts)].join(" ");
  const made = known.get(key) ?? { ...kernel, source: unrolled(kernel.source, counts) };
  known.set(key, made);
  return made;
}

const known = new Map<string, Kernel>();

function maskHook(mask: Node | undefined): Hook[] {
  return mask === undefined ? [] : [matrix("load_mask", mask)];
}

function withoutMask(mask: Node | undefined): Functions {
  return mask === undefined ? { load_mask: "return 0.0;" } : {};
}

/** A batch of matrices, whatever dimensions the batch has. */
function matrix(name: string, { shape }: { readonly shape: Shape }): Hook {
  const lead = shape.slice(0, -2);
  return {
    name,
    sizes: [elementCount(lead), ...shape.slice(-2)],
    coordinates: ([batch, row, column]) => [...unravelIndex(batch, lead), row, column],
  };
}

/** The same of matrices of one column. */
function column(name: string, { shape }: { readonly shape: Shape }): Hook {
  const { sizes, coordinates } = matrix(name, { shape });
  return { name, sizes: sizes.slice(0, 2), coordinates: (at) => coordinates([...at, constantIndex(0)]) };
}

/** @param multiplications for each score */
function flopsOf({ BATCH, L, S }: Sizes, multiplications: number): number {
  return 2 * BATCH * L * S * multiplications;
}
