import { sizeAt, wrapDim } from "../tensor/dims";
import { TensorError } from "../tensor/errors";
import { elementwise } from "../tensor/layouts";
import { elementCount, type TensorType } from "../tensor/tensor";
import { narrow } from "../tensor/views";
import { defineLayer } from "./define";
import { integer } from "./params";
import { module, onnxNode } from "./spelling";

export const glu = defineLayer({
  type: "GLU",
  functional: "glu",
  category: "activation",
  aliases: ["gated linear unit", "gate", "门控线性单元", "门控", "激活"],
  summary: { en: "One half of the numbers opens or closes the other", zh: "一半的数作为另一半的开关" },
  explanation: {
    en: "Splits a dimension into two halves. The sigmoid of the second half, between 0 and 1, is multiplied with the first: the network decides what may pass. The layer before it must give twice as many numbers.",
    zh: "把一个维度分成两半。第二半经 sigmoid 变为 0 到 1 之间，再与第一半相乘：由网络决定什么可以通过。它前面的层需要输出两倍的数。",
  },
  formula: "y = a · σ(b), x = [a, b]",
  params: { dim: integer({ en: "Dimension to halve", zh: "要分成两半的维度" }, -1) },
  telling: ["dim"],
  inputs: { x: "(*, 2n, *)" },
  outputs: { y: "(*, n, *)" },
  infer: ({ x }, p) => ({ y: gluType(x, p.dim) }),
  lower: (ops, { x }, p) => {
    const dim = wrapDim(p.dim, x.shape.length);
    const size = x.shape[dim] / 2;
    const zeros = x.shape.map(() => 0);
    const halved = x.shape.with(dim, size);
    const gate = ops.sigmoid(ops.slice(x, zeros.with(dim, size), halved));
    return { y: ops.mul(ops.slice(x, zeros, halved), gate) };
  },
  flops: (_, { y }) => 5 * elementCount(y.shape),
  torch: (p) => module("GLU", p.dim === -1 ? [] : [p.dim]),
  onnx: (p, { x }) => {
    const size = sizeAt(x.shape, p.dim) / 2;
    return [
      onnxNode("Constant", [], { value_ints: [0] }),
      onnxNode("Constant", [], { value_ints: [size] }),
      onnxNode("Constant", [], { value_ints: [2 * size] }),
      onnxNode("Constant", [], { value_ints: [p.dim] }),
      onnxNode("Slice", ["x", "%0", "%1", "%3"]),
      onnxNode("Slice", ["x", "%1", "%2", "%3"]),
      onnxNode("Sigmoid", ["%5"]),
      onnxNode("Mul", ["%4", "%6"]),
    ];
  },
});

function gluType(x: TensorType, dim: number): TensorType {
  if (x.shape.length === 0) {
    const message = "glu does not support scalars because halving size must be even";
    throw new TensorError("glu-odd", "RuntimeError", message);
  }
  const at = wrapDim(dim, x.shape.length);
  const size = x.shape[at];
  if (size % 2 !== 0) {
    const message = `Halving dimension must be even, but dimension ${at} is size ${size}`;
    throw new TensorError("glu-odd", "RuntimeError", message);
  }
  if (x.dtype !== "float32") {
    throw new TensorError("needs-float", "RuntimeError", "\"glu_cpu\" not implemented for 'Long'");
  }
  return elementwise("float32", [narrow(x, at, 0, size / 2), narrow(x, at, size / 2, size / 2)]);
}
