/** Mistakes of the drawing itself: wires, losses, inputs. PyTorch has no words for them. */
import type { Text } from "../tensor/text";
import type { Diagnostic, Fix } from "./checked";

interface Advice {
  readonly node?: string | null;
  readonly port?: string | null;
  readonly title: Text;
  readonly explanation: Text;
  readonly message?: string | null;
  readonly causes?: readonly string[];
  readonly fixes?: readonly Fix[];
}

export function graphError(code: string, advice: Advice): Diagnostic {
  return { code, severity: "error", node: null, port: null, message: null, causes: [], fixes: [], ...advice };
}

export function warning(code: string, advice: Advice): Diagnostic {
  return { ...graphError(code, advice), severity: "warning" };
}
