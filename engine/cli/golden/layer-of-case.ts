/** From a golden case's `op` and `args` to one of our layers with its parameters. */
import { layerOf, layerOfFunctional } from "../../layers/catalogue";
import type { AnyLayer, Params } from "../../layers/define";
import { fromTorchArgs } from "../../layers/torch-args";

export type CaseArgs = Readonly<Record<string, unknown>>;

/** Where a function and the class that stands for it call one argument differently. */
const otherNames: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  unflatten: { sizes: "unflattened_size" },
};

/** Functions of a list of tensors, which may hold one only. */
const listFunctions = ["cat", "stack"];

export interface CaseLayer {
  readonly layer: AnyLayer;
  /** Defaults filled in. */
  readonly params: Params;
}

/**
 * A CamelCase op is a `torch.nn` class, a lower-case one a function or tensor method.
 * @param inputCount how many inputs the case gives; left out where only the construction matters
 * @returns null when there is no such layer yet
 * @throws Error when the layer exists and lacks an argument or input: a wrong answer, not a missing layer
 */
export function layerOfCase(op: string, args: CaseArgs, inputCount?: number): CaseLayer | null {
  const isClass = /^[A-Z]/.test(op);
  const layer = isClass ? layerOf(op) : layerOfFunctional(op);
  if (!layer) return null;
  const most = Object.keys(layer.inputs).length;
  const fewest = listFunctions.includes(op) ? 1 : most - layer.optional.length;
  if (inputCount !== undefined && (inputCount < fewest || inputCount > most))
    throw new Error(`${layer.type} has ${fewest} to ${most} inputs, not ${inputCount}`);
  const named = Object.fromEntries(
    Object.entries(args).map(([name, value]) => [otherNames[op]?.[name] ?? name, value]),
  );
  const unknown = Object.keys(named).find((name) => !Object.hasOwn(layer.params, name));
  if (unknown !== undefined) throw new Error(`${layer.type} has no parameter ${unknown}`);
  // The files' arguments are numbers, flags, words, lists of numbers and null: what parameters are made of.
  return { layer, params: fromTorchArgs(layer, named as Params, {}, !isClass) };
}

/** Inputs stand in the order of the layer's ports; the last ports may be left over. */
export function byPort<T>({ inputs }: AnyLayer, values: readonly T[]): Record<string, T> {
  const ports = Object.keys(inputs);
  return Object.fromEntries(values.map((value, index) => [ports[index], value]));
}
