/** The project file: what a person drew and chose. Plain JSON; nothing in it is derived. */

import type { InitSettings } from "../layers/initializers";
import type { ParamValue } from "../layers/params";

export interface GraphNode {
  readonly id: string;
  /** A layer's `type`, e.g. `Linear`. */
  readonly type: string;
  /** The person's own name for it; empty means none. */
  readonly name: string;
  /** Only what differs from the layer's defaults. */
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly training?: NodeTraining;
  readonly position: { readonly x: number; readonly y: number };
  /** The person's own words about it. */
  readonly note?: string;
  /** Drawn as its head alone. */
  readonly collapsed?: boolean;
  /** `bypass`: its first wired input goes on to what it feeds. `disable`: it and its wires are not there. */
  readonly mode?: "bypass" | "disable";
}

/** How a node's weights begin and learn, and what its loss counts. Only what differs from the defaults. */
export interface NodeTraining {
  /** The optimizer leaves its weights alone, weight decay too; gradients still flow through. */
  readonly frozen?: boolean;
  /** Times the run's learning rate; 1 if absent. */
  readonly lr_factor?: number;
  /** Instead of the optimizer's. */
  readonly weight_decay?: number;
  /** By the weight's name; the layer's own law where absent. */
  readonly init?: Readonly<Record<string, InitSettings>>;
  /** Of a loss: its factor in the sum that is trained on; 1 if absent. */
  readonly loss_weight?: number;
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
  readonly frames?: readonly Frame[];
  /** Which way the wires run: from left to right where absent. */
  readonly direction?: "right" | "down";
  /** What nodes of type `block:<id>` stand for, at every level; the graph inside a block has none of its own. */
  readonly blocks?: readonly Block[];
}

export const frameColours = ["grey", "blue", "green", "amber", "red", "violet"] as const;
export type FrameColour = (typeof frameColours)[number];

/** A coloured area with a title behind the nodes, or a comment. Canvas units. */
export interface Frame {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly colour: FrameColour;
  readonly position: { readonly x: number; readonly y: number };
  readonly size: { readonly width: number; readonly height: number };
}

