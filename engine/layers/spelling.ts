/** How a layer is written elsewhere. */

/**
 * `module`: constructed once (`nn.Linear(4, 16)`) and called with the inputs.
 * `expression`: written where it is used; `{x}` stands for the input of that port, `{*}` for all that are wired.
 */
export type TorchCode =
  | { readonly kind: "module"; readonly code: string }
  | { readonly kind: "expression"; readonly code: string };

export interface OnnxNode {
  readonly op_type: string;
  readonly attributes: Readonly<Record<string, number | string | readonly number[] | readonly string[]>>;
  /** Ports, weights or buffers of the layer, `%i` for the output of the layer's i-th ONNX node, or `` for none. */
  readonly inputs: readonly string[];
}

export function onnxNode(
  op_type: string,
  inputs: readonly string[],
  attributes: OnnxNode["attributes"] = {},
): OnnxNode {
  return { op_type, attributes, inputs };
}

/** A value to be written as a Python literal, or an expression that is Python already. */
type Python = number | boolean | string | null | readonly number[] | { readonly python: string };

/** `nn.Linear(4, 16, bias=False)`: positional arguments, then keywords that differ from their defaults. */
export function module(
  name: string,
  args: readonly Python[],
  keywords: Readonly<Record<string, Python | undefined>> = {},
): TorchCode {
  const named = Object.entries(keywords).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${python(value)}`],
  );
  return { kind: "module", code: `nn.${name}(${[...args.map(python), ...named].join(", ")})` };
}

/** `{x}.transpose(1, 2)` */
export function method(name: string, ...args: readonly Python[]): TorchCode {
  return { kind: "expression", code: `{x}.${name}(${args.map(python).join(", ")})` };
}

/** A Python literal; a list of numbers is written as a tuple. */
export function python(value: Python): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") return String(value);
  if ("python" in value) return value.python;
  return value.length === 1 ? `(${value[0]},)` : `(${value.join(", ")})`;
}
