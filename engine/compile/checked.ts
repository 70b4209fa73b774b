/** The checked graph: what the checker found out about every node and port, and what is wrong. Plain data. */

import type { GraphEdge, NodeTraining } from "../graph/project";
import type { Weight } from "../layers/initializers";
import type { ParamValue } from "../layers/params";
import type { DType, TensorType } from "../tensor/tensor";
import type { Text } from "../tensor/text";

/** A size: `n` alone, or `n·N` when it grows with the batch. */
export interface Dim {
  readonly n: number;
  readonly batch: boolean;
}

export interface CheckedTensor extends TensorType {
  /** The shape and strides with the batch size left symbolic, for people to read. */
  readonly symbolicShape: readonly Dim[];
  readonly symbolicStride: readonly Dim[];
  readonly contiguous: boolean;
}

export interface CheckedNode {
  readonly id: string;
  readonly type: string;
  /** A unique Python attribute made of the person's name or the type: `conv1`, `linear_2`. Starts its weights' keys. */
  readonly name: string;
  /** Every parameter, defaults filled in and `auto` resolved. */
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly inputs: Readonly<Record<string, CheckedTensor>>;
  readonly outputs: Readonly<Record<string, CheckedTensor>>;
  /** As the graph has it. */
  readonly training?: NodeTraining;
  /** Trained by the optimizer, in the order of `named_parameters()`. */
  readonly weights: Readonly<Record<string, Weight>>;
  /** Kept but not trained: running statistics. */
  readonly buffers: Readonly<Record<string, Weight>>;
  readonly parameterCount: number;
  /** Multiplications and additions of one forward pass over the batch. */
  readonly flops: number;
  /**
   * Those of a training step: forward, and backward once the forward's for each gradient that is computed, of the
   * weights unless they are frozen, and of each input with trained weights behind it. So a layer with weights costs three times its forward,
   * the first of a network twice. The optimizer's work is not counted.
   */
  readonly trainingFlops: number;
  /** Bytes of new memory that the outputs own for the batch; 0 for a view. */
  readonly activationBytes: number;
}

/** One change of the graph; a fix is a list of them, applied as one undoable step. */
export type GraphEdit =
  | { readonly kind: "set-param"; readonly node: string; readonly param: string; readonly value: ParamValue }
  | {
      readonly kind: "set-type";
      readonly node: string;
      readonly type: string;
      readonly params: Readonly<Record<string, ParamValue>>;
    }
  /** Puts a new one-input, one-output node into the wire. */
  | {
      readonly kind: "insert-on-edge";
      readonly edge: string;
      readonly type: string;
      readonly params: Readonly<Record<string, ParamValue>>;
    }
  /** Removes a node and joins what fed its first input to what its output fed. */
  | { readonly kind: "bypass"; readonly node: string }
  /** Ends a node's being bypassed or disabled. */
  | { readonly kind: "enable"; readonly node: string }
  | { readonly kind: "remove-edge"; readonly edge: string };

export interface Fix {
  readonly label: Text;
  readonly edits: readonly GraphEdit[];
}

export interface Diagnostic {
  /** Kebab-case and stable, e.g. `view-not-contiguous`. */
  readonly code: string;
  readonly severity: "error" | "warning";
  /** The node to show it on; null for what concerns the whole graph (no loss, no data). */
  readonly node: string | null;
  readonly port: string | null;
  readonly title: Text;
  /** PyTorch's own words, when PyTorch would raise; null for our own advice. */
  readonly message: string | null;
  readonly explanation: Text;
  /** Nodes upstream that led to it, nearest first. */
  readonly causes: readonly string[];
  /** Best first. */
  readonly fixes: readonly Fix[];
}

export interface CheckedGraph {
  readonly batchSize: number;
  /** Ids of the nodes that could be checked, in topological order. A node with an error, or behind one, is not in `nodes`. */
  readonly order: readonly string[];
  readonly nodes: Readonly<Record<string, CheckedNode>>;
  readonly edges: readonly GraphEdge[];
  readonly diagnostics: readonly Diagnostic[];
  /** All loss nodes in the order of the graph, when each of them checks; none otherwise. Their weighted sum is trained on. */
  readonly losses: readonly string[];
  /** The first loss: its prediction is the network's, and right answers are counted by it. */
  readonly loss: string | null;
  readonly parameterCount: number;
  readonly flops: number;
  readonly trainingFlops: number;
  readonly activationBytes: number;
}

/** What the data set offers to Input nodes: name → one sample's shape (without the batch) and dtype. */
export type DataTensors = Readonly<
  Record<string, { readonly shape: readonly number[]; readonly dtype: DType }>
>;
