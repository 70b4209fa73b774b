/** What an explanation of a mistake may look at, and what it says. */

import type { Graph, GraphEdge, GraphNode } from "../graph/project";
import type { Params } from "../layers/define";
import type { ParamValue } from "../layers/params";
import type { TensorError } from "../tensor/errors";
import type { Text } from "../tensor/text";
import { formatShape } from "./check-batch";
import { formatParam } from "./check-params";
import type { CheckedNode, CheckedTensor, DataTensors, Fix } from "./checked";

/** A node whose rule has failed, and what is known around it. */
export interface Site {
  readonly graph: Graph;
  readonly node: GraphNode;
  /** Defaults filled in, `auto` resolved. */
  readonly params: Params;
  readonly inputs: Readonly<Record<string, CheckedTensor>>;
  /** The wire into each port. */
  readonly wires: Readonly<Record<string, GraphEdge>>;
  /** All nodes that have been checked so far, so all upstream. */
  readonly checked: Readonly<Record<string, CheckedNode>>;
  readonly batchSize: number;
  readonly data: DataTensors;
  /** What the person calls a node. */
  label(id: string): string;
}

export interface Explanation {
  readonly title: Text;
  readonly explanation: Text;
  readonly port?: string | null;
  /** Null where the words are ours and not PyTorch's. */
  readonly message?: null;
  /** Left out: the nodes that feed this one. */
  readonly causes?: readonly string[];
  readonly fixes?: readonly Fix[];
}

export type Explain = (site: Site, error: TensorError) => Explanation;

/** What arrives: `x (N×16) from relu and y (N×8) from fc` */
export function arrivals(site: Site): Text {
  const ports = Object.entries(site.inputs).map(([port, tensor]) => ({
    port,
    shape: formatShape(tensor.symbolicShape),
    from: site.label(site.wires[port].from.node),
  }));
  if (ports.length === 0) return { en: "nothing", zh: "空输入" };
  return {
    en: ports.map(({ port, shape, from }) => `${port} (${shape}) from ${from}`).join(" and "),
    zh: ports.map(({ port, shape, from }) => `来自 ${from} 的 ${port}（${shape}）`).join("和"),
  };
}

/** The only input of a layer with one, or the first, with its port and the node that feeds it. */
export function onlyInput(site: Site): Arrival {
  return inputAt(site, Object.keys(site.inputs)[0]);
}

export interface Arrival {
  readonly port: string;
  readonly tensor: CheckedTensor;
  readonly from: string;
  readonly edge: string;
}

export function inputAt({ inputs, wires }: Site, port: string): Arrival {
  return { port, tensor: inputs[port], from: wires[port].from.node, edge: wires[port].id };
}

/**
 * "Set padding to same"
 * @param text what the value is called, where it is not what a person writes
 */
export function setParam(node: string, param: string, value: ParamValue, text = formatParam(value)): Fix {
  return {
    label: { en: `Set ${param} to ${text}`, zh: `把 ${param} 设为 ${text}` },
    edits: [{ kind: "set-param", node, param, value }],
  };
}

/** Batch norm needs several samples, group norm looks at each by itself. */
export function useGroupNorm(node: string): Fix {
  return {
    label: { en: "Use GroupNorm", zh: "改用 GroupNorm" },
    edits: [{ kind: "set-type", node, type: "GroupNorm", params: {} }],
  };
}
