import type { Value } from "../program/builder";
import type { DType, TensorType } from "../tensor/tensor";

/** The dtype of arithmetic on tensors and numbers: whole numbers stay whole among themselves. */
export function numberType(...operands: readonly (TensorType | Value | number)[]): DType {
  const isWhole = (each: TensorType | Value | number): boolean =>
    typeof each === "number" ? Number.isInteger(each) : each.dtype === "int64";
  return operands.every(isWhole) ? "int64" : "float32";
}
