/** The hand-written kernels: what each takes beside its WGSL text. Every file is valid as it stands. */
import argmax from "./argmax.wgsl?raw";
import attention from "./attention.wgsl?raw";
import attentionGradKeys from "./attention_grad_keys.wgsl?raw";
import attentionGradKeysWide from "./attention_grad_keys_wide.wgsl?raw";
import attentionGradQuery from "./attention_grad_query.wgsl?raw";
import attentionGradQueryWide from "./attention_grad_query_wide.wgsl?raw";
import attentionWide from "./attention_wide.wgsl?raw";
import elementwise from "./elementwise.wgsl?raw";
import numbers from "./lib/numbers.wgsl?raw";
import quads from "./lib/quads.wgsl?raw";
import random from "./lib/random.wgsl?raw";
import matmul from "./matmul.wgsl?raw";
import matmulQuad from "./matmul_quad.wgsl?raw";
import matmulThin from "./matmul_thin.wgsl?raw";
import matmulTiled from "./matmul_tiled.wgsl?raw";
import maxPool2d from "./max_pool2d.wgsl?raw";
import maxPool2dIndices from "./max_pool2d_indices.wgsl?raw";

export type Constants = Readonly<Record<string, number>>;

/** Threads of a workgroup, where a kernel can be told. */
export interface Threads {
  readonly THREADS: number;
}

export interface Kernel {
  readonly name: string;
  readonly source: string;
  /** A text that does the same, to the last bit, with the same constants and hooks: slower, and compiled much sooner. */
  readonly compact?: string;
  /** How many workgroups its constants ask for, as one number; a kernel counts them along x, then y. */
  readonly workgroups: (constants: Constants) => number;
  /** The constants with which it does its work in at most so many workgroups; undefined where it cannot choose. */
  readonly over?: (constants: Constants & Threads, workgroups: number) => Constants;
}

/** Threads of a workgroup that is told nothing else. */
export const usualThreads = 64;

function kernel(name: string, source: string, threadCount: (constants: Constants) => number): Kernel {
  return { name, source, workgroups: (c) => Math.ceil(threadCount(c) / (c.THREADS ?? usualThreads)) };
}

const tiles = (length: number, size: number) => Math.ceil(length / size);

/** Few tiles are spread over all workgroups. */
function overWorkgroups(name: string, source: string): Kernel {
  return {
    name,
    source,
    workgroups: (c) => c.WORKGROUPS,
    over: (c, workgroups) => ({ ...c, WORKGROUPS: Math.min(c.WORKGROUPS, workgroups) }),
  };
}

const poolResult = (c: Constants) => c.N * c.C * c.OH * c.OW;

export const kernels = {
  elementwise: {
    ...kernel("elementwise", elementwise, (c) => tiles(c.COUNT, c.PER_THREAD)),
    over: (c, workgroups) => ({
      ...c,
      PER_THREAD: Math.max(c.PER_THREAD, tiles(c.COUNT, workgroups * c.THREADS)),
    }),
  },
  matmul: kernel("matmul", matmul, (c) => c.BATCH * tiles(c.M, 8) * tiles(c.N, 8)),
  matmulQuad: overWorkgroups("matmul_quad", matmulQuad),
  matmulTiled: kernel(
    "matmul_tiled",
    matmulTiled,
    (c) => c.BATCH * tiles(c.M, 32) * tiles(c.N, 32) * usualThreads,
  ),
  matmulThin: kernel("matmul_thin", matmulThin, (c) => c.BATCH * c.M * c.N),
  attention: overWorkgroups("attention", attention),
  attentionGradQuery: overWorkgroups("attention_grad_query", attentionGradQuery),
  attentionGradKeys: overWorkgroups("attention_grad_keys", attentionGradKeys),
  attentionWide: overWorkgroups("attention_wide", attentionWide),
  attentionGradQueryWide: overWorkgroups("attention_grad_query_wide", attentionGradQueryWide),
  attentionGradKeysWide: overWorkgroups("attention_grad_keys_wide", attentionGradKeysWide),
  argmax: kernel("argmax", argmax, (c) => c.ROWS),
  maxPool2d: kernel("max_pool2d", maxPool2d, poolResult),
  maxPool2dIndices: kernel("max_pool2d_indices", maxPool2dIndices, poolResult),
} satisfies Record<string, Kernel>;

/** Functions that any kernel may call; those that it names are appended to it. */
export const library: readonly string[] = [numbers, quads, random];
