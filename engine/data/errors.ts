/** How the readers of this folder say that a file is wrong. */
import type { Text } from "../tensor/text";
import type { DataResult } from "./dataset";

export function failed(code: string, where: string, message: Text): DataResult<never> {
  return { ok: false, error: { code, where, message } };
}

export function succeeded<T>(value: T): DataResult<T> {
  return { ok: true, value };
}
