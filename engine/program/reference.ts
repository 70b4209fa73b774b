/**
 * Runs a program slowly and obviously, in float64, on plain arrays: the oracle for every kernel. One function a
 * primitive, each over dense row-major values; nothing is shared, fused or reordered.
 */
import { contiguousStride, elementCount, type Shape } from "../tensor/tensor";
import { erf } from "./erf";
import type {
  AnyOp,
  AveragePoolAttributes,
  Op,
  PoolAttributes,
  PrimitiveName,
  Program,
  Slot,
} from "./program";
import { uniform } from "./random";
import { attention, attentionGradKeys, attentionGradQuery, type Dense } from "./reference-attention";

/** The program's memories by name; `run` changes them as the program's stores say. */
export type ReferenceMemories = Record<string, Float64Array>;

/**
 * Runs every operation in order and returns each one's result, by op id.
 * @param taken what an operation takes for the values of an input; themselves when absent
 */
export function runReference(
  program: Program,
  memories: ReferenceMemories,
  taken: (op: AnyOp, values: Float64Array, input: AnyOp) => Float64Array = (_, values) => values,
): readonly Float64Array[] {
  const results: Float64Array[] = [];
  for (const op of program.ops) {
    const inputs = op.inputs.map((id) => {
      const input = program.ops[id];
      return { shape: input.shape, data: taken(op, results[id], input) };
    });
    results.push(evaluate(op, inputs, memories));
  }
  return results;
}

function evaluate<K extends PrimitiveName>(op: Op<K>, inputs: readonly Dense[], memories: ReferenceMemories) {
  return rules[op.kind](op, inputs, memories);
}

type Rules = {
  readonly [K in PrimitiveName]: (
    op: Op<K>,
    inputs: readonly Dense[],
    memories: ReferenceMemories,
  ) => Float64Array;
};

