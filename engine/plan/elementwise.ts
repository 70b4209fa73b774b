/** Operations on elements, as WGSL expressions of their operands' names. */

import { numberLiteral, scalarType } from "./literals";
import type { ValueLowering } from "./lowering";
import type { Node, NodeOf } from "./nodes";

type Name =
  | "neg"
  | "exp"
  | "log"
  | "sqrt"
  | "abs"
  | "sign"
  | "sigmoid"
  | "tanh"
  | "erf"
  | "relu"
  | "cast"
  | "add"
  | "sub"
  | "mul"
  | "div"
  | "maximum"
  | "minimum"
  | "pow"
  | "less"
  | "equal"
  | "where"; // prettier-ignore

export const elementwise: { readonly [K in Name]: ValueLowering<K> } = {
  neg: operation(1, (_, x) => `-${x}`),
  exp: operation(4, (_, x) => `exponential(${x})`),
  log: operation(4, (_, x) => `logarithm(${x})`),
  sqrt: operation(2, (_, x) => `sqrt(${x})`),
  abs: operation(1, (_, x) => `abs(${x})`),
  sign: operation(1, ({ dtype }, x) => `${scalarType(dtype)}(${x} > 0) - ${scalarType(dtype)}(${x} < 0)`),
  sigmoid: operation(6, (_, x) => `sigmoid(${x})`),
  tanh: operation(6, (_, x) => `hyperbolic_tangent(${x})`),
  erf: operation(10, (_, x) => `error_function(${x})`),
  // A comparison with NaN is false, so that NaN passes.
  relu: operation(1, ({ dtype }, x) => `select(${x}, ${numberLiteral(0, dtype)}, ${x} < 0)`),
  cast: operation(1, ({ dtype }, x) => `${scalarType(dtype)}(${x})`),
  add: operation(1, (_, a, b) => `${a} + ${b}`),
  sub: operation(1, (_, a, b) => `${a} - ${b}`),
  mul: operation(1, (_, a, b) => `${a} * ${b}`),
  div: operation(2, (_, a, b) => `${a} / ${b}`),
  maximum: operation(1, ({ dtype }, a, b) => `${dtype === "int64" ? "max" : "maximum"}(${a}, ${b})`),
  minimum: operation(1, ({ dtype }, a, b) => `${dtype === "int64" ? "min" : "minimum"}(${a}, ${b})`),
  pow: operation(8, writePower),
  less: operation(1, (_, a, b) => `select(0f, 1f, ${a} ${comparisons.less} ${b})`),
  equal: operation(1, (_, a, b) => `select(0f, 1f, ${a} ${comparisons.equal} ${b})`),
  where: {
    role: "elementwise",
    cost: 1,
    write: ({ inputs: [condition, a, b] }, coordinates, writer) => {
      const chosen = writer.condition(condition, coordinates);
      return `select(${writer.value(b, coordinates)}, ${writer.value(a, coordinates)}, ${chosen})`;
    },
  },
};

/** What compares two elements: as a condition it need not become a number first. */
export const comparisons: Partial<Record<Node["kind"], string>> = { less: "<", equal: "==" };

/** `x ** 2` is a product, not an exponential of a logarithm: faster, and exact. */
function writePower(node: NodeOf<Name>, base: string, exponent: string): string {
  const by = constantValue(node.inputs[1]);
  if (node.dtype === "int64") return `whole_power(${base}, ${exponent})`;
  switch (by) {
    case 1:
      return base;
    case 2:
      return `${base} * ${base}`;
    case 3:
      return `${base} * ${base} * ${base}`;
    case 0.5:
      return `sqrt(${base})`;
    case -0.5:
      return `1f / sqrt(${base})`;
    case -1:
      return `1f / ${base}`;
    default:
      return `power(${base}, ${exponent})`;
  }
}

function constantValue(node: Node): number | null {
  if (node.kind === "constant") return node.attributes.value;
  return node.kind === "reshape" || node.kind === "expand" || node.kind === "permute"
    ? constantValue(node.inputs[0])
    : null;
}

/** Every operand is needed where the result is. */
function operation(
  cost: number,
  text: (node: NodeOf<Name>, ...operands: string[]) => string,
): ValueLowering<Name> {
  return {
    role: "elementwise",
    cost,
    write: (node, coordinates, writer) =>
      text(node, ...node.inputs.map((input) => writer.value(input, coordinates))),
  };
}
