/** RNN, LSTM and GRU as ONNX has them: one node a layer, gates in another order, directions stacked. */
import type { TensorType } from "../tensor/tensor";
import { outputSize, passes, type Recurrent } from "./recurrent";
import { type OnnxNode, onnxNode } from "./spelling";

/**
 * The output of a sequence that starts from zeros.
 * @param order for each gate of ONNX, which of PyTorch's it is
 */
export function onnxRecurrent(
  op: "RNN" | "LSTM" | "GRU",
  order: readonly number[],
  p: Recurrent,
  x: TensorType,
  more: OnnxNode["attributes"] = {},
): OnnxNode[] {
  const nodes: OnnxNode[] = [];
  const add = (name: string, inputs: readonly string[], attributes: OnnxNode["attributes"] = {}): string =>
    `%${nodes.push(onnxNode(name, inputs, attributes)) - 1}`;
  const ints = (...values: number[]): string => add("Constant", [], { value_ints: values });
  const rows = ints(
    ...order.flatMap((gate) => Array.from({ length: p.hidden_size }, (_, i) => gate * p.hidden_size + i)),
  );
  const first = ints(0);
  const gathered = (name: string): string => add("Gather", [name, rows], { axis: 0 });
  const stacked = (parts: readonly string[]): string =>
    add(
      "Concat",
      parts.map((part) => add("Unsqueeze", [part, first])),
      { axis: 0 },
    );

  const batched = x.shape.length === 3;
  let y = batched ? "x" : add("Unsqueeze", ["x", ints(1)]);
  if (batched && p.batch_first) y = add("Transpose", [y], { perm: [1, 0, 2] });
  for (let layer = 0; layer < p.num_layers; layer++) {
    const own = passes(p).filter((pass) => pass.layer === layer);
    const weights = stacked(own.map(({ suffix }) => gathered(`weight_ih_${suffix}`)));
    const recurrence = stacked(own.map(({ suffix }) => gathered(`weight_hh_${suffix}`)));
    const both = ({ suffix }: { readonly suffix: string }): string =>
      add("Concat", [gathered(`bias_ih_${suffix}`), gathered(`bias_hh_${suffix}`)], { axis: 0 });
    const bias = p.bias ? [stacked(own.map(both))] : [];
    const attributes = {
      hidden_size: p.hidden_size,
      direction: p.bidirectional ? "bidirectional" : "forward",
      ...more,
    };
    const result = add(op, [y, weights, recurrence, ...bias], attributes);
    // (L, directions, N, hidden) → (L, N, directions · hidden)
    const turned = add("Transpose", [result], { perm: [0, 2, 1, 3] });
    y = add("Reshape", [turned, ints(0, 0, outputSize(p))]);
  }
  if (batched && p.batch_first) add("Transpose", [y], { perm: [1, 0, 2] });
  if (!batched) add("Squeeze", [y, ints(1)]);
  return nodes;
}
