/** What Mean, Sum, Max, Min and Var share: which dimensions go away, and how that is written. */
import type { Builder, Value } from "../program/builder";
import { wrapDim } from "../tensor/dims";
import { TensorError } from "../tensor/errors";
import { contiguousType, type DType, elementCount, type Shape, type TensorType } from "../tensor/tensor";
import { flag, optionalIntegers } from "./params";
import { type OnnxNode, onnxNode, python, type TorchCode } from "./spelling";

interface Reduced {
  readonly dim: readonly number[] | null;
  readonly keepdim: boolean;
}

export const reducedParams = {
  dim: optionalIntegers(
    { en: "Dimensions to do away with", zh: "要消去的维度" },
    { en: "All of them: the result is one number", zh: "所有维度：结果为一个数" },
  ),
  keepdim: flag({ en: "Keep them with size 1", zh: "保留这些维度，大小为 1" }, false),
};

/**
 * The dimensions counted from the front; none given means all. Source: ATen/WrapDimUtilsMulti.h, `dim_list_to_bitset`.
 * @throws TensorError dim-out-of-range, duplicate-dim
 */
export function reducedDims({ dim }: Reduced, shape: Shape): number[] {
  if (dim === null || dim.length === 0) return shape.map((_, each) => each);
  const dims: number[] = [];
  for (const each of dim) {
    const at = wrapDim(each, shape.length);
    if (dims.includes(at)) {
      const message = `dim ${at} appears multiple times in the list of dims`;
      throw new TensorError("duplicate-dim", "RuntimeError", message);
    }
    dims.push(at);
  }
  // A scalar takes 0 and -1, and has no dimension to lose.
  return shape.length === 0 ? [] : dims;
}

/** @throws TensorError as `reducedDims` */
export function reducedType(x: TensorType, p: Reduced, dtype: DType): TensorType {
  return contiguousType(dtype, reducedShape(x.shape, p));
}

function reducedShape(shape: Shape, p: Reduced): number[] {
  const dims = reducedDims(p, shape);
  return shape.flatMap((size, dim) => (dims.includes(dim) ? (p.keepdim ? [1] : []) : [size]));
}

/** Drops the reduced dimensions, which an operation of the builder keeps with size 1. */
export function dropReduced(ops: Builder, reduced: Value, { shape }: Value, p: Reduced): Value {
  return ops.reshape(reduced, reducedShape(shape, p));
}

/**
 * No numbers have no largest. Source: ATen/native/ReduceOpsUtils.h, `zero_numel_check_dims`.
 * @throws TensorError empty-reduction
 */
export function checkNotEmpty(name: string, { shape }: TensorType, p: Reduced): void {
  if (elementCount(shape) > 0) return;
  if (p.dim === null || p.dim.length === 0) {
    const message =
      `${name}(): Expected reduction dim to be specified for input.numel() == 0. ` +
      "Specify the reduction dim with the 'dim' argument.";
    throw new TensorError("empty-reduction", "RuntimeError", message);
  }
  const empty = reducedDims(p, shape).find((dim) => shape[dim] === 0);
  if (empty !== undefined) {
    const message = `${name}(): Expected reduction dim ${empty} to have non-zero size.`;
    throw new TensorError("empty-reduction", "IndexError", message);
  }
}

/** `{x}.mean(dim=(1, 2), keepdim=True)` */
export function reductionCode(method: string, p: Reduced, more: readonly string[] = []): TorchCode {
  const dim = p.dim ?? [];
  const given = [
    ...(dim.length === 0 && !p.keepdim && more.length === 0 ? [] : [`dim=${python(dim)}`]),
    ...more,
    ...(p.keepdim ? ["keepdim=True"] : []),
  ];
  return { kind: "expression", code: `{x}.${method}(${given.join(", ")})` };
}

export function reductionNodes(op: string, { dim, keepdim }: Reduced): OnnxNode[] {
  const attributes = { keepdims: keepdim ? 1 : 0 };
  if (dim === null || dim.length === 0) return [onnxNode(op, ["x"], attributes)];
  return [onnxNode("Constant", [], { value_ints: dim }), onnxNode(op, ["x", "%0"], attributes)];
}
