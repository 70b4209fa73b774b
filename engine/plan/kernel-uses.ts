/** How each primitive that has a hand-written kernel uses it: constants, operands, result, operations. */
import { type Constants, type Kernel, kernels } from "../../shaders/index";
import type { AveragePoolAttributes, ConvolutionAttributes, PoolAttributes } from "../program/program";
import { elementCount, type Shape } from "../tensor/tensor";
import { unravelIndex } from "./indexing";
import type { Hook, KernelUse, Lowering } from "./lowering";
import type { Node, NodeOf } from "./nodes";

type KernelName =
  | "sum"
  | "max"
  | "argmax"
  | "matmul"
  | "conv2d"
  | "conv2d_grad_input"
  | "conv2d_grad_weight"
  | "max_pool2d"
  | "max_pool2d_indices"
  | "max_pool2d_grad"
  | "avg_pool2d"
  | "avg_pool2d_grad"
  | "softmax"
  | "log_softmax"; // prettier-ignore

export const kernelUses: { readonly [K in KernelName]: Lowering<K> } = {
  sum: { role: "kernel", use: (node) => reduction(node, node.attributes.dims, "total + next") },
  max: {
    role: "kernel",
    use: (node) =>
      reduction(
        node,
        node.attributes.dims,
        node.dtype === "int64" ? "max(total, next)" : "maximum(total, next)",
      ),
  },
  argmax: { role: "kernel", use: useArgmax },
  matmul: { role: "kernel", use: useMatmul },
  conv2d: { role: "kernel", use: useConv2d },
  conv2d_grad_input: { role: "kernel", use: useConv2dGradInput },
  conv2d_grad_weight: { role: "kernel", use: useConv2dGradWeight },
  max_pool2d: { role: "kernel", use: (node) => pool(node, kernels.maxPool2d) },
  max_pool2d_indices: { role: "kernel", use: (node) => pool(node, kernels.maxPool2dIndices) },
  max_pool2d_grad: {
    role: "kernel",
    use: (node) => poolGradient(node, kernels.maxPool2dGrad, ["load_grad", "load_index"]),
  },
  avg_pool2d: {
    role: "kernel",
    use: (node) => pool(node, kernels.avgPool2d, averageConstants(node.attributes)),
  },
  avg_pool2d_grad: {
    role: "kernel",
    use: (node) =>
      poolGradient(node, kernels.avgPool2dGrad, ["load_grad"], averageConstants(node.attributes)),
  },
  softmax: { role: "kernel", use: (node) => rowwise(node, kernels.softmax) },
  log_softmax: { role: "kernel", use: (node) => rowwise(node, kernels.logSoftmax) },
};

/** A tensor whose parameters are its coordinates. */
function plain(name: string, shape: Shape): Hook {
  return { name, sizes: shape, coordinates: (parameters) => parameters };
}

/** Rows and elements of a row: `inner` dimensions make a row, the others count the rows. */
function rows(name: string, shape: Shape, inner: readonly number[]): Hook {
  const outer = shape.flatMap((_, dim) => (inner.includes(dim) ? [] : [dim]));
  const sizesOf = (dims: readonly number[]) => dims.map((dim) => shape[dim]);
  return {
    name,
    sizes: [elementCount(sizesOf(outer)), elementCount(sizesOf(inner))],
    coordinates: ([row, i]) => {
      const along = unravelIndex(i, sizesOf(inner));
      const across = unravelIndex(row, sizesOf(outer));
      return shape.map((_, dim) =>
        inner.includes(dim) ? along[inner.indexOf(dim)] : across[outer.indexOf(dim)],
      );
    },
  };
}

/** A tensor whose one parameter is the place in row-major order. */
function flat(name: string, shape: Shape): Hook {
  return { name, sizes: [elementCount(shape)], coordinates: ([i]) => unravelIndex(i, shape) };
}

function reduction(node: Node, dims: readonly number[], combined: string): KernelUse {
  const [x] = node.inputs;
  const operand = rows("load", x.shape, dims);
  const [count, length] = operand.sizes;
  // A thread a row keeps the device busy when there are many rows; else a workgroup shares each.
  const long = length >= 256 && count < 2048;
  return {
    kernel: long ? kernels.reduceLong : kernels.reduce,
    constants: { ROWS: count, LENGTH: length },
    functions: { combine: `return ${combined};` },
    element: node.dtype,
    operands: [operand],
    result: flat("store", node.shape),
    flops: elementCount(x.shape),
    readsOnce: true,
  };
}

function useArgmax(node: NodeOf<"argmax">): KernelUse {
  const [x] = node.inputs;
  const operand = rows("load", x.shape, [node.attributes.dim]);
  return {
    kernel: kernels.argmax,
    constants: { ROWS: operand.sizes[0], LENGTH: operand.sizes[1] },
    element: x.dtype,
    operands: [operand],
    result: flat("store", node.shape),
    flops: elementCount(x.shape),
    readsOnce: true,
  };
}

function rowwise(node: NodeOf<"softmax" | "log_softmax">, kernel: Kernel): KernelUse {
  const operand = rows("load", node.shape, [node.attributes.dim]);
  return {
    kernel,
    constants: { ROWS: operand.sizes[0], LENGTH: operand.sizes[1] },
    operands: [operand],
    result: { ...operand, name: "store" },
    flops: 5 * elementCount(node.shape),
    readsOnce: false,
  };
}

