import { defineLayer } from "./define";
import { integer } from "./params";
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

export const lstm = defineLayer({
  type: "LSTM",
  category: "recurrent",
  aliases: ["long short-term memory", "recurrent", "rnn", "sequence", "长短期记忆", "循环神经网络", "序列"],
  summary: { en: "Reads a sequence and chooses what to remember", zh: "读取序列并选择要记住的内容" },
  explanation: {
    en: "Beside its state h it carries a cell c, a memory that changes only by what its gates allow: how much to forget, how much of the new to write, and how much to show. All gates are trained. So something can be kept over hundreds of steps. output holds h of every step, h_n and c_n are the last ones.",
    zh: "除了状态 h，它还携带记忆单元 c，只在各个门允许时才改变：忘掉多少、写入多少新内容、显露多少。所有的门都可训练，因此内容可以保留数百步。output 是每一步的 h，h_n 和 c_n 是最后的值。",
  },
  formula: "c[t] = σ(f) · c[t-1] + σ(i) · tanh(g), h[t] = σ(o) · tanh(c[t])",
  params: {
    ...sizeParams(),
    ...walkParams(),
    proj_size: integer(
      {
        en: "Brings h to a smaller size by one more matrix; 0 does not",
        zh: "用另一个矩阵把 h 变小；0 表示不变",
      },
      0,
      { min: 0 },
    ),
  },
  telling: ["hidden_size", "num_layers"],
  inputs: {
    x: "(L, N, input_size)",
    h_0: "(num_layers·directions, N, hidden_size)",
    c_0: "(num_layers·directions, N, hidden_size)",
  },
  optional: ["h_0", "c_0"],
  outputs: {
    output: "(L, N, directions·hidden_size)",
    h_n: "(num_layers·directions, N, hidden_size)",
    c_n: "(num_layers·directions, N, hidden_size)",
  },
  weights: (p) => recurrentWeights(p, cell.gates),
  infer: ({ x, h_0, c_0 }, p) => inferRecurrent(x, p, [h_0, c_0]),
  lower: (ops, { x, h_0, c_0 }, p, weights, context) =>
    lowerRecurrent(ops, x, p, cell, weights, { h_0, c_0 }, context),
  flops: ({ x }, _, p) => recurrentFlops(x, p, cell.gates),
  torch: (p) => module("LSTM", [p.input_size, p.hidden_size], recurrentKeywords(p)),
  onnx: (p, { x }) => onnxRecurrent("LSTM", [0, 3, 1, 2], p, x),
});

const cell: Cell = {
  gates: 4,
  step: (ops, fromInput, fromState, state) => {
    const [input, forget, written, shown] = gatesOf(ops, ops.add(fromInput, fromState), 4);
    const kept = state.cell ? ops.mul(ops.sigmoid(forget), state.cell) : ops.constant(0, forget.shape);
    const memory = ops.add(kept, ops.mul(ops.sigmoid(input), ops.tanh(written)));
    return { hidden: ops.mul(ops.sigmoid(shown), ops.tanh(memory)), cell: memory };
  },
};
