/** The project file: what a person drew and chose. Plain JSON; nothing in it is derived. */

export type ParamValue = number | boolean | string | null | readonly number[];

export interface GraphNode {
  readonly id: string;
  /** A layer's `type`, e.g. `Linear`. */
  readonly type: string;
  /** The person's own name for it; empty means none. */
  readonly name: string;
  /** Only what differs from the layer's defaults. */
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly position: { readonly x: number; readonly y: number };
}

export interface PortRef {
  readonly node: string;
  readonly port: string;
}

/** A wire from an output port to an input port. An input port takes one wire, an output port any number. */
export interface GraphEdge {
  readonly id: string;
  readonly from: PortRef;
  readonly to: PortRef;
}

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** Where the data come from. Paths are relative to the project file; the browser knows files by name only. */
export type DataSource =
  | {
      readonly kind: "csv";
      readonly file: string;
      readonly target: string;
      readonly task: "classification" | "regression";
    }
  | { readonly kind: "images"; readonly folder: string }
  | { readonly kind: "idx"; readonly images: string; readonly labels: string };

export interface DataSettings {
  readonly source: DataSource | null;
  /** Share of the rows kept for validation, 0 ≤ v < 1. */
  readonly validation_split: number;
  /** Subtract the mean and divide by the standard deviation of the training rows (columns; for images one of each per channel). */
  readonly standardize: boolean;
  readonly split_seed: number;
}

export type OptimizerSettings =
  | {
      readonly type: "SGD";
      readonly lr: number;
      readonly momentum: number;
      readonly dampening: number;
      readonly weight_decay: number;
      readonly nesterov: boolean;
    }
  | {
      readonly type: "Adam";
      readonly lr: number;
      readonly betas: readonly [number, number];
      readonly eps: number;
      readonly weight_decay: number;
    };

export interface TrainingSettings {
  readonly batch_size: number;
  readonly epochs: number;
  readonly seed: number;
  readonly optimizer: OptimizerSettings;
}

export interface Project {
  readonly format: "tensorloom";
  readonly version: 1;
  readonly name: string;
  readonly graph: Graph;
  readonly data: DataSettings;
  readonly training: TrainingSettings;
}

export const defaultOptimizers = {
  SGD: { type: "SGD", lr: 0.1, momentum: 0.9, dampening: 0, weight_decay: 0, nesterov: false },
  Adam: { type: "Adam", lr: 1e-3, betas: [0.9, 0.999], eps: 1e-8, weight_decay: 0 },
} as const satisfies Record<OptimizerSettings["type"], OptimizerSettings>;

export const defaultData: DataSettings = {
  source: null,
  validation_split: 0.2,
  standardize: true,
  split_seed: 0,
};

export const defaultTraining: TrainingSettings = {
  batch_size: 32,
  epochs: 20,
  seed: 0,
  optimizer: defaultOptimizers.Adam,
};

export function emptyProject(name: string): Project {
  return {
    format: "tensorloom",
    version: 1,
    name,
    graph: { nodes: [], edges: [] },
    data: defaultData,
    training: defaultTraining,
  };
}
