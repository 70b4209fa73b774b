import { elementCount } from "../tensor/tensor";
import { defineLayer } from "./define";
import { matmulType } from "./matmul-type";
import { onnxNode } from "./spelling";

export const matmul = defineLayer({
  type: "MatMul",
  functional: "matmul",
  category: "math",
  aliases: ["matrix product", "multiply", "dot product", "bmm", "attention", "矩阵乘法", "点积", "注意力"],
  summary: { en: "Multiplies two matrices, or stacks of them", zh: "两个矩阵（或成批矩阵）相乘" },
  explanation: {
    en: "Each number of the result is the sum of a row of a times a column of b. The last two dimensions are the matrices; those before them are matched up by broadcasting. A vector counts as a row on the left and as a column on the right.",
    zh: "结果中的每个数是 a 的一行与 b 的一列对应相乘之和。最后两个维度是矩阵，之前的维度按广播规则配对。向量在左边算作一行，在右边算作一列。",
  },
  formula: "y = a · b",
  params: {},
  telling: [],
  inputs: { a: "(*, n, k)", b: "(*, k, m)" },
  outputs: { y: "(*, n, m)" },
  infer: ({ a, b }) => ({ y: { ...matmulType(a, b), view: false } }),
  lower: (ops, { a, b }) => {
    const left = a.shape.length === 1 ? ops.reshape(a, [1, a.shape[0]]) : a;
    const right = b.shape.length === 1 ? ops.reshape(b, [b.shape[0], 1]) : b;
    const product = ops.matmul(left, right);
    const leading = product.shape.slice(0, -2);
    const row = a.shape.length === 1 ? [] : product.shape.slice(-2, -1);
    const column = b.shape.length === 1 ? [] : product.shape.slice(-1);
    return { y: ops.reshape(product, [...leading, ...row, ...column]) };
  },
  flops: ({ a }, { y }) => 2 * elementCount(y.shape) * (a.shape.at(-1) ?? 0),
  torch: () => ({ kind: "expression", code: "{a} @ {b}" }),
  onnx: () => [onnxNode("MatMul", ["a", "b"])],
});
