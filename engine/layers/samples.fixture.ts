/** Every layer once with a sensible configuration, for tests: inputs by port, and what cannot be read off them. */
import { contiguousType, type DType, type Shape, type TensorType } from "../tensor/tensor";
import type { AnyLayer, Params } from "./define";
import { fromTorchArgs } from "./torch-args";

interface Sample {
  /** In the order of the ports; `images` where absent. */
  readonly inputs?: readonly (readonly [Shape, DType?])[];
  readonly args?: Params;
}

/** Images (2, 4, 6, 5) fit most layers; the others get what they take. */
const images: Shape = [2, 4, 6, 5];
const signals: Shape = [3, 4, 7];
const square: Shape = [2, 3, 4, 4];
const rows: Shape = [6, 5];

const samples: Readonly<Record<string, Sample>> = {
  Input: { args: { shape: [4, 3] } },
  Constant: { args: { shape: [2, 3], value: 0.5 } },
  Parameter: { args: { shape: [5, 3] } },
  Linear: { inputs: [[[6, 9]]], args: { out_features: 7 } },
  Bilinear: { inputs: [[[6, 5]], [[6, 4]]], args: { out_features: 3 } },
  Embedding: {
    inputs: [[[3, 5], "int64"]],
    args: { num_embeddings: 11, embedding_dim: 6, padding_idx: 2 },
  },
  MatMul: { inputs: [[[2, 1, 5, 4]], [[3, 4, 6]]] },
  Conv2d: {
    inputs: [[images]],
    args: { out_channels: 18, kernel_size: 3, padding: 1, stride: [2, 1], groups: 2 },
  },
  Conv1d: { inputs: [[signals]], args: { out_channels: 5, kernel_size: 3, padding: 1 } },
  ConvTranspose1d: { inputs: [[signals]], args: { out_channels: 3, kernel_size: 3, stride: 2 } },
  ConvTranspose2d: {
    inputs: [[images]],
    args: { out_channels: 18, kernel_size: 3, stride: 2, padding: 1, output_padding: 1, groups: 2 },
  },
  GroupNorm: { inputs: [[images]], args: { num_groups: 2 } },
  LayerNorm: { inputs: [[images]], args: { normalized_shape: [6, 5] } },
  GLU: { args: { dim: 1 } },
  PReLU: { args: { num_parameters: 4 } },
  MaxPool2d: { args: { kernel_size: 3, stride: 2, padding: 1 } },
  AvgPool2d: { args: { kernel_size: 3, stride: 2, padding: 1, ceil_mode: true } },
  AdaptiveAvgPool2d: { args: { output_size: [4, 3] } },
  AdaptiveMaxPool2d: { args: { output_size: [4, 3] } },
  Reshape: { args: { shape: [8, -1] } },
  View: { args: { shape: [8, -1] } },
  Unflatten: { args: { dim: 1, unflattened_size: [2, 2] } },
  Transpose: { args: { dim0: 1, dim1: 3 } },
  Permute: { args: { dims: [0, 2, 3, 1] } },
  Squeeze: { inputs: [[[4, 1, 5]]], args: { dim: 1 } },
  Expand: { inputs: [[[4, 1, 5]]], args: { sizes: [2, 4, 3, 5] } },
  Concat: { inputs: [[images], [[2, 3, 6, 5]]], args: { dim: 1 } },
  Split: { args: { split_size: [1, 3], dim: 1 } },
  Narrow: { args: { dim: 2, start: 1, length: 3 } },
  Upsample: { args: { scale_factor: [2, 2], mode: "bilinear" } },
  Pow: { args: { exponent: 2.5 } },
  ScaledDotProductAttention: { inputs: [[square], [[2, 3, 5, 4]], [[2, 3, 5, 6]]] },
  MultiheadAttention: {
    inputs: [[[5, 2, 8]], [[4, 2, 8]], [[4, 2, 8]]],
    args: { num_heads: 2 },
  },
  PositionalEncoding: { inputs: [[[2, 5, 8]]] },
  CrossEntropyLoss: { inputs: [[rows], [[6], "int64"]], args: { label_smoothing: 0.1 } },
  NLLLoss: { inputs: [[rows], [[6], "int64"]] },
  ...Object.fromEntries(
    ["BatchNorm1d", "InstanceNorm1d", "AdaptiveAvgPool1d", "AdaptiveMaxPool1d"].map((type) => [
      type,
      { inputs: [[signals]] },
    ]),
  ),
  ...Object.fromEntries(
    ["MaxPool1d", "AvgPool1d"].map((type) => [
      type,
      { inputs: [[signals]], args: { kernel_size: 3, stride: 2, padding: 1 } },
    ]),
  ),
  ...Object.fromEntries(
    ["RNN", "LSTM", "GRU"].map((type) => [
      type,
      { inputs: [[[4, 2, 5]]], args: { hidden_size: 3, num_layers: 2, bidirectional: true } },
    ]),
  ),
};

/** @param layout how an input of that shape and dtype lies in memory; contiguous when absent */
export function sampleOf(
  layer: AnyLayer,
  layout: (type: TensorType, port: string) => TensorType = (type) => type,
): { readonly inputs: Readonly<Record<string, TensorType>>; readonly params: Params } {
  const { inputs: given = [], args = {} } = samples[layer.type] ?? {};
  const ports = Object.keys(layer.inputs).filter((port) => !layer.optional.includes(port));
  const inputs = Object.fromEntries(
    ports.map((port, i) => {
      const [shape, dtype = "float32"] = given[i] ?? [images];
      return [port, layout(contiguousType(dtype, shape), port)];
    }),
  );
  return { inputs, params: fromTorchArgs(layer, args, inputs) };
}
