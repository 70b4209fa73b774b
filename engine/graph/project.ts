/** The project file: what a person drew and chose. Plain JSON; nothing in it is derived. */

import type { ParamValue } from "../layers/params";

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

/** Names and meanings are those of `torch.optim`. */
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
      readonly type: "Adam" | "AdamW";
      readonly lr: number;
      readonly betas: readonly [number, number];
      readonly eps: number;
      readonly weight_decay: number;
      readonly amsgrad: boolean;
    }
  | {
      readonly type: "RMSprop";
      readonly lr: number;
      readonly alpha: number;
      readonly eps: number;
      readonly weight_decay: number;
      readonly momentum: number;
      readonly centered: boolean;
    }
  | {
      readonly type: "Adagrad";
      readonly lr: number;
      readonly lr_decay: number;
      readonly weight_decay: number;
      readonly initial_accumulator_value: number;
      readonly eps: number;
    }
  | {
      readonly type: "Adadelta";
      readonly lr: number;
      readonly rho: number;
      readonly eps: number;
      readonly weight_decay: number;
    };

/**
 * How the learning rate moves from step to step. Names and meanings are those of `torch.optim.lr_scheduler`, stepped
 * after every training step. A cycle peaks at the optimizer's own rate and leaves its momentum alone.
 */
export type ScheduleSettings =
  | { readonly type: "constant" }
  /** The rate rises in equal parts and is whole at step `warmup_steps - 1`. */
  | { readonly type: "LinearWarmup"; readonly warmup_steps: number }
  | { readonly type: "StepLR"; readonly step_size: number; readonly gamma: number }
  | { readonly type: "ExponentialLR"; readonly gamma: number }
  | { readonly type: "CosineAnnealingLR"; readonly T_max: number; readonly eta_min: number }
  | {
      readonly type: "CosineAnnealingWarmRestarts";
      readonly T_0: number;
      readonly T_mult: number;
      readonly eta_min: number;
    }
  | {
      readonly type: "OneCycleLR";
      readonly total_steps: number;
      /** Share of the steps in which the rate rises. */
      readonly pct_start: number;
    };

export interface TrainingSettings {
  readonly batch_size: number;
  readonly epochs: number;
  readonly seed: number;
  readonly optimizer: OptimizerSettings;
  readonly schedule: ScheduleSettings;
}

export interface Project {
  readonly format: "tensorloom";
  readonly version: 1;
  readonly name: string;
  readonly graph: Graph;
  readonly data: DataSettings;
  readonly training: TrainingSettings;
}

/** PyTorch's defaults, but for SGD, which there has no learning rate and no momentum. */
export const defaultOptimizers = {
  SGD: { type: "SGD", lr: 0.1, momentum: 0.9, dampening: 0, weight_decay: 0, nesterov: false },
  Adam: { type: "Adam", lr: 1e-3, betas: [0.9, 0.999], eps: 1e-8, weight_decay: 0, amsgrad: false },
  AdamW: { type: "AdamW", lr: 1e-3, betas: [0.9, 0.999], eps: 1e-8, weight_decay: 1e-2, amsgrad: false },
  RMSprop: {
    type: "RMSprop",
    lr: 1e-2,
    alpha: 0.99,
    eps: 1e-8,
    weight_decay: 0,
    momentum: 0,
    centered: false,
  },
  Adagrad: {
    type: "Adagrad",
    lr: 1e-2,
    lr_decay: 0,
    weight_decay: 0,
    initial_accumulator_value: 0,
    eps: 1e-10,
  },
  Adadelta: { type: "Adadelta", lr: 1, rho: 0.9, eps: 1e-6, weight_decay: 0 },
} as const satisfies Record<OptimizerSettings["type"], OptimizerSettings>;

export const defaultSchedules = {
  constant: { type: "constant" },
  LinearWarmup: { type: "LinearWarmup", warmup_steps: 100 },
  StepLR: { type: "StepLR", step_size: 100, gamma: 0.5 },
  ExponentialLR: { type: "ExponentialLR", gamma: 0.999 },
  CosineAnnealingLR: { type: "CosineAnnealingLR", T_max: 1000, eta_min: 0 },
  CosineAnnealingWarmRestarts: { type: "CosineAnnealingWarmRestarts", T_0: 100, T_mult: 2, eta_min: 0 },
  OneCycleLR: { type: "OneCycleLR", total_steps: 1000, pct_start: 0.3 },
} as const satisfies Record<ScheduleSettings["type"], ScheduleSettings>;

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
  schedule: defaultSchedules.constant,
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
