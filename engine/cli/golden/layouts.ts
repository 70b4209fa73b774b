/** layouts.json: the strides of a layer's output when its input is not contiguous, and what `view` then makes of it. */
import { resolveAuto } from "../../compile/check-params";
import { TensorError } from "../../tensor/errors";
import { contiguousType, type DType, isContiguous, type Shape, type TensorType } from "../../tensor/tensor";
import { type ViewArgument, viewOps } from "../../tensor/view-ops";
import { view } from "../../tensor/views";
import { byPort, type CaseArgs, layerOfCase } from "./layer-of-case";
import { exactly, type Outcome, outcomeOf, unsupported } from "./subject";

export interface LayoutCase {
  readonly inputs: readonly {
    readonly shape: Shape;
    readonly dtype?: DType;
    readonly ops: readonly (readonly [string, ...ViewArgument[]])[];
  }[];
  /** As `op` elsewhere, or with its mode: `Dropout(train)`. */
  readonly layer: string;
  readonly args: CaseArgs & { readonly training?: boolean };
  readonly output: {
    readonly shape: Shape;
    readonly stride: readonly number[];
    readonly contiguous: boolean;
  };
  readonly view?: { readonly shape: Shape; readonly stride?: readonly number[]; readonly error?: string };
}

export async function checkLayout(each: LayoutCase): Promise<Outcome> {
  const [op, mode] = each.layer.split(/[()]/);
  const { training = mode !== "eval", ...args } = each.args;
  const found = layerOfCase(op, args, each.inputs.length);
  if (!found) return unsupported(op);
  // Indices are whole numbers; the file does not say so.
  const dtype = op === "Embedding" ? "int64" : "float32";
  const inputs = byPort(
    found.layer,
    each.inputs.map((input) => arranged({ dtype, ...input })),
  );
  const params = resolveAuto(found.layer, found.params, inputs);
  const [output] = Object.values(
    found.layer.infer(inputs, params, { batchSize: each.inputs[0].shape[0], training, data: {} }),
  );
  return outcomeOf([
    exactly("shape", output.shape, each.output.shape),
    exactly("stride", output.stride, each.output.stride),
    exactly("contiguous", isContiguous(output), each.output.contiguous),
    each.view ? exactly("view", viewed(output, each.view.shape), each.view.error ?? each.view.stride) : null,
  ]);
}

function arranged({ shape, dtype = "float32", ops }: LayoutCase["inputs"][number]): TensorType {
  return ops.reduce((x, [op, ...args]) => viewOps[op](x, args)[0], contiguousType(dtype, shape));
}

/** The strides, or the error's message. */
function viewed(x: TensorType, shape: Shape): readonly number[] | string {
  try {
    return view(x, shape).stride;
  } catch (error) {
    if (error instanceof TensorError) return error.message;
    throw error;
  }
}