const rules: Rules = {
  load: ({ attributes: { slot } }, _, memories) =>
    memoryOf(memories, slot).slice(slot.offset, slot.offset + slot.length),
  constant: (op) => new Float64Array(elementCount(op.shape)).fill(op.attributes.value),
  iota: (op) => fill(op.shape, (at) => at[op.attributes.dim]),
  random: (op, [seed, step]) =>
    Float64Array.from({ length: elementCount(op.shape) }, (_, element) =>
      uniform(seed.data[0], step.data[0], op.attributes.id, element),
    ),
  take_rows: (op, [table, order, start]) => {
    const width = elementCount(table.shape.slice(1));
    const result = new Float64Array(op.attributes.count * width);
    for (let i = 0; i < op.attributes.count; i++) {
      const row = order.data[start.data[0] + i];
      result.set(table.data.subarray(row * width, (row + 1) * width), i * width);
    }
    return result;
  },

  neg: unary((x) => -x),
  exp: unary(Math.exp),
  log: unary(Math.log),
  sqrt: unary(Math.sqrt),
  abs: unary(Math.abs),
  sign: unary(Math.sign),
  sigmoid: unary((x) => 1 / (1 + Math.exp(-x))),
  tanh: unary(Math.tanh),
  erf: unary(erf),
  relu: unary((x) => (x < 0 ? 0 : x)),
  detach: unary((x) => x),
  cast: (op, [x]) => (op.attributes.dtype === "int64" ? x.data.map(Math.trunc) : x.data.slice()),
  add: binary((a, b) => a + b),
  sub: binary((a, b) => a - b),
  mul: binary((a, b) => a * b),
  div: (op, inputs) =>
    binary(op.dtype === "int64" ? (a, b) => Math.trunc(a / b) : (a, b) => a / b)(op, inputs),
  maximum: binary(Math.max),
  minimum: binary(Math.min),
  pow: binary(Math.pow),
  less: binary((a, b) => (a < b ? 1 : 0)),
  equal: binary((a, b) => (a === b ? 1 : 0)),
  where: (_, [condition, a, b]) => condition.data.map((c, i) => (c !== 0 ? a.data[i] : b.data[i])),

  reshape: (_, [x]) => x.data.slice(),
  permute: (op, [x]) => {
    const stride = contiguousStride(x.shape);
    return fill(
      op.shape,
      (at) => x.data[op.attributes.dims.reduce((sum, dim, i) => sum + stride[dim] * at[i], 0)],
    );
  },
  expand: (op, [x]) => {
    const stride = contiguousStride(x.shape).map((step, dim) => (x.shape[dim] === 1 ? 0 : step));
    return fill(op.shape, (at) => x.data[dot(stride, at)]);
  },
  slice: (op, [x]) => {
    const stride = contiguousStride(x.shape);
    return fill(op.shape, (at) => x.data[dot(stride, at) + dot(stride, op.attributes.starts)]);
  },
  pad: (op, [x]) => {
    const stride = contiguousStride(x.shape);
    return fill(op.shape, (at) => {
      const from = at.map((index, dim) => index - op.attributes.before[dim]);
      return from.every((index, dim) => index >= 0 && index < x.shape[dim]) ? x.data[dot(stride, from)] : 0;
    });
  },
  concat: (op, inputs) => {
    const { dim } = op.attributes;
    return fill(op.shape, (at) => {
      const from = [...at];
      const part = inputs.find(({ shape }) => from[dim] < shape[dim] || ((from[dim] -= shape[dim]), false));
      return part ? part.data[dot(contiguousStride(part.shape), from)] : Number.NaN;
    });
  },

  sum: (op, [x]) => reduce(op, x, op.attributes.dims, 0, (a, b) => a + b),
  max: (op, [x]) => reduce(op, x, op.attributes.dims, -Infinity, Math.max),
  argmax: (op, [x]) => {
    const { dim } = op.attributes;
    const stride = contiguousStride(x.shape);
    return fill(op.shape, (at) => {
      const base = dot(stride, at);
      let best = 0;
      for (let i = 1; i < x.shape[dim]; i++) {
        // As PyTorch: the first NaN counts as the largest.
        const [value, largest] = [x.data[base + i * stride[dim]], x.data[base + best * stride[dim]]];
        if (value > largest || (Number.isNaN(value) && !Number.isNaN(largest))) best = i;
      }
      return best;
    });
  },

  matmul: (op, [a, b]) => {
    const [m, n] = op.shape.slice(-2);
    const k = a.shape[a.shape.length - 1];
    const result = new Float64Array(elementCount(op.shape));
    for (let batch = 0; batch < result.length / (m * n); batch++) {
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          let sum = 0;
          for (let t = 0; t < k; t++)
            sum += a.data[(batch * m + i) * k + t] * b.data[(batch * k + t) * n + j];
          result[(batch * m + i) * n + j] = sum;
        }
      }
    }
    return result;
  },
  conv2d: (op, [x, weight]) => {
    const result = new Float64Array(elementCount(op.shape));
    eachTap(op.attributes, x.shape, weight.shape, op.shape, (xi, wi, yi) => {
      result[yi] += x.data[xi] * weight.data[wi];
    });
    return result;
  },
  conv2d_grad_input: (op, [grad, weight]) => {
    const result = new Float64Array(elementCount(op.shape));
    eachTap(op.attributes, op.shape, weight.shape, grad.shape, (xi, wi, yi) => {
      result[xi] += grad.data[yi] * weight.data[wi];
    });
    return result;
  },
  conv2d_grad_weight: (op, [x, grad]) => {
    const result = new Float64Array(elementCount(op.shape));
    eachTap(op.attributes, x.shape, op.shape, grad.shape, (xi, wi, yi) => {
      result[wi] += x.data[xi] * grad.data[yi];
    });
    return result;
  },
  max_pool2d: (op, [x]) => {
    const indices = firstMaxima(op, x);
    return eachPlane(op.shape, x.shape, (at, plane) => x.data[plane + indices[at]]);
  },
  max_pool2d_indices: (op, [x]) => firstMaxima(op, x),
  max_pool2d_grad: (op, [grad, indices]) => {
    const result = new Float64Array(elementCount(op.shape));
    eachPlane(grad.shape, op.shape, (at, plane) => (result[plane + indices.data[at]] += grad.data[at]));
    return result;
  },
  avg_pool2d: (op, [x]) => {
    const result = new Float64Array(elementCount(op.shape));
    eachAverage(op.attributes, op.shape, x.shape, (at, from, divisor) => {
      result[at] += x.data[from] / divisor;
    });
    return result;
  },
  avg_pool2d_grad: (op, [grad]) => {
    const result = new Float64Array(elementCount(op.shape));
    eachAverage(op.attributes, grad.shape, op.shape, (at, from, divisor) => {
      result[from] += grad.data[at] / divisor;
    });
    return result;
  },
  attention: (op, inputs) => attention(op.attributes, op.shape, inputs),
  attention_grad_query: (op, inputs) => attentionGradQuery(op.attributes, op.shape, inputs),
  attention_grad_keys: (op, inputs) => attentionGradKeys(op.attributes, op.shape, inputs),
  softmax: (op, [x]) => logSoftmax(x, op.attributes.dim).map(Math.exp),
  log_softmax: (op, [x]) => logSoftmax(x, op.attributes.dim),

  store: ({ attributes: { slot } }, [value], memories) => {
    memoryOf(memories, slot).set(value.data, slot.offset);
    return value.data;
  },
  ring_store: ({ attributes: { slot } }, [value, index], memories) => {
    const entries = slot.length / value.data.length;
    memoryOf(memories, slot).set(value.data, slot.offset + (index.data[0] % entries) * value.data.length);
    return value.data;
  },
};

