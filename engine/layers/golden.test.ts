/** Layers against PyTorch: shapes, parameters, errors, strides and laws of initialisation. */
import { describe, expect, it } from "vitest";
import initFile from "../golden/init.json";
import layoutsFile from "../golden/layouts.json";
import shapesFile from "../golden/shapes.json";
import { TensorError } from "../tensor/errors";
import { contiguousType, type DType, isContiguous, type Shape, type TensorType } from "../tensor/tensor";
import { type ViewArgument, viewOps } from "../tensor/view-ops";
import { view } from "../tensor/views";
import { layerOf, layerOfFunctional } from "./catalogue";
import type { AnyLayer, Params } from "./define";
import type { Initializer } from "./initializers";
import { fromTorchArgs } from "./torch-args";

interface ShapeCase {
  readonly id: string;
  readonly op: string;
  readonly args: Params;
  readonly training?: boolean;
  readonly inputs: readonly { readonly shape: Shape; readonly dtype?: DType }[];
  readonly outputs?: readonly Shape[];
  readonly params?: readonly { readonly name: string; readonly shape: Shape }[];
  readonly param_count?: number;
  readonly buffers?: readonly { readonly name: string; readonly shape: Shape }[];
  readonly error?: { readonly where: string; readonly type: string; readonly message: string };
}
interface LayoutCase {
  readonly inputs: readonly {
    readonly shape: Shape;
    readonly ops: readonly (readonly [string, ...ViewArgument[]])[];
  }[];
  readonly layer: string;
  readonly args: Params;
  readonly output: {
    readonly shape: Shape;
    readonly stride: readonly number[];
    readonly contiguous: boolean;
  };
  readonly view?: { readonly shape: Shape; readonly stride?: readonly number[]; readonly error?: string };
}
interface Law {
  readonly shape: Shape;
  readonly distribution: string;
  readonly bound?: number;
  readonly value?: number;
}
interface InitCase {
  readonly id: string;
  readonly kind: string;
  readonly op?: string;
  readonly args: Params;
  readonly params?: Readonly<Record<string, Law>>;
}
// The inferred types of the JSON files are unions of hundreds of shapes.
const shapeCases = shapesFile.cases as unknown as readonly ShapeCase[];
const layoutCases = layoutsFile.cases as unknown as readonly LayoutCase[];
const initCases = initFile.cases as unknown as readonly InitCase[];

function find(op: string): AnyLayer | undefined {
  return layerOf(op) ?? layerOfFunctional(op);
}

/** The inputs by port. */
function ports(layer: AnyLayer, types: readonly TensorType[]): Readonly<Record<string, TensorType>> {
  return Object.fromEntries(Object.keys(layer.inputs).map((port, i) => [port, types[i]]));
}

function isFunction(op: string): boolean {
  return layerOf(op) === undefined;
}

function count(shapes: readonly { readonly shape: Shape }[]): number {
  return shapes.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
}

function named(owned: ReturnType<AnyLayer["weights"]>): { readonly name: string; readonly shape: Shape }[] {
  return Object.entries(owned).flatMap(([name, weight]) => (weight ? [{ name, shape: weight.shape }] : []));
}

describe("golden shapes", () => {
  const known = shapeCases.filter((each) => find(each.op));

  it("cover these layers", () => expect(known.length).toBe(425));

  it.each(known.map((each) => [each.id, each] as const))("%s", (_, each) => {
    const layer = find(each.op);
    if (!layer) throw new Error(`no layer ${each.op}`);
    const inputs = ports(
      layer,
      each.inputs.map(({ shape, dtype = "float32" }) => contiguousType(dtype, shape)),
    );
    const p = fromTorchArgs(layer, each.args, inputs, isFunction(each.op));
    const construct = () => ({ weights: named(layer.weights(p)), buffers: named(layer.buffers(p)) });
    const forward = () => layer.infer(inputs, p, { batchSize: 2, data: {}, training: each.training ?? true });

    if (each.error) {
      if (each.error.where === "forward") construct();
      const { torchType, message } = thrown(each.error.where === "construct" ? construct : forward);
      expect({ type: torchType, message }).toEqual({ type: each.error.type, message: each.error.message });
      return;
    }
    expect(Object.values(forward()).map(({ shape }) => shape)).toEqual(each.outputs);
    if (each.params) {
      const { weights, buffers } = construct();
      expect({ weights, buffers }).toEqual({ weights: each.params, buffers: each.buffers });
      expect(count(weights)).toBe(each.param_count);
    }
  });
});

function thrown(run: () => unknown): TensorError {
  try {
    run();
  } catch (error) {
    if (error instanceof TensorError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("golden layouts", () => {
  // PyTorch's own layers, and the functions of the same names.
  const layerName = (name: string): string => name.replace(/\(.*\)/, "");
  const known = layoutCases.filter((each) => find(layerName(each.layer)));

  it("cover these layers", () => expect(known.length).toBe(491));

  it.each(known.map((each, i) => [i, each.layer, each] as const))("%i %s", (_, name, each) => {
    const layer = find(layerName(name));
    if (!layer) throw new Error(`no layer ${name}`);
    const types = each.inputs.map(({ shape, ops }) =>
      ops.reduce((x, [op, ...args]) => viewOps[op](x, args)[0], contiguousType("float32", shape)),
    );
    const inputs = ports(layer, types);
    const training = name === "Dropout(eval)" ? false : each.args.training !== false;
    const p = fromTorchArgs(layer, each.args, inputs, isFunction(layerName(name)));
    const { y } = layer.infer(inputs, p, { batchSize: 2, data: {}, training });
    const { shape, stride } = y;
    expect({ shape, stride, contiguous: isContiguous(y) }).toEqual(each.output);
    if (each.view?.error) expect(thrown(() => view(y, each.view?.shape ?? [])).message).toBe(each.view.error);
    else if (each.view) expect(view(y, each.view.shape).stride).toEqual(each.view.stride);
  });
});

describe("golden laws of initialisation", () => {
  const known = initCases.filter((each) => each.kind === "layer" && each.op && find(each.op));

  it("cover these layers", () => expect(known.length).toBe(11));

  it.each(known.map((each) => [each.id, each] as const))("%s", (_, each) => {
    const layer = find(each.op ?? "");
    if (!layer) throw new Error(`no layer ${each.op}`);
    const p = fromTorchArgs(layer, each.args);
    const owned = { ...layer.weights(p), ...layer.buffers(p) };
    expect(Object.keys(owned)).toEqual(Object.keys(each.params ?? {}));
    for (const [name, law] of Object.entries(each.params ?? {})) {
      const weight = owned[name];
      if (!weight) throw new Error(`${name} is missing`);
      expect(weight.shape).toEqual(law.shape);
      expect(weight.init.kind).toBe(law.distribution);
      expect(relativeError(weight.init, law)).toBeLessThan(1e-6);
    }
  });
});

function relativeError(init: Initializer, law: Law): number {
  const got = init.kind === "constant" ? init.value : init.kind === "uniform" ? init.bound : init.std;
  const want = law.value ?? law.bound ?? Number.NaN;
  return Math.abs(got - want) / Math.max(Math.abs(want), 1e-9);
}
