/** Asks one layer's rule, for the context's batch size and another. */

import type { GraphNode, NodeTraining } from "../graph/project";
import type { AnyLayer, Params } from "../layers/define";
import { initializerOf, type Weight } from "../layers/initializers";
import { TensorError } from "../tensor/errors";
import { elementCount, type TensorType } from "../tensor/tensor";
import { type BatchSizes, mixesSamples, type Sampled, symbolic } from "./check-batch";
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
  readonly sizes: BatchSizes;
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

/** What follows from a node's settings alone, once `auto` has been read. */
type Settled = Pick<CheckedNode, "params" | "weights" | "buffers" | "parameterCount">;

/** @param before what was found at the node when it had the very same settings and gave no cause to say anything */
export function checkNode(
  node: GraphNode,
  layer: AnyLayer,
  context: NodeContext,
  before: CheckedNode | null,
): NodeResult {
  const failed = (...diagnostics: Diagnostic[]): NodeResult => ({ node: null, samples: {}, diagnostics });
  const { inputs, sizes, data } = context;
  const label = context.label(node.id);
  const given = fillDefaults(layer, node.params);
  const bad = before ? [] : badParams(layer, given);
  if (bad.length > 0) return failed(...bad.map((each) => badParam(node.id, label, each)));

  const params = resolveAuto(layer, given, inputs);
  const site: Site = { ...context, node, params, batchSize: sizes[0] };
  const unread = Object.keys(params).find((name) => params[name] === null && layer.params[name].auto);
  const here = attempt(() => ({
    settled: unread === undefined ? settle(node, layer, params, before) : null,
    outputs: layer.infer(inputs, params, { batchSize: sizes[0], data }),
  }));
  // That no data are open is said once for the whole graph.
  if (here instanceof TensorError)
    return here.code === "input-no-data" ? failed() : failed(diagnose(site, here));
  if (unread !== undefined || here.settled === null) return failed(unreadable(site, unread ?? ""));

  const { weights, buffers, parameterCount } = here.settled;
  const { outputs, samples, warnings } = checkSizes(site, layer, here.outputs, context);
  const unknown = before ? [] : unknownParams(layer, node.params);
  const flops = layer.flops(inputs, here.outputs, params);
  const gradients =
    context.learningInputs + (Object.keys(weights).length > 0 && !node.training?.frozen ? 1 : 0);
  return {
    node: {
      id: node.id,
      type: node.type,
      name: context.name,
      params: here.settled.params,
      inputs,
      outputs,
      ...(node.training && { training: node.training }),
      weights,
      buffers,
      parameterCount,
      flops,
      trainingFlops: flops * (1 + gradients),
      activationBytes: newBytes(here.outputs),
    },
    samples,
    diagnostics: [...unknown.map((name) => unknownParam(node.id, label, node.type, name)), ...warnings],
  };
}

/** @throws TensorError when the layer cannot be constructed */
function settle(
  { training }: GraphNode,
  layer: AnyLayer,
  params: Params,
  before: CheckedNode | null,
): Settled {
  if (before && sameParams(before.params, params)) return before;
  const weights = begun(present(layer.weights(params)), training?.init);
  return {
    params,
    weights,
    buffers: present(layer.buffers(params)),
    parameterCount: Object.values(weights).reduce((sum, { shape }) => sum + elementCount(shape), 0),
  };
}

/** Both are of one layer. A list that `auto` has read is another object each time, and so taken for another value. */
function sameParams(a: Params, b: Params): boolean {
  return Object.keys(a).every((name) => a[name] === b[name]);
}

function newBytes(outputs: Readonly<Record<string, TensorType>>): number {
  let bytes = 0;
  for (const port of Object.keys(outputs)) {
    const { view, shape } = outputs[port];
    if (!view) bytes += elementBytes * elementCount(shape);
  }
  return bytes;
}

/** Runs the rule at the other batch size, and makes the sizes symbolic by comparing. */
function checkSizes(
  site: Site,
  layer: AnyLayer,
  here: Readonly<Record<string, TensorType>>,
  { sizes, data, samples }: NodeContext,
) {
  const inputs = inputsElsewhere(samples);
  const elsewhere = inputs && attempt(() => layer.infer(inputs, site.params, { batchSize: sizes[1], data }));
  const error = elsewhere instanceof TensorError ? elsewhere : null;
  const there = elsewhere instanceof TensorError ? null : elsewhere;

  const outputs: Record<string, CheckedTensor> = {};
  const sampled: Record<string, Sampled> = {};
  const warnings: Diagnostic[] = [];
  for (const port of Object.keys(here)) {
    const both: Sampled = [here[port], there?.[port] ?? null];
    const { tensor, regular } = symbolic(both, sizes);
    outputs[port] = tensor;
    sampled[port] = regular ? both : [here[port], null];
    if (there && !regular) warnings.push(batchDependent(site, tensor, null));
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

/** The inputs at the other batch size; null when one of them is not known there. */
function inputsElsewhere(samples: Readonly<Record<string, Sampled>>): Record<string, TensorType> | null {
  const inputs: Record<string, TensorType> = {};
  for (const port of Object.keys(samples)) {
    const [, type] = samples[port];
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

/** The weights with the laws that the person chose for them. @throws TensorError fan-needs-two-dimensions */
function begun(
  weights: Readonly<Record<string, Weight>>,
  chosen: NodeTraining["init"] = {},
): Readonly<Record<string, Weight>> {
  if (Object.keys(chosen).length === 0) return weights;
  return Object.fromEntries(
    Object.entries(weights).map(([name, weight]) => {
      const init = Object.hasOwn(chosen, name) ? chosen[name] : null;
      return [name, init ? { ...weight, init: initializerOf(init.type, weight.shape, { ...init }) } : weight];
    }),
  );
}

function present(weights: Readonly<Record<string, Weight | false>>): Record<string, Weight> {
  const found: Record<string, Weight> = {};
  for (const name of Object.keys(weights)) {
    const weight = weights[name];
    if (weight) found[name] = weight;
  }
  return found;
}
