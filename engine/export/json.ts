/**
 * The graph as JSON for other tools. The project file holds what a person drew; this holds what the checker found
 * besides: resolved parameters, shapes, strides, weights, costs and problems. Nodes go by their names.
 */

import type { CheckedGraph, CheckedNode, CheckedTensor, Dim } from "../compile/checked";
import type { Project } from "../graph/project";
import type { Weight } from "../layers/initializers";
import type { ParamValue } from "../layers/params";
import type { DType } from "../tensor/tensor";

export interface GraphJson {
  readonly format: "tensorloom-graph";
  readonly version: 1;
  readonly name: string;
  /** The batch size that the strides and costs were found for; shapes call it N. */
  readonly batch_size: number;
  /** In topological order; a node with an error, or behind one, is left out. */
  readonly nodes: readonly NodeJson[];
  /** Wires between those nodes. */
  readonly edges: readonly { readonly from: PortJson; readonly to: PortJson }[];
  /** The name of the loss node, the first where there are several. */
  readonly loss: string | null;
  readonly parameter_count: number;
  /** Multiplications and additions of a forward pass over the batch. */
  readonly flops: number;
  readonly problems: readonly ProblemJson[];
}

export interface NodeJson {
  readonly name: string;
  /** The layer's type, as `torch.nn` calls it where it has one. */
  readonly type: string;
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly inputs: Readonly<Record<string, TensorJson>>;
  readonly outputs: Readonly<Record<string, TensorJson>>;
  /** Trained tensors: `<node>.<name>` in a safetensors file or a PyTorch state_dict. */
  readonly weights: Readonly<Record<string, { readonly shape: readonly number[] }>>;
  /** Kept but not trained, named likewise. */
  readonly buffers: Readonly<Record<string, { readonly shape: readonly number[] }>>;
  readonly parameter_count: number;
  readonly flops: number;
}

export interface TensorJson {
  /** A number, or `N` and its multiples: `["N", 64]`, `["2N", 8]`. */
  readonly shape: readonly (number | string)[];
  /** PyTorch's, in elements, for the batch size above. */
  readonly stride: readonly number[];
  readonly dtype: DType;
}

export interface PortJson {
  readonly node: string;
  readonly port: string;
}

export interface ProblemJson {
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly node: string | null;
  /** PyTorch's words where it would raise, our own otherwise. */
  readonly message: string;
}

export function graphJson(project: Project, checked: CheckedGraph): GraphJson {
  const drawn = new Map(project.graph.nodes.map((node) => [node.id, node.name || node.id]));
  const name = (id: string): string => checked.nodes[id]?.name ?? drawn.get(id) ?? id;
  return {
    format: "tensorloom-graph",
    version: 1,
    name: project.name,
    batch_size: checked.batchSize,
    nodes: checked.order.map((id) => nodeJson(checked.nodes[id])),
    edges: checked.edges
      .filter(({ from, to }) => from.node in checked.nodes && to.node in checked.nodes)
      .map(({ from, to }) => ({
        from: { node: name(from.node), port: from.port },
        to: { node: name(to.node), port: to.port },
      })),
    loss: checked.loss === null ? null : name(checked.loss),
    parameter_count: checked.parameterCount,
    flops: checked.flops,
    problems: checked.diagnostics.map(({ code, severity, node, message, title }) => ({
      code,
      severity,
      node: node === null ? null : name(node),
      message: message ?? title.en,
    })),
  };
}

function nodeJson(node: CheckedNode): NodeJson {
  return {
    name: node.name,
    type: node.type,
    params: node.params,
    inputs: mapValues(node.inputs, tensorJson),
    outputs: mapValues(node.outputs, tensorJson),
    weights: mapValues(node.weights, weightJson),
    buffers: mapValues(node.buffers, weightJson),
    parameter_count: node.parameterCount,
    flops: node.flops,
  };
}

function tensorJson({ symbolicShape, stride, dtype }: CheckedTensor): TensorJson {
  return { shape: symbolicShape.map(dimJson), stride, dtype };
}

function weightJson({ shape }: Weight): { readonly shape: readonly number[] } {
  return { shape };
}

function dimJson({ n, batch }: Dim): number | string {
  if (!batch) return n;
  return n === 1 ? "N" : `${n}N`;
}

function mapValues<T, R>(
  record: Readonly<Record<string, T>>,
  convert: (value: T) => R,
): Readonly<Record<string, R>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, convert(value)]));
}
