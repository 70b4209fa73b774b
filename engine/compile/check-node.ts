/** Asks one layer's rule, for the context's batch size and two others. */

import type { GraphNode } from "../graph/project";
import type { AnyLayer } from "../layers/define";
import type { Weight } from "../layers/initializers";
import { TensorError } from "../tensor/errors";
import { elementCount, type TensorType } from "../tensor/tensor";
import { mixesSamples, type Sampled, symbolic } from "./check-batch";
import { badParams, fillDefaults, resolveAuto, unknownParams } from "./check-params";
import type { CheckedNode, CheckedTensor, Diagnostic } from "./checked";
import { diagnose } from "./diagnostics";
import { batchDependent, mixedSamples } from "./diagnostics-batch";
import { badParam, unknownParam, unreadable } from "./diagnostics-params";
import type { Site } from "./diagnostics-site";

/** Bytes of an element on the GPU; int64 is kept in 32 bits there. */
const elementBytes = 4;

export interface NodeContext extends Pick<Site, "graph" | "checked" | "label" | "wires" | "inputs" | "data"> {
  readonly name: string;
  /** How many inputs have trained weights behind them, so that a gradient is computed of them. */
  readonly learningInputs: number;
  /** The context's batch size first. */
  readonly sizes: readonly number[];
  /** By input port. */
  readonly samples: Readonly<Record<string, Sampled>>;
}

export interface NodeResult {
  /** Null when the node has an error. */
  readonly node: CheckedNode | null;
  /** By output port. */
  readonly samples: Readonly<Record<string, Sampled>>;
  readonly diagnostics: readonly Diagnostic[];
}

export function checkNode(node: GraphNode, layer: AnyLayer, context: NodeContext): NodeResult {
  const failed = (...diagnostics: Diagnostic[]): NodeResult => ({ node: null, samples: {}, diagnostics });
  const label = context.label(node.id);
  const given = fillDefaults(layer, node.params);
  const bad = badParams(layer, given);
  if (bad.length > 0) return failed(...bad.map((each) => badParam(node.id, label, each)));

  const params = resolveAuto(layer, given, context.inputs);
  const site: Site = { ...context, node, params, batchSize: context.sizes[0] };
  const unread = Object.keys(params).find((name) => layer.params[name].auto && params[name] === null);
  const here = attempt(() => {
    const weights = unread === undefined ? present(layer.weights(params)) : {};
    const buffers = unread === undefined ? present(layer.buffers(params)) : {};
    return {
      weights,
      buffers,
      outputs: layer.infer(context.inputs, params, { batchSize: context.sizes[0], data: context.data }),
    };
  });
  // That no data are open is said once for the whole graph.
  if (here instanceof TensorError)
    return here.code === "input-no-data" ? failed() : failed(diagnose(site, here));
  if (unread !== undefined) return failed(unreadable(site, unread));

  const { outputs, samples, warnings } = checkSizes(site, layer, here.outputs, context);
  const { weights, buffers } = here;
  const flops = layer.flops(context.inputs, here.outputs, params);
  const gradients = context.learningInputs + (Object.keys(weights).length > 0 ? 1 : 0);
  return {
    node: {
      id: node.id,
      type: node.type,
      name: context.name,
      params,
      inputs: context.inputs,
      outputs,
      weights,
      buffers,
      parameterCount: Object.values(weights).reduce((sum, { shape }) => sum + elementCount(shape), 0),
      flops,
      trainingFlops: flops * (1 + gradients),
      activationBytes: Object.values(outputs).reduce(
        (sum, type) => sum + (type.view ? 0 : elementBytes * elementCount(type.shape)),
        0,
      ),
    },
    samples,
    diagnostics: [
      ...unknownParams(layer, node.params).map((name) => unknownParam(node.id, label, node.type, name)),
      ...warnings,
    ],
  };
}

/** Runs the rule at the other batch sizes, and makes the sizes symbolic by comparing. */
function checkSizes(
  site: Site,
  layer: AnyLayer,
  here: Readonly<Record<string, TensorType>>,
  { sizes, data, samples }: NodeContext,
) {
  const elsewhere = sizes.slice(1).map((batchSize, index) => {
    const inputs = inputsAt(samples, index + 1);
    return inputs && attempt(() => layer.infer(inputs, site.params, { batchSize, data }));
  });
  const error = elsewhere.find((each) => each instanceof TensorError) ?? null;
  const known = elsewhere.every((each) => each !== null);

  const outputs: Record<string, CheckedTensor> = {};
  const sampled: Record<string, Sampled> = {};
  const warnings: Diagnostic[] = [];
  for (const [port, type] of Object.entries(here)) {
    const samples: Sampled = [
      type,
      ...elsewhere.map((each) => (each === null || each instanceof TensorError ? null : each[port])),
    ];
    const { tensor, regular } = symbolic(samples, sizes);
    outputs[port] = tensor;
    sampled[port] = regular ? samples : [type, ...elsewhere.map(() => null)];
    if (known && !error && !regular) warnings.push(batchDependent(site, tensor, null));
    if (
      regular &&
      layer.category === "shape" &&
      Object.values(site.inputs).some((input) => mixesSamples(input, tensor))
    ) {
      warnings.push(mixedSamples(site, tensor));
    }
  }
  if (error) warnings.unshift(batchDependent(site, Object.values(outputs)[0], error));
  return { outputs, samples: sampled, warnings };
}

/** The inputs at one of the batch sizes; null when one of them is not known there. */
function inputsAt(
  samples: Readonly<Record<string, Sampled>>,
  index: number,
): Record<string, TensorType> | null {
  const inputs: Record<string, TensorType> = {};
  for (const [port, sampled] of Object.entries(samples)) {
    const type = sampled[index];
    if (!type) return null;
    inputs[port] = type;
  }
  return inputs;
}

function attempt<T>(rule: () => T): T | TensorError {
  try {
    return rule();
  } catch (error) {
    if (error instanceof TensorError) return error;
    throw error;
  }
}

function present(weights: Readonly<Record<string, Weight | false>>): Record<string, Weight> {
  return Object.fromEntries(
    Object.entries(weights).flatMap(([name, weight]) => (weight ? [[name, weight]] : [])),
  );
}
