/** Numbers as WGSL writes them. */
import type { DType } from "../tensor/tensor";

export function numberLiteral(value: number, dtype: DType): string {
  if (dtype === "int64") return `i32(${Math.trunc(value) | 0})`;
  const single = Math.fround(value);
  if (Number.isNaN(single)) return "not_a_number()";
  if (!Number.isFinite(single)) return single > 0 ? "infinity()" : "-infinity()";
  return single < 0 || Object.is(single, -0) ? `(-${-single}f)` : `${single}f`;
}

export function scalarType(dtype: DType): "f32" | "i32" {
  return dtype === "int64" ? "i32" : "f32";
}
