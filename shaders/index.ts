/** The hand-written kernels: what each takes beside its WGSL text. Every file is valid as it stands. */
import argmax from "./argmax.wgsl?raw";
import avgPool2d from "./avg_pool2d.wgsl?raw";
import avgPool2dGrad from "./avg_pool2d_grad.wgsl?raw";
import conv2d from "./conv2d.wgsl?raw";
import conv2dGradInput from "./conv2d_grad_input.wgsl?raw";
import conv2dGradWeight from "./conv2d_grad_weight.wgsl?raw";
import elementwise from "./elementwise.wgsl?raw";
import numbers from "./lib/numbers.wgsl?raw";
import random from "./lib/random.wgsl?raw";
import logSoftmax from "./log_softmax.wgsl?raw";
import matmul from "./matmul.wgsl?raw";
import matmulThin from "./matmul_thin.wgsl?raw";
import maxPool2d from "./max_pool2d.wgsl?raw";
import maxPool2dGrad from "./max_pool2d_grad.wgsl?raw";
import maxPool2dIndices from "./max_pool2d_indices.wgsl?raw";
import reduce from "./reduce.wgsl?raw";
import reduceLong from "./reduce_long.wgsl?raw";
import softmax from "./softmax.wgsl?raw";

export type Constants = Readonly<Record<string, number>>;

export interface Kernel {
  readonly name: string;
  readonly source: string;
  /** How many workgroups its constants ask for, as one number; a kernel counts them along x, then y. */
  readonly workgroups: (constants: Constants) => number;
}

/** Threads in every workgroup. */
const threads = 64;

function kernel(name: string, source: string, threadCount: (constants: Constants) => number): Kernel {
  return { name, source, workgroups: (constants) => Math.ceil(threadCount(constants) / threads) };
}

const tiles = (length: number, size: number) => Math.ceil(length / size);

const poolResult = (c: Constants) => c.N * c.C * c.OH * c.OW;
const poolInput = (c: Constants) => c.N * c.C * c.H * c.W;

export const kernels = {
  elementwise: kernel("elementwise", elementwise, (c) => tiles(c.COUNT, c.PER_THREAD)),
  matmul: kernel("matmul", matmul, (c) => c.BATCH * tiles(c.M, 8) * tiles(c.N, 8)),
  matmulThin: kernel("matmul_thin", matmulThin, (c) => c.BATCH * c.M * c.N),
  reduce: kernel("reduce", reduce, (c) => c.ROWS),
  reduceLong: kernel("reduce_long", reduceLong, (c) => c.ROWS * threads),
  argmax: kernel("argmax", argmax, (c) => c.ROWS),
  softmax: kernel("softmax", softmax, (c) => c.ROWS),
  logSoftmax: kernel("log_softmax", logSoftmax, (c) => c.ROWS),
  conv2d: kernel("conv2d", conv2d, (c) => c.N * c.GROUPS * tiles(c.OUTPUTS, 8) * tiles(c.OH * c.OW, 8)),
  conv2dGradInput: kernel(
    "conv2d_grad_input",
    conv2dGradInput,
    (c) => c.N * c.GROUPS * tiles(c.CHANNELS, 8) * tiles(c.H * c.W, 8),
  ),
  conv2dGradWeight: kernel(
    "conv2d_grad_weight",
    conv2dGradWeight,
    (c) => c.PARTS * c.GROUPS * tiles(c.OUTPUTS, 8) * tiles(c.CHANNELS * c.KERNEL_H * c.KERNEL_W, 8),
  ),
  maxPool2d: kernel("max_pool2d", maxPool2d, poolResult),
  maxPool2dIndices: kernel("max_pool2d_indices", maxPool2dIndices, poolResult),
  maxPool2dGrad: kernel("max_pool2d_grad", maxPool2dGrad, poolInput),
  avgPool2d: kernel("avg_pool2d", avgPool2d, poolResult),
  avgPool2dGrad: kernel("avg_pool2d_grad", avgPool2dGrad, poolInput),
} satisfies Record<string, Kernel>;

/** Functions that any kernel may call; those that it names are appended to it. */
export const library: readonly string[] = [numbers, random];