function useMatmul(node: NodeOf<"matmul">): KernelUse {
  const lead = node.shape.slice(0, -2);
  const batch = elementCount(lead);
  const [m, k] = node.inputs[0].shape.slice(-2);
  const n = node.shape[node.shape.length - 1];
  const matrix = (name: string, height: number, width: number): Hook => ({
    name,
    sizes: [batch, height, width],
    coordinates: ([index, row, column]) => [...unravelIndex(index, lead), row, column],
  });
  // Tiles of 8 by 4 pay off when there are enough of them to occupy the device.
  const tiled = m >= 4 && n >= 4 && batch * m * n >= 4096;
  return {
    kernel: tiled ? kernels.matmul : kernels.matmulThin,
    constants: { BATCH: batch, M: m, N: n, K: k },
    operands: [matrix("load_a", m, k), matrix("load_b", k, n)],
    result: matrix("store", m, n),
    flops: 2 * batch * m * n * k,
    readsOnce: false,
  };
}

function convolutionConstants(
  x: Shape,
  output: Shape,
  weight: Shape,
  attributes: ConvolutionAttributes,
): Constants {
  const { stride, padding, dilation, groups } = attributes;
  return {
    N: x[0],
    GROUPS: groups,
    CHANNELS: weight[1],
    OUTPUTS: weight[0] / groups,
    H: x[2],
    W: x[3],
    OH: output[2],
    OW: output[3],
    KERNEL_H: weight[2],
    KERNEL_W: weight[3],
    STRIDE_H: stride[0],
    STRIDE_W: stride[1],
    PADDING_H: padding[0],
    PADDING_W: padding[1],
    DILATION_H: dilation[0],
    DILATION_W: dilation[1],
  };
}

function convolutionFlops(output: Shape, weight: Shape): number {
  return 2 * elementCount(output) * elementCount(weight.slice(1));
}

function useConv2d(node: NodeOf<"conv2d">): KernelUse {
  const [x, weight] = node.inputs;
  return {
    kernel: kernels.conv2d,
    constants: convolutionConstants(x.shape, node.shape, weight.shape, node.attributes),
    operands: [flat("load_x", x.shape), flat("load_weight", weight.shape)],
    result: plain("store", node.shape),
    flops: convolutionFlops(node.shape, weight.shape),
    readsOnce: false,
  };
}

function useConv2dGradInput(node: NodeOf<"conv2d_grad_input">): KernelUse {
  const [grad, weight] = node.inputs;
  return {
    kernel: kernels.conv2dGradInput,
    constants: convolutionConstants(node.shape, grad.shape, weight.shape, node.attributes),
    operands: [flat("load_grad", grad.shape), flat("load_weight", weight.shape)],
    result: plain("store", node.shape),
    flops: convolutionFlops(grad.shape, weight.shape),
    readsOnce: false,
  };
}

/** The planner may have split the batch into parts, which are then a leading dimension of the result. */
function useConv2dGradWeight(node: NodeOf<"conv2d_grad_weight">): KernelUse {
  const [x, grad] = node.inputs;
  const weight = node.shape.slice(-4);
  const split = node.shape.length === 5;
  const parts = split ? node.shape[0] : 1;
  return {
    kernel: kernels.conv2dGradWeight,
    constants: { PARTS: parts, ...convolutionConstants(x.shape, grad.shape, weight, node.attributes) },
    operands: [flat("load_x", x.shape), flat("load_grad", grad.shape)],
    result: {
      name: "store",
      sizes: [parts, ...weight],
      coordinates: (parameters) => (split ? parameters : parameters.slice(1)),
    },
    flops: convolutionFlops(grad.shape, weight),
    readsOnce: false,
  };
}

function poolConstants(input: Shape, output: Shape, attributes: PoolAttributes): Constants {
  const { kernel, stride, padding } = attributes;
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
  };
}

function averageConstants({ count_include_pad, divisor }: AveragePoolAttributes): Constants {
  return { COUNT_PADDING: count_include_pad ? 1 : 0, DIVISOR: divisor ?? 0 };
}

function maximumConstants({ dilation }: PoolAttributes): Constants {
  return { DILATION_H: dilation[0], DILATION_W: dilation[1] };
}

type Pool = "max_pool2d" | "max_pool2d_indices" | "avg_pool2d";
type PoolGradient = "max_pool2d_grad" | "avg_pool2d_grad";

function pool(
  node: NodeOf<Pool>,
  kernel: Kernel,
  more: Constants = maximumConstants(node.attributes),
): KernelUse {
  const [x] = node.inputs;
  const window = node.attributes.kernel[0] * node.attributes.kernel[1];
  return {
    kernel,
    constants: { ...poolConstants(x.shape, node.shape, node.attributes), ...more },
    operands: [plain("load_x", x.shape)],
    result: plain("store", node.shape),
    flops: window * elementCount(node.shape),
    readsOnce: false,
  };
}

function poolGradient(
  node: NodeOf<PoolGradient>,
  kernel: Kernel,
  operands: readonly string[],
  more: Constants = maximumConstants(node.attributes),
): KernelUse {
  const [grad] = node.inputs;
  return {
    kernel,
    constants: { ...poolConstants(node.shape, grad.shape, node.attributes), ...more },
    operands: operands.map((name) => plain(name, grad.shape)),
    result: plain("store", node.shape),
    flops: elementCount(grad.shape),
    readsOnce: false,
  };
}
