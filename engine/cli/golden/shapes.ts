/** shapes.json: output shapes, parameters and buffers of layers, and the errors of wrong uses. */

import { resolveAuto } from "../../compile/check-params";
import type { Weight } from "../../layers/initializers";
import { TensorError } from "../../tensor/errors";
import { contiguousType, type DType, elementCount, type Shape } from "../../tensor/tensor";
import { byPort, type CaseArgs, layerOfCase } from "./layer-of-case";
import { exactly, failed, type Outcome, outcomeOf, unsupported } from "./subject";

export interface ShapeCase {
  readonly id: string;
  readonly op: string;
  readonly args: CaseArgs;
  readonly training?: boolean;
  readonly inputs: readonly {
    readonly shape: Shape;
    readonly dtype?: DType;
    readonly values?: readonly number[];
  }[];
  readonly outputs?: readonly Shape[];
  readonly params?: readonly Named[];
  readonly param_count?: number;
  readonly buffers?: readonly Named[];
  readonly error?: {
    readonly where: "construct" | "forward";
    readonly type: string;
    readonly message: string;
  };
}

interface Named {
  readonly name: string;
  readonly shape: Shape;
}

export async function checkShapes(each: ShapeCase): Promise<Outcome> {
  const found = layerOfCase(each.op, each.args, each.inputs.length);
  if (!found) return unsupported(each.op);
  const { layer } = found;
  const inputs = byPort(
    found.layer,
    each.inputs.map(({ shape, dtype = "float32" }) => contiguousType(dtype, shape)),
  );
  const params = resolveAuto(found.layer, found.params, inputs);

  let where: "construct" | "forward" = "construct";
  try {
    const weights = named(layer.weights(params));
    const buffers = named(layer.buffers(params));
    where = "forward";
    const outputs = layer.infer(inputs, params, {
      batchSize: each.inputs[0]?.shape[0] ?? 1,
      training: each.training ?? true,
      data: {},
      values: Object.fromEntries(
        Object.entries(byPort(layer, each.inputs)).flatMap(([port, { values }]) =>
          values ? [[port, values]] : [],
        ),
      ),
    });
    if (each.error) return failed(`works instead of raising ${each.error.type}: ${each.error.message}`);
    const isModule = each.params !== undefined;
    return outcomeOf([
      exactly(
        "output shapes",
        Object.values(outputs).map(({ shape }) => shape),
        each.outputs,
      ),
      isModule ? exactly("parameters", weights, each.params) : null,
      isModule
        ? exactly(
            "parameter count",
            weights.reduce((sum, { shape }) => sum + elementCount(shape), 0),
            each.param_count,
          )
        : null,
      isModule ? exactly("buffers", buffers, each.buffers) : null,
    ]);
  } catch (raised) {
    if (!(raised instanceof TensorError)) throw raised;
    if (!each.error) return failed(`raises ${raised.torchType}: ${raised.message}`);
    return outcomeOf([
      exactly("raised in", where, each.error.where),
      exactly("error type", raised.torchType, each.error.type),
      exactly("message", raised.message, each.error.message),
    ]);
  }
}

function named(tensors: Readonly<Record<string, Weight | false>>): Named[] {
  return Object.entries(tensors).flatMap(([name, tensor]) => (tensor ? [{ name, shape: tensor.shape }] : []));
}
