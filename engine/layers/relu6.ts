import { emptyLike } from "../tensor/layouts";
import { atLeast } from "./comparisons";
import { defineLayer } from "./define";
import { module, onnxNode } from "./spelling";

export const relu6 = defineLayer({
  type: "ReLU6",
  functional: "relu6",
  category: "activation",
  aliases: ["clipped relu", "mobilenet", "activation", "截断线性单元", "激活"],
  summary: { en: "ReLU that stops at 6", zh: "最大为 6 的 ReLU" },
  explanation: {
    en: "Like ReLU, but numbers above 6 become 6. Because its results lie in a known range they can be stored with few bits, which is why networks for phones use it.",
    zh: "与 ReLU 相同，但大于 6 的数变为 6。结果落在已知范围内，可以用很少的位数存储，因此常用于手机上的网络。",
  },
  formula: "y = min(max(0, x), 6)",
  params: {},
  telling: [],
  inputs: { x: "(*)" },
  outputs: { y: "(*)" },
  infer: ({ x }) => ({ y: emptyLike(x) }),
  // No gradient flows at 6 itself, as in PyTorch.
  lower: (ops, { x }) => ({ y: ops.where(atLeast(ops, x, 6), 6, ops.relu(x)) }),
  torch: () => module("ReLU6", []),
  onnx: () => [
    onnxNode("Constant", [], { value_float: 0 }),
    onnxNode("Constant", [], { value_float: 6 }),
    onnxNode("Clip", ["x", "%0", "%1"]),
  ],
});
