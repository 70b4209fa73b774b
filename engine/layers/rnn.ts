import { defineLayer } from "./define";
import { choice } from "./params";
import {
  type Cell,
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

type Nonlinearity = "tanh" | "relu";

export const rnn = defineLayer({
  type: "RNN",
  category: "recurrent",
  aliases: ["recurrent", "elman", "sequence", "time series", "循环神经网络", "序列", "时间序列"],
  summary: { en: "Reads a sequence step by step and remembers", zh: "逐步读取序列并记住内容" },
  explanation: {
    en: "At each step it makes a new state of the step's input and its last state, with the same weights for all steps; output holds the state of every step, h_n the last one. The simplest network with a memory. What lies many steps back fades from it: LSTM and GRU remember longer.",
    zh: "每一步都由该步的输入和上一个状态得到新状态，所有步共用同一组权重；output 是每一步的状态，h_n 是最后的状态。这是最简单的有记忆的网络。很多步之前的内容会逐渐消失，LSTM 和 GRU 记得更久。",
  },
  formula: "h[t] = tanh(x[t] W_ihᵀ + b_ih + h[t-1] W_hhᵀ + b_hh)",
  params: {
    ...sizeParams(),
    nonlinearity: choice(
      { en: "The function at the end of a step", zh: "每一步末尾的函数" },
      ["tanh", "relu"],
      "tanh",
    ),
    ...walkParams(),
  },
  telling: ["hidden_size", "num_layers"],
  inputs: { x: "(L, N, input_size)", h_0: "(num_layers·directions, N, hidden_size)" },
  optional: ["h_0"],
  outputs: { output: "(L, N, directions·hidden_size)", h_n: "(num_layers·directions, N, hidden_size)" },
  weights: (p) => recurrentWeights(p, 1),
  infer: ({ x, h_0 }, p) => {
    const { output, h_n } = inferRecurrent(x, p, [h_0]);
    return { output, h_n };
  },
  lower: (ops, { x, h_0 }, p, weights, context) => {
    const { output, h_n } = lowerRecurrent(ops, x, p, cellOf(p.nonlinearity), weights, { h_0 }, context);
    return { output, h_n };
  },
  flops: ({ x }, _, p) => recurrentFlops(x, p, 1),
  torch: (p) =>
    module("RNN", [p.input_size, p.hidden_size], {
      nonlinearity: p.nonlinearity === "tanh" ? undefined : p.nonlinearity,
      ...recurrentKeywords(p),
    }),
  onnx: (p, { x }) => {
    const name = p.nonlinearity === "tanh" ? "Tanh" : "Relu";
    return onnxRecurrent("RNN", [0], p, x, { activations: p.bidirectional ? [name, name] : [name] });
  },
});

function cellOf(nonlinearity: Nonlinearity): Cell {
  return {
    gates: 1,
    step: (ops, fromInput, fromState) => ({
      hidden: ops[nonlinearity](ops.add(fromInput, fromState)),
      cell: null,
    }),
  };
}
