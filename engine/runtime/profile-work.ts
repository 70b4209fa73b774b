/** How much work an operation is, to divide what several of them share. */
import type { AnyOp } from "../program/program";
import { elementCount, type Shape } from "../tensor/tensor";

/** Additions and multiplications, or elements where nothing is computed. @param ops of its program */
export function workOf(op: AnyOp, ops: readonly AnyOp[]): number {
  const inputs = op.inputs.map((id) => ops[id].shape);
  const elements = elementCount(op.shape);
  switch (op.kind) {
    case "load":
    case "constant":
    case "reshape":
    case "permute":
    case "expand":
    case "slice":
      return 0;
    case "matmul":
      return 2 * elements * inputs[0][inputs[0].length - 1];
    case "conv2d":
      return 2 * elements * perFilter(inputs[1]);
    case "conv2d_grad_input":
      return 2 * elementCount(inputs[0]) * perFilter(inputs[1]);
    case "conv2d_grad_weight":
      return 2 * elementCount(inputs[1]) * perFilter(op.shape);
    case "max_pool2d":
    case "max_pool2d_indices":
    case "max_pool2d_grad":
    case "avg_pool2d":
    case "avg_pool2d_grad":
      return elements * op.attributes.kernel[0] * op.attributes.kernel[1];
    case "attention":
      return attentionWork(inputs, 1, 1);
    case "attention_grad_query":
      return attentionWork(inputs, 2, 1);
    case "attention_grad_keys":
      return attentionWork(inputs, 2, 2);
    case "softmax":
    case "log_softmax":
      return 5 * elements;
    default:
      return Math.max(elements, ...inputs.map(elementCount));
  }
}

/** Of products over all pairs of a query and a key, so many as long as a key and so many as long as a value. */
function attentionWork([q, k, v]: readonly Shape[], ofKeys: number, ofValues: number): number {
  const pairs = elementCount(q.slice(0, -1)) * k[k.length - 2];
  return 2 * pairs * (ofKeys * q[q.length - 1] + ofValues * v[v.length - 1]);
}

/** Multiplications for an element of the output: a weight is (O, C/groups, kh, kw). */
function perFilter(weight: Shape): number {
  return elementCount(weight.slice(1));
}
