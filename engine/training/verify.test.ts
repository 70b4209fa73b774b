import { describe, expect, it } from "vitest";
import { nodeGpu } from "../cli/gpu";
import type { CheckedNode, CheckedTensor } from "../compile/checked";
import { layers } from "../layers/catalogue";
import type { AnyLayer } from "../layers/define";
import type { Weight } from "../layers/initializers";
import { sampleOf } from "../layers/samples.fixture";
import { cache, errors, open, openForTests } from "../runtime/program-case";
import { contiguousStride, isContiguous, type Shape, type TensorType } from "../tensor/tensor";
import { verifyNode } from "./verify";

openForTests(nodeGpu);

/** Memory orders that a person's graph brings to a layer, by the strides they give to a shape. */
const layouts: Readonly<Record<string, (shape: Shape) => readonly number[]>> = {
  contiguous: contiguousStride,
  // permute(…): the first dimension lies innermost
  permuted: (shape) => contiguousStride([...shape].reverse()).reverse(),
  // narrow on every dimension, then select on one behind the last
  sliced: (shape) => contiguousStride(shape.map((size) => size + 1)).map((step) => step * 2),
  // expand of a single row
  expanded: (shape) => contiguousStride(shape).map((step, dim) => (dim === 0 ? 0 : step)),
};

describe.each(Object.entries(layouts))("with %s inputs", (name, strideOf) => {
  const laidOut = (type: TensorType): TensorType => ({ ...type, stride: strideOf(type.shape) });

  it.each(layers.map((layer) => [layer.type, layer] as const))("%s", async (type, layer) => {
    const inputs = Object.values(sampleOf(layer, laidOut).inputs);
    expect(inputs.every(isContiguous)).toBe(name === "contiguous" || inputs.length === 0);
    // PyTorch refuses a view of what is not contiguous.
    if (type === "View" && name !== "contiguous") {
      expect(() => nodeOf(layer, laidOut)).toThrow("view size is not compatible");
      return;
    }
    const verdict = await verifyNode(open, nodeOf(layer, laidOut), 2, 7, cache);
    expect(errors.splice(0)).toEqual([]);
    if (!verdict.ok) throw new Error(verdict.error.message.en);
    expect(verdict.value.comparisons.filter(({ passed }) => !passed)).toEqual([]);
    expect(verdict.value.comparisons.length).toBeGreaterThan(0);
  });
});

function nodeOf(layer: AnyLayer, layout: (type: TensorType) => TensorType): CheckedNode {
  const { inputs, params } = sampleOf(layer, layout);
  return {
    id: layer.type,
    type: layer.type,
    name: layer.type,
    params,
    inputs: checked(inputs),
    outputs: checked(layer.infer(inputs, params, { batchSize: 2, data: {} })),
    weights: present(layer.weights(params)),
    buffers: present(layer.buffers(params)),
    parameterCount: 0,
    flops: 0,
    trainingFlops: 0,
    activationBytes: 0,
  };
}

function checked(types: Readonly<Record<string, TensorType>>): Record<string, CheckedTensor> {
  return Object.fromEntries(
    Object.entries(types).map(([port, type]) => [
      port,
      { ...type, symbolicShape: [], symbolicStride: [], contiguous: isContiguous(type) },
    ]),
  );
}

function present(owned: Readonly<Record<string, Weight | false>>): Record<string, Weight> {
  return Object.fromEntries(
    Object.entries(owned).flatMap(([name, weight]) => (weight ? [[name, weight]] : [])),
  );
}
