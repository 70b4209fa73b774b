/** How each primitive that has a hand-written kernel uses it: constants, operands, result, operations. */
import { type Constants, type Kernel, kernels } from "../../shaders/index";
import type { PoolAttributes } from "../program/program";
import { elementCount, type Shape } from "../tensor/tensor";
import { addIndex, scaleIndex, unravelIndex } from "./indexing";
import type { Hook, KernelUse, Lowering } from "./lowering";
import type { Node, NodeOf } from "./nodes";
import { elementPlace, rowsAlong } from "./row-places";
import { unrolled } from "./unroll";
import { type MatmulVariant, matmulSizes, quadWorkgroups } from "./variants";

type KernelName = "sum" | "max" | "argmax" | "matmul" | "max_pool2d" | "max_pool2d_indices";

export const kernelUses: { readonly [K in KernelName]: Lowering<K> } = {
  sum: { role: "kernel", use: "rows" },
  max: { role: "kernel", use: "rows" },
  argmax: { role: "kernel", use: useArgmax },
  matmul: { role: "kernel", use: useMatmul },
  max_pool2d: { role: "kernel", use: (node) => pool(node, kernels.maxPool2d) },
  max_pool2d_indices: { role: "kernel", use: (node) => pool(node, kernels.maxPool2dIndices) },
};

/** A tensor whose parameters are its coordinates. */
function plain(name: string, shape: Shape): Hook {
  return { name, sizes: shape, coordinates: (parameters) => parameters };
}

/** A tensor whose one parameter is the place in row-major order. */
function flat(name: string, shape: Shape): Hook {
  return { name, sizes: [elementCount(shape)], coordinates: ([i]) => unravelIndex(i, shape) };
}

function useArgmax(node: NodeOf<"argmax">): KernelUse {
  const [x] = node.inputs;
  const rows = rowsAlong(x.shape, [node.attributes.dim]);
  const { count, length } = rows;
  return {
    kernel: kernels.argmax,
    constants: { ROWS: count, LENGTH: length },
    element: x.dtype,
    operands: [
      { name: "load", sizes: [count, length], coordinates: ([row, i]) => elementPlace(rows, row, i) },
    ],
    result: flat("store", node.shape),
    flops: elementCount(x.shape),
    readsOnce: true,
  };
}

/** Steps of k in a turn of the loop; its compact form takes one. */
const turn = 2;

/** How many fours of rows and columns a quad of lanes computes at most. */
const side = 4;
/** The same of its compact form: the sums that a loop carries are most of what is compiled. */
const compactSide = 2;

/** Tiles as few as can be, and no larger than they need be. */
function quadKernel(m: number, n: number): Kernel {
  const [r, c] = [m, n].map((size) => {
    const fours = Math.ceil(size / 4);
    return Math.ceil(fours / Math.ceil(fours / side));
  });
  const key = `${r} ${c}`;
  const { source } = kernels.matmulQuad;
  const kernel = quads.get(key) ?? {
    ...kernels.matmulQuad,
    source: unrolled(source, { r, c, u: turn }),
    compact: unrolled(source, { r: Math.min(r, compactSide), c: Math.min(c, compactSide), u: 1 }),
  };
  quads.set(key, kernel);
  return kernel;
}

const quads = new Map<string, Kernel>();

const matmulKernels: Readonly<Record<Exclude<MatmulVariant, "quad">, Kernel>> = {
  registers: kernels.matmul,
  tiled: kernels.matmulTiled,
  thin: kernels.matmulThin,
};

function useMatmul(node: NodeOf<"matmul">): KernelUse {
  const [a, b] = node.inputs;
  const lead = node.shape.slice(0, -2);
  const [batch, m, n, k] = matmulSizes(a.shape, node.shape);
  const matrix = (name: string, height: number, width: number): Hook => ({
    name,
    sizes: [batch, height, width],
    coordinates: ([index, row, column]) => [...unravelIndex(index, lead), row, column],
  });
  const operands = [matrix("load_a", m, k), matrix("load_b", k, n)];
  const variant = node.variant ?? "thin";
  const kernel = variant === "quad" ? quadKernel(m, n) : matmulKernels[variant];
  const along = { A_ALONG_K: isTurned(a) ? 0 : 1, B_ALONG_K: isTurned(b) ? 1 : 0 };
  return {
    kernel,
    constants: {
      BATCH: batch,
      M: m,
      N: n,
      K: k,
      ...(variant === "tiled" ? along : {}),
      ...(variant === "quad" ? { WORKGROUPS: quadWorkgroups([batch, m, n, k]) } : {}),
    },
    operands: variant === "quad" ? [inTurns(operands[0], 2), inTurns(operands[1], 1)] : operands,
    result: matrix("store", m, n),
    flops: 2 * batch * m * n * k,
    readsOnce: false,
  };
}

/** A parameter as `turn` · step + j, of which the kernel takes one step at a time. */
function inTurns({ name, sizes, coordinates }: Hook, parameter: number): Hook {
  return {
    name,
    sizes: sizes.flatMap((size, i) => (i === parameter ? [Math.ceil(size / turn), turn] : [size])),
    coordinates: (parameters) => {
      const [step, j] = parameters.slice(parameter, parameter + 2);
      const whole = addIndex(scaleIndex(step, turn), j);
      return coordinates([...parameters.slice(0, parameter), whole, ...parameters.slice(parameter + 2)]);
    },
  };
}

/** Whether the last dimension of a matrix is not the one that runs along memory. */
function isTurned(matrix: Node): boolean {
  if (matrix.kind !== "permute") return false;
  const { dims } = matrix.attributes;
  return dims[dims.length - 1] !== dims.length - 1;
}

function poolConstants(input: Shape, output: Shape, attributes: PoolAttributes): Constants {
  const { kernel, stride, padding, dilation } = attributes;
  return {
    N: input[0],
    C: input[1],
    H: input[2],
    W: input[3],
    OH: output[2],
    OW: output[3],
    KERNEL_H: kernel[0],
    KERNEL_W: kernel[1],
    STRIDE_H: stride[0],
    STRIDE_W: stride[1],
    PADDING_H: padding[0],
    PADDING_W: padding[1],
    DILATION_H: dilation[0],
    DILATION_W: dilation[1],
  };
}

function pool(node: NodeOf<"max_pool2d" | "max_pool2d_indices">, kernel: Kernel): KernelUse {
  const [x] = node.inputs;
  const window = node.attributes.kernel[0] * node.attributes.kernel[1];
  return {
    kernel,
    constants: poolConstants(x.shape, node.shape, node.attributes),
    operands: [plain("load_x", x.shape)],
    result: plain("store", node.shape),
    flops: window * elementCount(node.shape),
    readsOnce: false,
  };
}
