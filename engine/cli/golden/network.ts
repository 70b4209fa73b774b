/** A golden case's network: layers called one after the other, as the case's `nodes` name them. */

import { fillDefaults, resolveAuto } from "../../compile/check-params";
import type { AnyLayer, Params } from "../../layers/define";
import type { Weight } from "../../layers/initializers";
import type { MemorySpecs } from "../../plan/plan";
import type { Builder, Value } from "../../program/builder";
import type { Slot } from "../../program/program";
import { contiguousType, type DType, elementCount, type TensorType } from "../../tensor/tensor";
import { layerOfCase } from "./layer-of-case";

export interface CaseTensor {
  readonly shape: readonly number[];
  readonly data: readonly number[];
  readonly dtype?: DType;
}

export interface CaseNode {
  readonly name: string;
  readonly op: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly inputs: readonly string[];
}

export interface NetworkTensor extends Slot {
  /** `<node>.<parameter>` */
  readonly name: string;
  readonly node: string;
  readonly parameter: string;
  readonly shape: readonly number[];
  readonly init: Weight["init"];
}

interface PlacedNode {
  readonly node: CaseNode;
  readonly layer: AnyLayer;
  readonly params: Params;
}

/** The case's layers with resolved parameters, and where their weights and buffers lie in `params` and `buffers`. */
export interface CaseNetwork {
  readonly nodes: readonly PlacedNode[];
  readonly params: readonly NetworkTensor[];
  readonly buffers: readonly NetworkTensor[];
  readonly specs: MemorySpecs;
}

/** The layers that do not exist yet, or the network. */
export function placeNetwork(
  nodes: readonly CaseNode[],
  inputs: Readonly<Record<string, { readonly shape: readonly number[]; readonly dtype?: DType }>>,
): { readonly ok: true; readonly network: CaseNetwork } | { readonly ok: false; readonly missing: string } {
  const types: Record<string, TensorType> = Object.fromEntries(
    Object.entries(inputs).map(([name, { shape, dtype }]) => [
      name,
      contiguousType(dtype ?? "float32", shape),
    ]),
  );
  const placed: PlacedNode[] = [];
  const params: NetworkTensor[] = [];
  const buffers: NetworkTensor[] = [];
  const lengths = { params: 0, buffers: 0 };
  for (const node of nodes) {
    const found = layerOfCase(node.op, node.args, node.inputs.length);
    if (!found) return { ok: false, missing: node.op };
    const { layer } = found;
    const ports = named(
      Object.keys(layer.inputs),
      node.inputs.map((name) => types[name]),
    );
    const resolved = resolveAuto(layer, fillDefaults(layer, found.params), ports);
    const outputs = layer.infer(ports, resolved, { batchSize: 1, data: {} });
    types[node.name] = Object.values(outputs)[0];
    for (const [memory, tensors, list] of [
      ["params", layer.weights(resolved), params],
      ["buffers", layer.buffers(resolved), buffers],
    ] as const) {
      for (const [parameter, weight] of Object.entries(tensors)) {
        if (!weight) continue;
        const length = elementCount(weight.shape);
        const slot = { memory, offset: lengths[memory], length };
        list.push({ ...weight, ...slot, parameter, node: node.name, name: `${node.name}.${parameter}` });
        lengths[memory] += Math.ceil(length / 64) * 64;
      }
    }
    placed.push({ node, layer, params: resolved });
  }
  const float = (length: number) => ({ dtype: "float32", length: Math.max(length, 64) }) as const;
  const specs = {
    params: float(lengths.params),
    grads: float(lengths.params),
    buffers: float(lengths.buffers),
  };
  return { ok: true, network: { nodes: placed, params, buffers, specs } };
}

export interface LoweredCase {
  /** Each node's first output, and the inputs. */
  readonly values: Readonly<Record<string, Value>>;
  /** All outputs of each node, in the order of its ports. */
  readonly outputs: Readonly<Record<string, readonly Value[]>>;
  /** In the order of `network.params`. */
  readonly params: readonly Value[];
  readonly updates: readonly { readonly slot: Slot; readonly value: Value }[];
}

export function lowerCase(
  ops: Builder,
  network: CaseNetwork,
  inputs: Readonly<Record<string, Value>>,
  training: boolean,
): LoweredCase {
  const load = ({ memory, offset, length, shape }: NetworkTensor) =>
    ops.load({ memory, offset, length }, shape);
  const weights = network.params.map((slot) => ({ slot, value: load(slot) }));
  const buffers = network.buffers.map((slot) => ({ slot, value: load(slot) }));
  const values: Record<string, Value> = { ...inputs };
  const all: Record<string, readonly Value[]> = {};
  const updates: { slot: Slot; value: Value }[] = [];
  for (const { node, layer, params } of network.nodes) {
    const own = [...weights, ...buffers].filter(({ slot }) => slot.node === node.name);
    const outputs = layer.lower(
      ops,
      named(
        Object.keys(layer.inputs),
        node.inputs.map((name) => values[name]),
      ),
      params,
      Object.fromEntries(own.map(({ slot, value }) => [slot.parameter, value])),
      {
        training,
        random: () => {
          throw new Error("golden: no case draws random numbers");
        },
        data: () => {
          throw new Error("golden: no case has Input nodes");
        },
        update: (buffer, value) => {
          const found = own.find(({ slot }) => slot.parameter === buffer);
          if (!found) throw new Error(`golden: ${node.name} has no buffer ${buffer}`);
          const { memory, offset, length } = found.slot;
          updates.push({ slot: { memory, offset, length }, value });
        },
      },
    );
    all[node.name] = Object.values(outputs);
    values[node.name] = all[node.name][0];
  }
  return { values, outputs: all, params: weights.map(({ value }) => value), updates };
}

function named<T>(names: readonly string[], values: readonly T[]): Record<string, T> {
  return Object.fromEntries(values.map((value, i) => [names[i], value]));
}