function unary(f: (x: number) => number) {
  return (_: unknown, [x]: readonly Dense[]) => x.data.map(f);
}

function binary(f: (a: number, b: number) => number) {
  return (_: unknown, [a, b]: readonly Dense[]) => a.data.map((x, i) => f(x, b.data[i]));
}

function memoryOf(memories: ReferenceMemories, slot: Slot): Float64Array {
  const memory = memories[slot.memory];
  if (!memory || memory.length < slot.offset + slot.length)
    throw new Error(`program: no memory ${slot.memory} of that size`);
  return memory;
}

/** A value for each element, given its coordinates. */
function fill(shape: Shape, value: (at: readonly number[]) => number): Float64Array {
  const result = new Float64Array(elementCount(shape));
  const at = new Array<number>(shape.length).fill(0);
  for (let i = 0; i < result.length; i++) {
    result[i] = value(at);
    for (let dim = shape.length - 1; dim >= 0 && ++at[dim] === shape[dim]; dim--) at[dim] = 0;
  }
  return result;
}

function dot(stride: readonly number[], at: readonly number[]): number {
  return stride.reduce((sum, step, dim) => sum + step * at[dim], 0);
}

function reduce(
  op: Op,
  x: Dense,
  dims: readonly number[],
  start: number,
  combine: (a: number, b: number) => number,
): Float64Array {
  const result = new Float64Array(elementCount(op.shape)).fill(start);
  const stride = contiguousStride(op.shape).map((step, dim) => (dims.includes(dim) ? 0 : step));
  let i = 0;
  fill(x.shape, (at) => {
    const to = dot(stride, at);
    result[to] = combine(result[to], x.data[i++]);
    return 0;
  });
  return result;
}

/** Calls `visit` with the flat positions in x, weight and output of each multiplication of a 2-D convolution. */
function eachTap(
  { stride, padding, dilation, groups }: Op<"conv2d">["attributes"],
  [, channels, height, width]: Shape,
  [outputs, perGroup, kernelHeight, kernelWidth]: Shape,
  [batch, , outHeight, outWidth]: Shape,
  visit: (x: number, weight: number, y: number) => void,
): void {
  for (let n = 0; n < batch; n++) {
    for (let o = 0; o < outputs; o++) {
      const firstChannel = Math.floor(o / (outputs / groups)) * perGroup;
      for (let oy = 0; oy < outHeight; oy++) {
        for (let ox = 0; ox < outWidth; ox++) {
          const y = ((n * outputs + o) * outHeight + oy) * outWidth + ox;
          for (let c = 0; c < perGroup; c++) {
            for (let ky = 0; ky < kernelHeight; ky++) {
              const iy = oy * stride[0] - padding[0] + ky * dilation[0];
              if (iy < 0 || iy >= height) continue;
              for (let kx = 0; kx < kernelWidth; kx++) {
                const ix = ox * stride[1] - padding[1] + kx * dilation[1];
                if (ix < 0 || ix >= width) continue;
                const x = ((n * channels + firstChannel + c) * height + iy) * width + ix;
                visit(x, ((o * perGroup + c) * kernelHeight + ky) * kernelWidth + kx, y);
              }
            }
          }
        }
      }
    }
  }
}

