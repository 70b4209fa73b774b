import { defineLayer } from "./define";
import {
  type Cell,
  gatesOf,
  inferRecurrent,
  lowerRecurrent,
  recurrentFlops,
  recurrentKeywords,
  recurrentWeights,
  sizeParams,
  walkParams,
} from "./recurrent";
import { onnxRecurrent } from "./recurrent-onnx";
import { module } from "./spelling";

export const gru = defineLayer({
  type: "GRU",
  category: "recurrent",
  aliases: ["gated recurrent unit", "recurrent", "rnn", "sequence", "门控循环单元", "循环神经网络", "序列"],
  summary: { en: "Reads a sequence with two gates on its memory", zh: "用两个门控制记忆来读取序列" },
  explanation: {
    en: "At each step one gate says how much of the old state to keep, another how much of it to use for the new one; both are trained. It remembers about as long as an LSTM with three quarters of its weights and without a separate cell. output holds the state of every step, h_n the last one.",
    zh: "每一步由一个门决定保留多少旧状态，另一个门决定用多少旧状态来产生新状态，两者都可训练。它的记忆力与 LSTM 相近，权重只有其四分之三，也没有单独的记忆单元。output 是每一步的状态，h_n 是最后的状态。",
  },
  formula:
    "n = tanh(x[t] W_inᵀ + b_in + σ(r) · (h[t-1] W_hnᵀ + b_hn)), h[t] = (1 - σ(z)) · n + σ(z) · h[t-1]",
  params: { ...sizeParams(), ...walkParams() },
  telling: ["hidden_size", "num_layers"],
  inputs: { x: "(L, N, input_size)", h_0: "(num_layers·directions, N, hidden_size)" },
  optional: ["h_0"],
  outputs: { output: "(L, N, directions·hidden_size)", h_n: "(num_layers·directions, N, hidden_size)" },
  weights: (p) => recurrentWeights(p, cell.gates),
  infer: ({ x, h_0 }, p) => {
    const { output, h_n } = inferRecurrent(x, p, [h_0]);
    return { output, h_n };
  },
  lower: (ops, { x, h_0 }, p, weights, context) => {
    const { output, h_n } = lowerRecurrent(ops, x, p, cell, weights, { h_0 }, context);
    return { output, h_n };
  },
  flops: ({ x }, _, p) => recurrentFlops(x, p, cell.gates),
  torch: (p) => module("GRU", [p.input_size, p.hidden_size], recurrentKeywords(p)),
  onnx: (p, { x }) => onnxRecurrent("GRU", [1, 0, 2], p, x, { linear_before_reset: 1 }),
});

const cell: Cell = {
  gates: 3,
  step: (ops, fromInput, fromState, { hidden }) => {
    const [resetInput, keepInput, newInput] = gatesOf(ops, fromInput, 3);
    const [resetState, keepState, newState] = gatesOf(ops, fromState, 3);
    const reset = ops.sigmoid(ops.add(resetInput, resetState));
    const keep = ops.sigmoid(ops.add(keepInput, keepState));
    const proposed = ops.tanh(ops.add(newInput, ops.mul(reset, newState)));
    return { hidden: ops.add(proposed, ops.mul(keep, ops.sub(hidden, proposed))), cell: null };
  },
};
