/**
 * Which of several kernels computes a node, where there are several. The choice follows from a written estimate of what
 * each costs on the kind of adapter at hand, unless a table of measured choices says otherwise.
 */

import { elementCount, type Shape } from "../tensor/tensor";
import type { NodeKind } from "./nodes";

/** What decides between kernels. */
export interface Adapter {
  /** Computes on the processor: workgroup memory and barriers are dear there, and four lanes are one instruction. */
  readonly software: boolean;
  /** WGSL's `subgroups`. */
  readonly subgroups: boolean;
}

export type MatmulVariant = "quad" | "registers" | "tiled" | "thin";
/** Who takes a row that is reduced: a thread, four threads of a quad, or a workgroup. */
export type RowsVariant = "thread" | "quad" | "workgroup";
/**
 * Who goes over the keys, each with four rows of its own: a thread by itself, or the four of a quad together. Or products
 * with scores between them that are stored.
 */
export type AttentionVariant = "thread" | "quad" | "products";
type Attention = "attention" | "attention_grad_query" | "attention_grad_keys";
export type Variant = MatmulVariant | RowsVariant | AttentionVariant;
export type VariantOf<K> = K extends "matmul"
  ? MatmulVariant
  : K extends "sum" | "max"
    ? RowsVariant
    : K extends Attention
      ? AttentionVariant
      : never;

/** Measured choices, by `variantKey`. */
export type VariantTable = Readonly<Record<string, Variant>>;

export interface VariantOptions {
  readonly adapter: Adapter;
  readonly table?: VariantTable;
}

/** What a table of measured choices calls a piece of work: `matmul 1 64 256 784`, `attention 64 128 128 16 16`. */
export function variantKey(kind: "matmul" | "attention", sizes: readonly number[]): string {
  return [kind, ...sizes].join(" ");
}

/** The kernel for a node, or null when there is only one. */
export function chooseVariant(
  kind: NodeKind,
  inputs: readonly Shape[],
  shape: Shape,
  options: VariantOptions,
): Variant | null {
  const { adapter, table = {} } = options;
  if (kind === "sum" || kind === "max") return rowsVariant(inputs[0], shape, adapter);
  if (kind === "attention" || kind === "attention_grad_query" || kind === "attention_grad_keys")
    return attentionVariant(kind, inputs, options);
  if (kind !== "matmul") return null;
  const sizes = matmulSizes(inputs[0], shape);
  const known = table[variantKey(kind, sizes)];
  if (known !== undefined) return known;
  const candidates = matmulCandidates(adapter);
  const cost = (variant: MatmulVariant) => matmulCost(variant, sizes);
  return candidates.reduce((best, variant) => (cost(variant) < cost(best) ? variant : best));
}

export function matmulCandidates({ software, subgroups }: Adapter): readonly MatmulVariant[] {
  if (!software) return ["tiled", "thin"];
  return subgroups ? ["quad", "thin"] : ["registers", "thin"];
}

/** Batch, rows, columns, and the length of the sums. */
export type MatmulSizes = readonly [batch: number, m: number, n: number, k: number];

export function matmulSizes(a: Shape, result: Shape): MatmulSizes {
  const [m, n] = result.slice(-2);
  return [elementCount(result.slice(0, -2)), m, n, a[a.length - 1]];
}

/**
 * Few long rows are shared among threads. On a processor a barrier is dear, and makes all of its shader slow: a quad
 * joins its results without one.
 */
function rowsVariant(x: Shape, result: Shape, { software, subgroups }: Adapter): RowsVariant {
  const rows = elementCount(result);
  const length = elementCount(x) / rows;
  if (software) return subgroups && length >= 64 && rows < 256 ? "quad" : "thread";
  return length >= 256 && rows < 2048 ? "workgroup" : "thread";
}

/** So many scores, 4 MiB, may be stored. */
const mostScores = 2 ** 20;

/**
 * Products are faster than going over the keys with more of a head than there is room for in registers, but they store the
 * scores: no more than a tile of them. On a processor a load takes as long as ten multiply-adds: the lanes of a quad share
 * them, unless most would have no row of their own (key, for the gradients of keys).
 */
