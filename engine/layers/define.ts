/**
 * What a layer is: one record that holds all that Tensorloom knows of it. Palette, inspector, checker, compiler,
 * exporters, documentation and golden tests read it.
 */

import type { Builder, Value } from "../program/builder";
import { type DType, elementCount, type TensorType } from "../tensor/tensor";
import type { Text } from "../tensor/text";
import type { Weight } from "./initializers";
import type { Param, ParamValue, ParamValues } from "./params";
import type { OnnxNode, TorchCode } from "./spelling";

export const categories = [
  "data",
  "linear",
  "conv",
  "norm",
  "pool",
  "attention",
  "recurrent",
  "shape",
  "activation",
  "math",
  "regularization",
  "loss",
  "block",
] as const;
export type Category = (typeof categories)[number];

/** What a rule may know beside its inputs and parameters. */
export interface InferContext {
  readonly batchSize: number;
  /** Whether the network trains (the default) or predicts: dropout and batch norm differ. */
  readonly training?: boolean;
  /** One sample's shape and dtype by name, as the data set offers it; empty when no data are open. */
  readonly data: Readonly<Record<string, { readonly shape: readonly number[]; readonly dtype: DType }>>;
  /** Numbers on the input ports, where they are known beforehand. */
  readonly values?: Readonly<Record<string, readonly number[]>>;
}

/** What a layer may ask for while it lowers itself. */
export interface LowerContext {
  readonly training: boolean;
  /** A fresh uniform [0, 1) tensor, the same again for the same seed and step. */
  random(shape: readonly number[]): Value;
  /** Replaces a buffer at the end of the step (running statistics). */
  update(buffer: string, value: Value): void;
  /** The batch's tensor of that name, for Input. */
  data(name: string): Value;
}

/** From the first number to the second, which int64 does not reach. */
export type Domain = readonly [number, number];

/** Named tensors that a layer owns; `false` leaves one out. */
type Owned = Readonly<Record<string, Weight | false>>;

// oxlint-disable-next-line typescript/no-generated-empty-object-type -- a layer without weights holds none
type Nothing = Readonly<Record<never, never>>;

/** A value for every input port; one that may stay unwired may be undefined, and is then not there at all. */
type Wired<I extends string, Q extends I, T> = Readonly<Record<Exclude<I, Q>, T> & Partial<Record<Q, T>>>;

/** What `lower` gets for them: one that may be left out may be undefined. */
type Held<W> = { readonly [K in keyof W]: false extends W[K] ? Value | undefined : Value };

export interface Layer<
  P extends Record<string, Param> = Record<string, Param>,
  I extends string = string,
  O extends string = string,
  W = Owned,
  B = Owned,
  Q extends I = never,
