/** A layer's parameters from the arguments of a PyTorch call, as golden cases and imported code have them. */
import type { TensorType } from "../tensor/tensor";
import type { AnyLayer, Params } from "./define";
import type { Param, ParamValue } from "./params";

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
      const byDefault = defaults?.[name] === undefined ? param.default : defaults[name];
      const given = args[name] === undefined ? byDefault : args[name];
      const value = unwrapped(param, given);
      const present = Object.keys(layer.inputs).every(
        (port) => port in inputs || layer.optional.includes(port),
      );
      const read: ParamValue | undefined = value === null && present ? param.auto?.(inputs) : undefined;
      return [name, read ?? value];
    }),
  );
}

/**
 * PyTorch takes one integer for a list of one, LayerNorm(8), and the reverse, Conv1d(4, 8, (3,)). What it calls None
 * within a list, AdaptiveAvgPool2d((3, None)), is -1 here.
 */
function unwrapped({ kind }: Param, given: ParamValue): ParamValue {
  if (kind === "integers" && typeof given === "number") return [given];
  if (!Array.isArray(given)) return given;
  return kind === "integer" && given.length === 1 ? given[0] : given.map((each) => each ?? -1);
}