export function attentionVariant(
  kind: Attention,
  inputs: readonly Shape[],
  { adapter: { software, subgroups }, table = {} }: VariantOptions,
): AttentionVariant {
  const sizes = attentionSizes(inputs);
  const known = table[variantKey("attention", sizes)];
  if (known === "thread" || known === "quad" || known === "products") return known;
  const [batch, l, s, e, v] = sizes;
  if (Math.max(e, v) > (software ? 16 : 32) && batch * l * s <= mostScores) return "products";
  const length = kind === "attention_grad_keys" ? s : l;
  return software && subgroups && length > 8 ? "quad" : "thread";
}

/** Batch, queries, keys, and the elements of a key and of a value. */
export type AttentionSizes = readonly [batch: number, l: number, s: number, e: number, v: number];

export function attentionSizes([q, k, v]: readonly Shape[]): AttentionSizes {
  const [l, e] = q.slice(-2);
  return [elementCount(q.slice(0, -2)), l, k[k.length - 2], e, v[v.length - 1]];
}

interface MatmulCost {
  /** Rows and columns that are computed together, and how many of these tiles are in a workgroup. */
  readonly tile: number;
  readonly tilesPerWorkgroup: number;
  /** What a workgroup costs: in all, for each step of k, and for each result, in nanoseconds. */
  readonly fixed: number;
  readonly step: number;
  readonly result: number;
  /** How many workgroups run at once. */
  readonly parallel: number;
}

/**
 * Software: SwiftShader on two cores, where a gather of four lanes costs 7 ns and a multiply-add of four lanes 0.5 ns.
 * A GPU: some hundred workgroups at once; what counts is how often it has to wait for memory.
 */
const matmulCosts: Readonly<Record<MatmulVariant, MatmulCost>> = {
  quad: { tile: 16, tilesPerWorkgroup: 16, fixed: 800, step: 1500, result: 6, parallel: 2 },
  registers: { tile: 8, tilesPerWorkgroup: 64, fixed: 800, step: 2600, result: 6, parallel: 2 },
  tiled: { tile: 32, tilesPerWorkgroup: 1, fixed: 1000, step: 60, result: 1, parallel: 200 },
  thin: { tile: 1, tilesPerWorkgroup: 64, fixed: 800, step: 250, result: 6, parallel: 2 },
};

/** In nanoseconds. */
function matmulCost(variant: MatmulVariant, [batch, m, n, k]: MatmulSizes): number {
  const { tile, tilesPerWorkgroup, fixed, step, result, parallel } = matmulCosts[variant];
  const tiles = batch * Math.ceil(m / tile) * Math.ceil(n / tile);
  const workgroups = Math.ceil(tiles / tilesPerWorkgroup);
  const full = fixed + tilesPerWorkgroup * tile * tile * result + step * k;
  // The last workgroup may have a few tiles only.
  return workgroups <= parallel
    ? (full * tiles) / (workgroups * tilesPerWorkgroup)
    : (full * tiles) / tilesPerWorkgroup / parallel;
}

/** As many as run at once, if there are so many tiles of 16 by 16. */
export function quadWorkgroups([batch, m, n]: MatmulSizes): number {
  return Math.min(16, batch * Math.ceil(m / 16) * Math.ceil(n / 16));
}

/**
 * Into how many parts the sums of a product are split, where there are too few tiles of results to keep the adapter
 * busy: a few quads for each core of a processor, a workgroup for each unit of a GPU.
 */
export function matmulParts(a: Shape, result: Shape, { software }: Adapter): number {
  const [batch, m, n, k] = matmulSizes(a, result);
  const tile = software ? 16 : 32;
  const [enough, wanted, shortest] = software ? [4, 16, 256] : [32, 64, 256];
  const tiles = batch * Math.ceil(m / tile) * Math.ceil(n / tile);
  if (tiles >= enough) return 1;
  const most = Math.min(Math.floor(wanted / tiles), Math.floor(k / shortest));
  for (let parts = most; parts > 1; parts--) if (k % (parts * 4) === 0) return parts;
  return 1;
}