> {
  /** The name in project files and, where PyTorch has one, that of the `torch.nn` class. */
  readonly type: string;
  /** PyTorch's function or tensor method of the same meaning, if the layer has one: `transpose`, `relu`. */
  readonly functional?: string;
  readonly category: Category;
  /** Other words people search for, in any language. */
  readonly aliases: readonly string[];
  /** One line: what it does. */
  readonly summary: Text;
  /** One paragraph for a beginner. */
  readonly explanation: Text;
  /** In plain mathematical notation: `y = x Wᵀ + b`. */
  readonly formula: string;
  readonly params: P;
  /** Where the function's defaults differ from the class's: `torch.flatten` starts at 0, `nn.Flatten` at 1. */
  readonly functionalDefaults?: Readonly<Partial<Record<keyof P & string, ParamValue>>>;
  /** Names of at most three parameters worth showing on the node. */
  readonly telling: readonly (keyof P & string)[];
  /** Port → the shape it takes, in PyTorch's notation: `(N, C, H, W)`. */
  readonly inputs: Readonly<Record<I, string>>;
  /** Input ports that may stay unwired. */
  readonly optional?: readonly Q[];
  /**
   * What an input may hold, where not every number will do: probabilities from 0 to 1, class numbers from 0 to below
   * their count. Random inputs are drawn from there.
   */
  domain?(
    inputs: Wired<I, NoInfer<Q>, TensorType>,
    p: ParamValues<P>,
  ): Readonly<Partial<Record<NoInfer<I>, Domain>>>;
  readonly outputs: Readonly<Record<O, string>>;
  /** Trained tensors, in PyTorch's order; `false` leaves one out. @throws TensorError when construction fails */
  weights?(p: ParamValues<P>): W;
  /** Kept, not trained. */
  buffers?(p: ParamValues<P>): B;
  /** Output shapes and strides. @throws TensorError with PyTorch's message */
  infer(
    inputs: Wired<I, NoInfer<Q>, TensorType>,
    p: ParamValues<P>,
    context: InferContext,
  ): Readonly<Record<NoInfer<O>, TensorType>>;
  lower(
    ops: Builder,
    inputs: Wired<I, NoInfer<Q>, Value>,
    p: ParamValues<P>,
    weights: Held<W> & Held<B>,
    context: LowerContext,
  ): Readonly<Record<NoInfer<O>, Value>>;
  /** Multiplications and additions of a forward pass; absent means one for each element of the output. */
  flops?(
    inputs: Wired<I, NoInfer<Q>, TensorType>,
    outputs: Readonly<Record<O, TensorType>>,
    p: ParamValues<P>,
  ): number;
  torch(p: ParamValues<P>): TorchCode;
  /** The last node gives the output. */
  onnx(p: ParamValues<P>, inputs: Wired<I, NoInfer<Q>, TensorType>): readonly OnnxNode[];
}

/** A layer whose parameters' and ports' names are only known at run time: what everyone but the layer itself sees. */
export interface AnyLayer
  extends Omit<
    Layer,
    "optional" | "domain" | "infer" | "lower" | "weights" | "buffers" | "flops" | "torch" | "onnx"
  > {
  readonly optional: readonly string[];
  /** What is read instead of the type, where a person has named it: a block. */
  readonly title?: string;
  /** What is read instead of a port's own name, likewise. */
  readonly portNames?: Readonly<Record<string, string>>;
  domain(
    inputs: Readonly<Record<string, TensorType>>,
    p: Params,
  ): Readonly<Record<string, Domain | undefined>>;
  weights(p: Params): Readonly<Record<string, Weight | false>>;
  buffers(p: Params): Readonly<Record<string, Weight | false>>;
  infer(
    inputs: Readonly<Record<string, TensorType>>,
    p: Params,
    context: InferContext,
  ): Readonly<Record<string, TensorType>>;
  lower(
    ops: Builder,
    inputs: Readonly<Record<string, Value>>,
    p: Params,
    weights: Readonly<Record<string, Value | undefined>>,
    context: LowerContext,
  ): Readonly<Record<string, Value>>;
  flops(
    inputs: Readonly<Record<string, TensorType>>,
    outputs: Readonly<Record<string, TensorType>>,
    p: Params,
  ): number;
  torch(p: Params): TorchCode;
  onnx(p: Params, inputs: Readonly<Record<string, TensorType>>): readonly OnnxNode[];
}

export type Params = Readonly<Record<string, ParamValue>>;

export function defineLayer<
  const P extends Record<string, Param>,
  const I extends string,
  const O extends string,
  W extends Owned = Nothing,
  B extends Owned = Nothing,
  const Q extends I = never,
>(layer: Layer<P, I, O, W, B, Q>): AnyLayer {
  const complete = {
    ...layer,
    optional: layer.optional ?? [],
    domain: layer.domain ?? (() => ({})),
    weights: layer.weights ?? (() => ({})),
    buffers: layer.buffers ?? (() => ({})),
    flops:
      layer.flops ?? ((_: unknown, outputs: Readonly<Record<string, TensorType>>) => outputElements(outputs)),
  };
  // The record's own names are forgotten here; the checker hands back exactly the ports and parameters it declares.
  return complete;
}

function outputElements(outputs: Readonly<Record<string, TensorType>>): number {
  return Object.values(outputs).reduce((sum, { shape }) => sum + elementCount(shape), 0);
}
