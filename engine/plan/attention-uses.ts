/** How an attention and its gradients use their kernels, which are unrolled for the sizes of keys and values. */
import { type Constants, type Kernel, kernels } from "../../shaders/index";
import { elementCount, type Shape } from "../tensor/tensor";
import { constantIndex, unravelIndex } from "./indexing";
import type { Hook, KernelUse, Lowering } from "./lowering";
import type { Node, NodeOf } from "./nodes";
import { unrolled } from "./unroll";
import type { AttentionVariant } from "./variants";

type Name = "attention" | "attention_grad_query" | "attention_grad_keys";

export const attentionUses: { readonly [K in Name]: Lowering<K> } = {
  attention: { role: "kernel", use: useAttention },
  attention_grad_query: { role: "kernel", use: useGradQuery },
  attention_grad_keys: { role: "kernel", use: useGradKeys },
};

/** How many rows a thread takes, in fours. */
const fours: Readonly<Record<AttentionVariant, number>> = { fours: 1, eights: 2 };

function useAttention(node: NodeOf<"attention">): KernelUse {
  const [q, k, v, mask] = node.inputs;
  const sizes = sizesOf(q, k, v);
  return {
    ...kernelFor(kernels.attention, node, sizes, sizes.L),
    operands: [matrix("load_q", q), matrix("load_k", k), matrix("load_v", v), ...maskHook(mask)],
    ...withoutMask(mask),
    result: matrix("store", node),
    flops: flopsOf(sizes, sizes.E + sizes.V),
    readsOnce: false,
  };
}

function useGradQuery(node: NodeOf<"attention_grad_query">): KernelUse {
  const sizes = sizesOf(...node.inputs);
  return useGradient(kernels.attentionGradQuery, node, sizes.L, 2 * sizes.E + sizes.V);
}

function useGradKeys(node: NodeOf<"attention_grad_keys">): KernelUse {
  const sizes = sizesOf(...node.inputs);
  return useGradient(kernels.attentionGradKeys, node, sizes.S, 2 * sizes.E + 2 * sizes.V);
}

/** @param multiplications for each score */
function useGradient(kernel: Kernel, node: NodeOf<Name>, length: number, multiplications: number): KernelUse {
  const [q, k, v, grad, logSum, level, mask] = node.inputs;
  const sizes = sizesOf(q, k, v);
  return {
    ...kernelFor(kernel, node, sizes, length),
    operands: [
      matrix("load_q", q),
      matrix("load_k", k),
      matrix("load_v", v),
      matrix("load_grad", grad),
      column("load_log_sum", logSum),
      column("load_level", level),
      ...maskHook(mask),
    ],
    ...withoutMask(mask),
    result: matrix("store", node),
    flops: flopsOf(sizes, multiplications),
    readsOnce: false,
  };
}

interface Sizes {
  readonly BATCH: number;
  readonly L: number;
  readonly S: number;
  readonly E: number;
  readonly V: number;
}

function sizesOf(...[q, k, v]: readonly Node[]): Sizes {
  const [L, E] = q.shape.slice(-2);
  const [S, V] = [k.shape[k.shape.length - 2], v.shape[v.shape.length - 1]];
  return { BATCH: elementCount(q.shape.slice(0, -2)), L, S, E, V };
}

/** @param length of the side that threads share out */
function kernelFor(
  kernel: Kernel,
  { variant, attributes }: NodeOf<Name>,
  sizes: Sizes,
  length: number,
): { kernel: Kernel; constants: Constants } {
  const r = fours[variant ?? "fours"];
  const tiles = sizes.BATCH * Math.ceil(length / (4 * r));
  const workgroups = Math.max(Math.ceil(tiles / 64), Math.min(16, Math.ceil(tiles / 4)));
  return {
    kernel: unrolledKernel(kernel, r, Math.ceil(sizes.E / 4), Math.ceil(sizes.V / 4)),
    constants: { ...sizes, CAUSAL: attributes.causal ? 1 : 0, WORKGROUPS: Math.min(4096, workgroups) },
  };
}

const known = new Map<string, Kernel>();

function unrolledKernel(kernel: Kernel, r: number, e: number, v: number): Kernel {
  const key = `${kernel.name} ${r} ${e} ${v}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const source = unrolled(kernel.source, { r, e, v });
  const made = { ...kernel, source, ...(r > 1 && { compact: unrolled(kernel.source, { r: 1, e, v }) }) };
  known.set(key, made);
  return made;
}

function maskHook(mask: Node | undefined): Hook[] {
  return mask === undefined ? [] : [matrix("load_mask", mask)];
}

function withoutMask(mask: Node | undefined): Pick<KernelUse, "functions"> {
  return mask === undefined ? { functions: { load_mask: "return 0.0;" } } : {};
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
