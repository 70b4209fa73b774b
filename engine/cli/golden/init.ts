/** init.json: the law that each parameter is drawn from, `torch.nn.init`'s functions, and gains. */
import {
  calculateGain,
  type Initializer,
  initializerOf,
  type Nonlinearity,
  type Weight,
} from "../../layers/initializers";
import type { Shape } from "../../tensor/tensor";
import { type CaseArgs, layerOfCase } from "./layer-of-case";
import { exactly, type Outcome, outcomeOf, unsupported } from "./subject";

interface Law {
  readonly distribution: Initializer["kind"];
  /** Of a uniform law on ±bound. */
  readonly bound?: number;
  readonly mean?: number;
  readonly std?: number;
  readonly value?: number;
}

export type InitCase = { readonly id: string } & (
  | {
      readonly kind: "layer";
      readonly op: string;
      readonly args: CaseArgs;
      readonly params: Readonly<Record<string, Law & { readonly shape: Shape }>>;
    }
  | ({
      readonly kind: "function";
      readonly function: string;
      readonly shape: Shape;
      readonly args: CaseArgs;
    } & Law)
  | {
      readonly kind: "gain";
      readonly nonlinearity: Nonlinearity;
      readonly param: number | null;
      readonly gain: number;
    }
);

export async function checkInit(each: InitCase): Promise<Outcome> {
  switch (each.kind) {
    case "layer":
      return checkLayer(each);
    case "function":
      return outcomeOf([
        lawDifference(each.function, initializerOf(each.function, each.shape, each.args), each),
      ]);
    case "gain":
      return outcomeOf([numberDifference("gain", calculateGain(each.nonlinearity, each.param), each.gain)]);
  }
}

/** Parameters and buffers together, as the file has them. */
function checkLayer({ op, args, params: expected }: Extract<InitCase, { readonly kind: "layer" }>): Outcome {
  const found = layerOfCase(op, args);
  if (!found) return unsupported(op);
  const { layer, params } = found;
  const tensors: Readonly<Record<string, Weight | false>> = {
    ...layer.weights(params),
    ...layer.buffers(params),
  };
  return outcomeOf(
    Object.entries(expected).flatMap(([name, law]) => {
      const tensor = tensors[name];
      if (!tensor) return [`${op} has no ${name}`];
      return [exactly(`${name}: shape`, tensor.shape, law.shape), lawDifference(name, tensor.init, law)];
    }),
  );
}

function lawDifference(name: string, init: Initializer, law: Law): string | null {
  if (init.kind !== law.distribution) return `${name}: ${init.kind} instead of ${law.distribution}`;
  switch (init.kind) {
    case "constant":
      return numberDifference(`${name}: value`, init.value, law.value);
    case "uniform":
      return (
        numberDifference(`${name}: bound`, init.bound, law.bound) ??
        numberDifference(`${name}: mean`, init.mean ?? 0, law.mean ?? 0)
      );
    case "sinusoid":
    case "orthogonal":
    case "values":
      return null;
    case "normal":
      return (
        numberDifference(`${name}: mean`, init.mean, law.mean) ??
        numberDifference(`${name}: std`, init.std, law.std)
      );
  }
}

/** Relative 1e-6. */
function numberDifference(what: string, actual: number, expected: number | undefined): string | null {
  if (expected !== undefined && Math.abs(actual - expected) <= 1e-6 * Math.abs(expected)) return null;
  return `${what}: ${actual} instead of ${expected}`;
}