/** A graph that is used as one node. Its ports are its nodes of type `BlockInput` and `BlockOutput`, by id. */
export interface Block {
  readonly id: string;
  readonly name: string;
  readonly graph: Graph;
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
  | { readonly kind: "idx"; readonly images: string; readonly labels: string }
  | SyntheticSource;

/** Computed by `engine/data/synthetic.ts`, no file. */
export interface SyntheticSource {
  readonly kind: "synthetic";
  readonly set: SyntheticName;
  readonly rows: number;
  /** Standard deviation of what is added to every feature. */
  readonly noise: number;
  readonly seed: number;
}

export const syntheticNames = [
  "and",
  "or",
  "xor",
  "blobs",
  "circles",
  "moons",
  "spirals",
  "waves",
  "sample",
] as const;
export type SyntheticName = (typeof syntheticNames)[number];

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
 * after every training step; ReduceLROnPlateau after every epoch. A cycle peaks at the optimizer's own rate.
 */
export type ScheduleSettings =
  | { readonly type: "constant" }
  | {
      readonly type: "LinearLR";
      readonly start_factor: number;
      readonly end_factor: number;
      readonly total_iters: number;
    }
  | { readonly type: "StepLR"; readonly step_size: number; readonly gamma: number }
  /** A milestone that is listed twice counts twice. */
  | { readonly type: "MultiStepLR"; readonly milestones: readonly number[]; readonly gamma: number }
  | { readonly type: "ExponentialLR"; readonly gamma: number }
  | { readonly type: "CosineAnnealingLR"; readonly T_max: number; readonly eta_min: number }
  | {
      readonly type: "CosineAnnealingWarmRestarts";
      readonly T_0: number;
      readonly T_mult: number;
      readonly eta_min: number;
    }
  | OneCycleSettings
  | PlateauSettings;

export interface OneCycleSettings {
  readonly type: "OneCycleLR";
  readonly total_steps: number;
  /** Share of the steps in which the rate rises. */
  readonly pct_start: number;
  readonly anneal_strategy: "cos" | "linear";
  /** The first rate is the highest over `div_factor`, the last that over `final_div_factor`. */
  readonly div_factor: number;
  readonly final_div_factor: number;
  /** Falls as long as it rose, back to the first rate, and then to the last; else in one go to the last. */
  readonly three_phase: boolean;
  /** Momentum (for Adam, the first beta) falls while the rate rises, and back; no effect where there is neither. */
  readonly cycle_momentum: boolean;
  readonly base_momentum: number;
  readonly max_momentum: number;
}

/** After every epoch looks at the loss (`min`) or accuracy (`max`) of the validation rows, or of the training rows where none are kept. */
export interface PlateauSettings {
  readonly type: "ReduceLROnPlateau";
  readonly mode: "min" | "max";
  readonly factor: number;
  /** So many epochs without a better value are let pass. */
  readonly patience: number;
  /** What counts as better: by more than this share of the best. */
  readonly threshold: number;
  /** Epochs after a reduction that are not counted. */
  readonly cooldown: number;
  readonly min_lr: number;
}

/** Of the gradients of a step, all together, as `torch.nn.utils.clip_grad_norm_` and `clip_grad_value_`. */
export type ClipSettings =
  | { readonly type: "none" }
  | { readonly type: "norm"; readonly max_norm: number; readonly norm_type: 1 | 2 | "inf" }
  | { readonly type: "value"; readonly clip_value: number };

export interface TrainingSettings {
  readonly batch_size: number;
  /** So many batches, one after the other, make one step of the optimizer: as one batch of all their rows. */
  readonly accumulation_steps: number;
  readonly epochs: number;
  readonly seed: number;
  readonly optimizer: OptimizerSettings;
  readonly schedule: ScheduleSettings;
  /** So many steps first, in which the rate rises in equal parts; the schedule begins behind them. 0 for none. */
  readonly warmup_steps: number;
  readonly clip: ClipSettings;
  /** `off`: never one dispatch for whole steps. Absent: where that is faster. */
  readonly whole_step?: "off";
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
  LinearLR: { type: "LinearLR", start_factor: 1, end_factor: 0.1, total_iters: 1000 },
  StepLR: { type: "StepLR", step_size: 100, gamma: 0.5 },
  MultiStepLR: { type: "MultiStepLR", milestones: [500, 1000], gamma: 0.1 },
  ExponentialLR: { type: "ExponentialLR", gamma: 0.999 },
  CosineAnnealingLR: { type: "CosineAnnealingLR", T_max: 1000, eta_min: 0 },
  CosineAnnealingWarmRestarts: { type: "CosineAnnealingWarmRestarts", T_0: 100, T_mult: 2, eta_min: 0 },
  OneCycleLR: {
    type: "OneCycleLR",
    total_steps: 1000,
    pct_start: 0.3,
    anneal_strategy: "cos",
    div_factor: 25,
    final_div_factor: 1e4,
    three_phase: false,
    cycle_momentum: true,
    base_momentum: 0.85,
    max_momentum: 0.95,
  },
  ReduceLROnPlateau: {
    type: "ReduceLROnPlateau",
    mode: "min",
    factor: 0.1,
    patience: 10,
    threshold: 1e-4,
    cooldown: 0,
    min_lr: 0,
  },
} as const satisfies Record<ScheduleSettings["type"], ScheduleSettings>;

export const defaultClips = {
  none: { type: "none" },
  norm: { type: "norm", max_norm: 1, norm_type: 2 },
  value: { type: "value", clip_value: 1 },
} as const satisfies Record<ClipSettings["type"], ClipSettings>;

export const defaultData: DataSettings = {
  source: null,
  validation_split: 0.2,
  standardize: true,
  split_seed: 0,
};

export const defaultTraining: TrainingSettings = {
  batch_size: 32,
  accumulation_steps: 1,
  epochs: 20,
  seed: 0,
  optimizer: defaultOptimizers.Adam,
  schedule: defaultSchedules.constant,
  warmup_steps: 0,
  clip: defaultClips.none,
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
