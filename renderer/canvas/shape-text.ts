/** Shapes, strides and parameter values as they are read: `N×16×28×28`, `3×3`, `-1, 3136`. */
import type { Dim, Param, ParamValue } from "../../engine";

export function shapeText(shape: readonly Dim[]): string {
  return shape.length === 0 ? "()" : shape.map(dimText).join("×");
}

export function strideText(stride: readonly Dim[]): string {
  return stride.length === 0 ? "()" : stride.map(dimText).join(", ");
}

export function sizesText(shape: readonly number[]): string {
  return shape.length === 0 ? "()" : shape.join("×");
}

function dimText({ n, batch }: Dim): string {
  if (!batch) return String(n);
  return n === 1 ? "N" : `${n}N`;
}

export function valueText(value: Exclude<ParamValue, null>, kind: Param["kind"]): string {
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "object") return value.join(kind === "pair" ? "×" : ", ");
  if (kind === "pair" && typeof value === "number") return `${value}×${value}`;
  return String(value);
}
