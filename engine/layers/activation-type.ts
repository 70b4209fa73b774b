import { TensorError } from "../tensor/errors";
import { elementwise } from "../tensor/layouts";
import type { TensorType } from "../tensor/tensor";

/**
 * The result of an elementwise function that PyTorch has for real numbers only.
 * @param kernel PyTorch's name for its implementation, which the message gives
 * @throws TensorError needs-float
 */
export function activationType(x: TensorType, kernel: string): TensorType {
  if (x.dtype === "float32") return elementwise("float32", [x]);
  throw new TensorError("needs-float", "RuntimeError", `"${kernel}" not implemented for 'Long'`);
}
