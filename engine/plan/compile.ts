/** From a program to the plan that computes it: fuse, order, place, write the shaders. Pure, and needs no GPU. */
import type { Kernel } from "../../shaders/index";
import type { Program } from "../program/program";
import type { Access, Locate, WrittenGroup } from "./accesses";
import { type BoundGroup, bindGroup, type Range } from "./bindings";
import { describeGroup, describeStage } from "./describe";
import { fuseNodes } from "./fuse";
import { writeGroup } from "./group-writer";
import type { Group } from "./groups";
import { kernelCode, shaderSource } from "./kernel-source";
import { bindingAlignment, byteLength, Layout } from "./layout";
import {
  bindingTooLarge,
  memoryTooLarge,
  type PlanError,
  tooManyBindings,
  tooManyWorkgroups,
  valueTooLarge,
} from "./limits";
import { isStore, nodeGraph } from "./nodes";
import { inOneText } from "./one-text";
import { everyOptimisation, type Optimisations } from "./optimisations";
import type { Dispatch, MemorySpecs, Part, Plan, PlanLimits, Shader } from "./plan";
import { baseOf } from "./sources";
import { spread, type Work } from "./spread";
import { inStages, type Stage } from "./stages";

export type PlanResult =
  | { readonly ok: true; readonly plan: Plan }
  | { readonly ok: false; readonly error: PlanError };

export interface PlanOptions {
  readonly limits: PlanLimits;
  /** Ids of operations whose values must be found in memory afterwards. */
  readonly keep?: readonly number[];
  /** All when absent. */
  readonly optimisations?: Optimisations;
}

export function planProgram(program: Program, memories: MemorySpecs, options: PlanOptions): PlanResult {
  const result = planOnce(program, memories, options);
  // Kernels side by side bind more than one alone does: too much, perhaps, for a device that they fit one by one.
  const { optimisations = everyOptimisation } = options;
  if (result.ok || !optimisations.merge) return result;
  return planOnce(program, memories, { ...options, optimisations: { ...optimisations, merge: false } });
}

function planOnce(program: Program, memories: MemorySpecs, options: PlanOptions): PlanResult {
  const { limits, keep = [], optimisations = everyOptimisation } = options;
  const { fuse, merge, recompute } = optimisations;
  for (const [name, { length }] of Object.entries(memories)) {
    if (length * 4 > limits.maxBufferSize)
      return { ok: false, error: memoryTooLarge(name, length * 4, limits) };
  }
  const variants = optimisations.variants ? { adapter: limits, table: limits.variants } : null;
  const graph = nodeGraph(program, { keep, optimisations, variants });
  const kept = new Map(
    keep.map((id) => {
      const node = graph.ofOp.get(id);
      if (node === undefined) throw new Error("planner: an operation to be kept is not in the program");
      return [id, baseOf(node)];
    }),
  );
  const maxBindings = limits.maxStorageBuffersPerShaderStage;
  const groups = fuseNodes(graph, {
    maxBindings,
    kept: new Set(kept.values()),
    fuse,
    recompute,
    software: limits.software,
  });
  const stages = inStages(groups, { maxBindings, merge: fuse && merge });
  const layout = new Layout(groups, stages, memories, new Set(kept.values()), limits);
  for (const value of layout.values) {
    if (byteLength(value) > limits.maxStorageBufferBindingSize)
      return { ok: false, error: valueTooLarge(value, byteLength(value), limits) };
  }

  const shaders: Shader[] = [];
  const shaderOf = new Map<string, number>();
  const dispatches: Dispatch[] = [];
  for (const stage of stages) {
    const { shader, ...dispatch } = writeStage(stage, layout, limits);
    const origin = dispatch.origins.at(-1) ?? null;
    const error = beyondLimits(origin, dispatch, limits);
    if (error) return { ok: false, error };
    const index = shaderOf.get(shader.code) ?? shaders.length;
    shaderOf.set(shader.code, index);
    shaders[index] ??= shader;
    dispatches.push({ ...dispatch, shader: index });
  }
  const bytesOf = (wanted: "persistent" | "arena") =>
    layout.buffers.reduce((sum, { role, bytes }) => sum + (role === wanted ? bytes : 0), 0);
  const arenaBytes = bytesOf("arena");
  const placements = [...kept].map(
    ([id, node]) => [id, layout.placement(node, program.ops[id].shape)] as const,
  );
  const parts = inOneText(dispatches.flatMap((dispatch) => dispatch.parts ?? []));
  const plan: Plan = {
    buffers: layout.buffers,
    shaders,
    dispatches: dispatches.map((dispatch) =>
      dispatch.parts ? { ...dispatch, parts: parts.splice(0, dispatch.parts.length) } : dispatch,
    ),
    kept: Object.fromEntries(placements),
    arenaBytes,
    arenaBound: layout.bound.bytes,
    peakBytes: bytesOf("persistent") + arenaBytes,
    peakOrigin: dispatches[layout.bound.at]?.origins.at(-1) ?? null,
  };
  return { ok: true, plan };
}

