/** From a golden case's `op` and `args` to one of our layers with its parameters. */
import { layerOf, layerOfFunctional } from "../../layers/catalogue";
import type { AnyLayer, Params } from "../../layers/define";
import { fromTorchArgs } from "../../layers/torch-args";

export type CaseArgs = Readonly<Record<string, unknown>>;

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
  const ports = Object.keys(layer.inputs).length;
  if (inputCount !== undefined && inputCount !== ports)
    throw new Error(`${layer.type} has ${ports} inputs instead of ${inputCount}`);
  const unknown = Object.keys(args).find((name) => !Object.hasOwn(layer.params, name));
  if (unknown !== undefined) throw new Error(`${layer.type} has no parameter ${unknown}`);
  // The files' arguments are numbers, flags, words, lists of numbers and null: what parameters are made of.
  return { layer, params: fromTorchArgs(layer, args as Params, {}, !isClass) };
}

/** Inputs stand in the order of the layer's ports. */
export function byPort<T>({ inputs }: AnyLayer, values: readonly T[]): Record<string, T> {
  return Object.fromEntries(Object.keys(inputs).map((port, index) => [port, values[index]]));
}
