/**
 * What the GPU will do: shader sources, dispatches and buffers. Plain data: it can be printed, compared, tested
 * without a GPU, shown in the app and exported. `runtime/` replays it.
 */
import type { Phase } from "../program/program";
import type { DType, Shape } from "../tensor/tensor";
import type { Adapter, VariantTable } from "./variants";

/**
 * `persistent`: a program's memory (params, optimizer, data.features, …), shared by all plans of a session.
 * `arena`: holds intermediates; two tensors that are never alive at once may share its bytes.
 */
export interface PlanBuffer {
  readonly name: string;
  readonly role: "persistent" | "arena";
  readonly dtype: DType | "mixed";
  readonly bytes: number;
}

export interface Shader {
  /** The kernel file or generator it came from: `matmul`, `elementwise`. */
  readonly name: string;
  readonly code: string;
}

/** A part of what a dispatch does, as a dispatch of its own. */
export interface Part {
  readonly code: string;
  readonly bindings: readonly Binding[];
  /** What its text's uniform holds, bound behind the others; see `one-text.ts`. */
  readonly numbers?: Uint32Array;
  readonly workgroups: readonly [number, number, number];
}

export interface Binding {
  /** Index in `buffers`. */
  readonly buffer: number;
  /** In bytes; a multiple of 256. */
  readonly offset: number;
  readonly bytes: number;
  readonly access: "read" | "read_write" | "uniform";
}

export interface Dispatch {
  /** Index in `shaders`. The entry point is `main`, the bindings are group 0, in order. */
  readonly shader: number;
  readonly bindings: readonly Binding[];
  readonly workgroups: readonly [number, number, number];
  /**
   * Its kernels one by one and in compact form, or a whole step some barriers at a time, with the same results to the last
   * bit: together they are compiled much sooner than its shader.
   */
  readonly parts?: readonly Part[];
  /** The operations it computes, by id in the program. */
  readonly ops: readonly number[];
  /** The graph nodes they came from. */
  readonly origins: readonly string[];
  readonly phase: Phase;
  /** What it does in a few words: `matmul + add + relu`. */
  readonly label: string;
  /** Floating-point operations and bytes read and written, for the roofline. */
  readonly flops: number;
  readonly bytes: number;
}

/** Where a program's value can be found after the plan has run, until its memory is used again. */
export interface Placement {
  readonly buffer: number;
  readonly offset: number;
  readonly shape: Shape;
  readonly dtype: DType;
}

export interface Plan {
  readonly buffers: readonly PlanBuffer[];
  readonly shaders: readonly Shader[];
  readonly dispatches: readonly Dispatch[];
  /** Values that were asked to be kept (taps), by op id. */
  readonly kept: Readonly<Record<number, Placement>>;
  /** Bytes of the arenas together. */
  readonly arenaBytes: number;
  /** The least that they could be: the bytes of all values that are alive at once; see `lifetimeBound`. */
  readonly arenaBound: number;
  /** Arena and persistent bytes: what the plan needs at its peak. */
  readonly peakBytes: number;
  /** The graph node whose dispatch needs the most arena bytes at once. */
  readonly peakOrigin: string | null;
  /** Set where some dispatches run several times: so many of them, in order, are done so often; all together. */
  readonly runs?: readonly Run[];
  /** Set for a plan of one dispatch that runs its program as often as it has workgroups; see `whole-step.ts`. */
  readonly repeats?: "inside";
}

/** What a dispatch does, in what is compiled the soonest. */
export function soonest(
  { shaders }: Plan,
  { shader, bindings, workgroups, parts }: Dispatch,
): readonly Part[] {
  return parts ?? [{ code: shaders[shader].code, bindings, workgroups }];
}

/** How much larger the arenas are than what is alive at once; 1 is the best. */
export function overBound({ arenaBytes, arenaBound }: Pick<Plan, "arenaBytes" | "arenaBound">): number {
  return arenaBound === 0 ? 1 : arenaBytes / arenaBound;
}

export interface Run {
  readonly dispatches: number;
  readonly times: number;
}

/** The dispatches' indices in the order in which the plan does them. */
export function turnsOf(plan: Plan): readonly number[] {
  const turns: number[] = [];
  let first = 0;
  for (const { dispatches: count, times } of runsOf(plan)) {
    const indices = Array.from({ length: count }, (_, i) => first + i);
    for (let time = 0; time < times; time++) turns.push(...indices);
    first += count;
  }
  return turns;
}

/** How often the plan does each dispatch. */
export function timesOf(plan: Plan): readonly number[] {
  return runsOf(plan).flatMap(({ dispatches, times }) => new Array<number>(dispatches).fill(times));
}

/** What a dispatch does, and how often: `3 × matmul + add`. */
export function labelOf({ label }: Pick<Dispatch, "label">, times: number): string {
  return times === 1 ? label : `${times} × ${label}`;
}

function runsOf({ dispatches, runs }: Plan): readonly Run[] {
  return runs ?? [{ dispatches: dispatches.length, times: 1 }];
}

/** Sizes of the program's memories, by name. */
export interface MemorySpec {
  readonly dtype: DType;
  /** In elements. */
  readonly length: number;
}
export type MemorySpecs = Readonly<Record<string, MemorySpec>>;

/** The device limits that a plan must respect (see GPUSupportedLimits), and what decides between kernels. */
export interface PlanLimits extends Adapter {
  /** Kernels that were found to be the fastest by measuring. */
  readonly variants?: VariantTable;
  readonly maxStorageBuffersPerShaderStage: number;
  readonly maxComputeWorkgroupsPerDimension: number;
  readonly maxStorageBufferBindingSize: number;
  readonly maxBufferSize: number;
}

/** What every WebGPU device offers. */
export const defaultLimits: PlanLimits = {
  maxStorageBuffersPerShaderStage: 8,
  maxComputeWorkgroupsPerDimension: 65535,
  maxStorageBufferBindingSize: 134_217_728,
  maxBufferSize: 268_435_456,
  software: false,
  subgroups: false,
};