function beyondLimits(
  origin: string | null,
  { bindings, workgroups }: Pick<Dispatch, "bindings" | "workgroups">,
  limits: PlanLimits,
): PlanError | null {
  const tooLarge = bindings.find(({ bytes }) => bytes > limits.maxStorageBufferBindingSize);
  if (tooLarge) return bindingTooLarge(origin, tooLarge.bytes, limits);
  if (bindings.length > limits.maxStorageBuffersPerShaderStage)
    return tooManyBindings(origin, bindings.length, limits);
  return workgroups[1] > limits.maxComputeWorkgroupsPerDimension
    ? tooManyWorkgroups(origin, workgroups[1], limits)
    : null;
}

function writeStage(
  stage: Stage,
  layout: Layout,
  limits: PlanLimits,
): Omit<Dispatch, "shader"> & { readonly shader: Shader } {
  // Once to see what the kernels access, and again when it is known which binding each access goes through.
  const drafts = stage.map((group) => {
    const { reads, writes } = write(group, layout, limits.software, () => ({
      name: "m",
      shift: 0,
      dtype: "float32",
    }));
    const rangesOf = (accesses: readonly Access[]) => accesses.map(({ source }) => layout.range(source));
    return { group, reads: rangesOf(reads), writes: rangesOf(writes) };
  });
  const { bound, written } = bindDrafts(drafts, layout, limits);
  const described = stage.map((group, index) => describeGroup(group, written[index]));
  const works = written.map((each, index) => ({ ...each, cost: costOf(described[index].flops, each.flops) }));
  const { code, workgroups } = putTogether(works, bound, limits);
  const { bindings } = bound;
  const shader = {
    name: [...new Set(written.map(({ kernel }) => kernel.name))].join(" + "),
    code: code((kernel) => kernel),
  };
  const dispatch = { shader, bindings, workgroups, ...describeStage(described) };
  // Software adapters compile on one thread of the processor, and far longer the more there is in a shader.
  if (!limits.software) return dispatch;
  if (stage.length > 1)
    return { ...dispatch, parts: drafts.map((draft) => writePart(draft, layout, limits)) };
  return written[0].kernel.compact === undefined
    ? dispatch
    : { ...dispatch, parts: [{ code: code(compactForm), bindings, workgroups }] };
}

/** A group, and what it reads and writes. */
interface Draft {
  readonly group: Group;
  readonly reads: readonly Range[];
  readonly writes: readonly Range[];
}

function writePart(draft: Draft, layout: Layout, limits: PlanLimits): Part {
  const { bound, written } = bindDrafts([draft], layout, limits);
  const works = written.map((each) => ({ ...each, cost: 1 }));
  const { code, workgroups } = putTogether(works, bound, limits);
  return { code: code(compactForm), bindings: bound.bindings, workgroups };
}

function bindDrafts(drafts: readonly Draft[], layout: Layout, limits: PlanLimits) {
  const writes = drafts.flatMap((draft) => draft.writes);
  const bound = bindGroup([...drafts.flatMap((draft) => draft.reads), ...writes], {
    written: new Set(writes.map(({ buffer }) => buffer)),
    alignment: bindingAlignment,
    maxBindings: limits.maxStorageBuffersPerShaderStage,
  });
  const locate: Locate = (source) => bound.locate(layout.range(source));
  return { bound, written: drafts.map(({ group }) => write(group, layout, limits.software, locate)) };
}

/** The text of kernels that share a dispatch, and their workgroups. */
function putTogether(works: readonly (WrittenGroup & Work)[], { arrays }: BoundGroup, limits: PlanLimits) {
  const constants = spread(works, limits.software);
  const counts = works.map(({ kernel }, index) => kernel.workgroups(constants[index]));
  const count = counts.reduce((sum, each) => sum + each, 0);
  const width = Math.min(count, limits.maxComputeWorkgroupsPerDimension);
  const code = (form: (kernel: Kernel) => Kernel) => {
    const parts = works.map(({ kernel, element, bodies, steady }, index) => ({
      code: kernelCode(form(kernel), { constants: constants[index], element, bodies, steady }),
      workgroups: counts[index],
    }));
    return shaderSource(parts, arrays, width);
  };
  return { code, workgroups: [width, Math.ceil(count / width), 1] as const };
}

function compactForm(kernel: Kernel): Kernel {
  return kernel.compact === undefined ? kernel : { ...kernel, source: kernel.compact };
}

/** What accompanies a product or a sum takes longer an operation than it does: reads and writes are most of it. */
function costOf(flops: number, ofRoots: number): number {
  return 1 + ofRoots + 10 * (flops - ofRoots);
}

function write(group: Group, layout: Layout, inRows: boolean, locate: Locate): WrittenGroup {
  const outputs = group.outputs.filter((node) => isStore(node) || !layout.isAlias(node));
  const content = { roots: group.roots, outputs };
  const written = writeGroup(content, layout.groups.inMemoryFor([group]), locate, inRows);
  if (written === null) throw new Error("planner: a group that could be written no longer can");
  return written;
}