/** For each element of `shape` (N, C, OH, OW): its flat position and where its plane begins in `planes` (N, C, H, W). */
function eachPlane(shape: Shape, planes: Shape, value: (at: number, plane: number) => number): Float64Array {
  const size = planes[2] * planes[3];
  const window = shape[2] * shape[3];
  return Float64Array.from({ length: elementCount(shape) }, (_, at) =>
    value(at, Math.floor(at / window) * size),
  );
}

/** As PyTorch: the first maximum in scan order wins, and a NaN beats everything. Source: ATen MaxPoolKernel. */
function firstMaxima(op: Op<"max_pool2d"> | Op<"max_pool2d_indices">, x: Dense): Float64Array {
  const { kernel, stride, padding, dilation, output } = op.attributes;
  const [height, width] = x.shape.slice(2);
  return eachPlane(op.shape, x.shape, (at, plane) => {
    const oy = Math.floor(at / output[1]) % output[0];
    const ox = at % output[1];
    let best = -1;
    for (let ky = 0; ky < kernel[0]; ky++) {
      const y = oy * stride[0] - padding[0] + ky * dilation[0];
      if (y < 0 || y >= height) continue;
      for (let kx = 0; kx < kernel[1]; kx++) {
        const xx = ox * stride[1] - padding[1] + kx * dilation[1];
        if (xx < 0 || xx >= width) continue;
        const here = y * width + xx;
        const value = x.data[plane + here];
        if (best < 0 || value > x.data[plane + best] || Number.isNaN(value)) best = here;
      }
    }
    return best;
  });
}

/**
 * Calls `visit` for each element of each averaging window with the window's divisor. With count_include_pad the
 * window counts as far as the padded input reaches. Source: ATen AvgPoolKernel.
 */
function eachAverage(
  { kernel, stride, padding, count_include_pad, divisor }: AveragePoolAttributes,
  [batch, channels, outHeight, outWidth]: Shape,
  [, , height, width]: Shape,
  visit: (at: number, from: number, divisor: number) => void,
): void {
  for (let plane = 0; plane < batch * channels; plane++) {
    for (let oy = 0; oy < outHeight; oy++) {
      for (let ox = 0; ox < outWidth; ox++) {
        const [top, bottom, tall] = window(oy, kernel[0], stride[0], padding[0], height);
        const [left, right, wide] = window(ox, kernel[1], stride[1], padding[1], width);
        const count = count_include_pad ? tall * wide : (bottom - top) * (right - left);
        for (let y = top; y < bottom; y++) {
          for (let x = left; x < right; x++) {
            visit(
              (plane * outHeight + oy) * outWidth + ox,
              (plane * height + y) * width + x,
              divisor ?? count,
            );
          }
        }
      }
    }
  }
}

/** First and last input position of a pooling window, and its length with padding counted. */
function window(
  at: number,
  kernel: PoolAttributes["kernel"][number],
  stride: number,
  padding: number,
  size: number,
) {
  const start = at * stride - padding;
  const end = Math.min(start + kernel, size + padding);
  return [Math.max(start, 0), Math.min(end, size), end - start] as const;
}

function logSoftmax(x: Dense, dim: number): Float64Array {
  const size = x.shape[dim];
  const step = contiguousStride(x.shape)[dim];
  const result = new Float64Array(x.data.length);
  for (let i = 0; i < x.data.length; i++) {
    if (Math.floor(i / step) % size !== 0) continue;
    let largest = -Infinity;
    for (let t = 0; t < size; t++) largest = Math.max(largest, x.data[i + t * step]);
    let sum = 0;
    for (let t = 0; t < size; t++) sum += Math.exp(x.data[i + t * step] - largest);
    for (let t = 0; t < size; t++) result[i + t * step] = x.data[i + t * step] - largest - Math.log(sum);
  }
  return result;
}
