/** A layer's parameters from the arguments of a PyTorch call, as golden cases and imported code have them. */
import type { ParamValue } from "../graph/project";
import type { TensorType } from "../tensor/tensor";
import type { AnyLayer, Params } from "./define";

/**
 * Every parameter of the layer: given, or the default of the class, or of the function where `functional`; what is
 * then still `null` is read off the inputs where the layer can.
 */
export function fromTorchArgs(
  layer: AnyLayer,
  args: Params,
  inputs: Readonly<Record<string, TensorType>> = {},
  functional = false,
): Params {
  const defaults = functional ? layer.functionalDefaults : undefined;
  return Object.fromEntries(
    Object.entries(layer.params).map(([name, param]) => {
      const given = args[name] === undefined ? (defaults?.[name] ?? param.default) : args[name];
      // PyTorch takes one integer for a list of one: LayerNorm(8).
      const value = param.kind === "integers" && typeof given === "number" ? [given] : given;
      const present = Object.keys(layer.inputs).every((port) => port in inputs);
      const read: ParamValue | undefined = value === null && present ? param.auto?.(inputs) : undefined;
      return [name, read ?? value];
    }),
  );
}
