/** From a program to the plan that computes it: fuse, order, place, write the shaders. Pure, and needs no GPU. */
import type { Program } from "../program/program";
import { elementCount } from "../tensor/tensor";
import { bindGroup, type Range } from "./bindings";
import { describeGroup } from "./describe";
import { fuseNodes } from "./fuse";
import { type WrittenGroup, writeGroup } from "./group-writer";
import type { Group, GroupGraph } from "./groups";
import { kernelSource } from "./kernel-source";
import { bindingTooLarge, memoryTooLarge, type PlanError, tooManyWorkgroups, valueTooLarge } from "./limits";
import { isStore, type Node, nodeGraph, overlaps } from "./nodes";
import { type Lifetime, placeValues } from "./place";
import type { Binding, Dispatch, MemorySpecs, Placement, Plan, PlanBuffer, PlanLimits, Shader } from "./plan";
import { boundSlot } from "./sources";
import type { Source } from "./writer";

export type PlanResult =
  | { readonly ok: true; readonly plan: Plan }
  | { readonly ok: false; readonly error: PlanError };

export interface PlanOptions {
  readonly limits: PlanLimits;
  /** Ids of operations whose values must be found in memory afterwards. */
  readonly keep?: readonly number[];
  /** False: a dispatch for every operation but movement. For tests. */
  readonly fuse?: boolean;
}

/** Offsets of bindings are multiples of this many bytes; see WebGPU's minStorageBufferOffsetAlignment. */
export const bindingAlignment = 256;

export function planProgram(program: Program, memories: MemorySpecs, options: PlanOptions): PlanResult {
  const { limits, keep = [], fuse = true } = options;
  for (const [name, { length }] of Object.entries(memories)) {
    if (length * 4 > limits.maxBufferSize)
      return { ok: false, error: memoryTooLarge(name, length * 4, limits) };
  }
  const graph = nodeGraph(program, keep);
  const kept = new Map(keep.map((id) => [id, baseOf(graph.ofOp.get(id))]));
  const groups = fuseNodes(graph, {
    memories,
    maxBindings: limits.maxStorageBuffersPerShaderStage,
    kept: new Set(kept.values()),
    fuse,
  });
  const layout = new Layout(groups, memories, new Set(kept.values()), limits);
  for (const value of layout.values) {
    if (byteLength(value) > limits.maxStorageBufferBindingSize)
      return { ok: false, error: valueTooLarge(value, byteLength(value), limits) };
  }

  const shaders: Shader[] = [];
  const shaderOf = new Map<string, number>();
  const dispatches: Dispatch[] = [];
  for (const group of layout.order) {
    const { written, bindings, code, workgroups } = writeDispatch(group, layout, limits);
    const tooLarge = bindings.find(({ bytes }) => bytes > limits.maxStorageBufferBindingSize);
    const description = describeGroup(group, written);
    const origin = description.origins.at(-1) ?? null;
    if (tooLarge) return { ok: false, error: bindingTooLarge(origin, tooLarge.bytes, limits) };
    if (workgroups[1] > limits.maxComputeWorkgroupsPerDimension)
      return { ok: false, error: tooManyWorkgroups(origin, workgroups[1], limits) };
    const shader = shaderOf.get(code) ?? shaders.length;
    shaderOf.set(code, shader);
    shaders[shader] ??= { name: written.kernel.name, code };
    dispatches.push({ shader, bindings, workgroups, ...description });
  }
  const persistent = layout.buffers.reduce(
    (sum, { role, bytes }) => sum + (role === "persistent" ? bytes : 0),
    0,
  );
  const arenaBytes = layout.buffers.reduce((sum, { role, bytes }) => sum + (role === "arena" ? bytes : 0), 0);
  const placements = [...kept].map(
    ([id, node]) => [id, layout.placement(node, program.ops[id].shape)] as const,
  );
  const plan: Plan = {
    buffers: layout.buffers,
    shaders,
    dispatches,
    kept: Object.fromEntries(placements),
    arenaBytes,
    peakBytes: persistent + arenaBytes,
    peakOrigin: dispatches[layout.busiest]?.origins.at(-1) ?? null,
  };
  return { ok: true, plan };
}

/** A reshape has its input's elements in the same order: where the one is kept, the other is. */
function baseOf(node: Node | undefined): Node {
  if (node === undefined) throw new Error("planner: an operation to be kept is not in the program");
  return node.kind === "reshape" ? baseOf(node.inputs[0]) : node;
}

function byteLength(node: Node): number {
  return elementCount(node.shape) * 4;
}

function writeDispatch(group: Group, layout: Layout, limits: PlanLimits) {
  const outputs = group.outputs.filter((node) => isStore(node) || !layout.isAlias(node));
  const content = { root: group.root, outputs };
  const inMemory = (node: Node) => {
    const owner = layout.groups.owner(node);
    return owner !== undefined && owner !== group;
  };
  // Once to see what it accesses, and again when it is known which binding each access goes through.
  const draft = written(writeGroup(content, inMemory, () => ({ name: "m", shift: 0 })));
  const accesses = [...draft.reads, ...draft.writes].map(({ source }) => source);
  const writes = new Set(draft.writes.map(({ source }) => layout.range(source).buffer));
  const bound = bindGroup(
    accesses.map((source) => layout.range(source)),
    writes,
    bindingAlignment,
  );
  const result = written(writeGroup(content, inMemory, (source) => bound.locate(layout.range(source))));

  const count = result.kernel.workgroups(result.use.constants);
  const width = Math.min(count, limits.maxComputeWorkgroupsPerDimension);
  const code = kernelSource(result.kernel, {
    constants: { ...result.use.constants, GRID_WIDTH: width },
    element: result.use.element,
    bindings: bound.arrays,
    bodies: result.bodies,
  });
  const bindings: readonly Binding[] = bound.bindings;
  const workgroups: readonly [number, number, number] = [width, Math.ceil(count / width), 1];
  return { written: result, bindings, code, workgroups };
}

function written(group: WrittenGroup | null): WrittenGroup {
  if (group === null) throw new Error("planner: a group that could be written no longer can");
  return group;
}

/** Where everything lies. */
class Layout {
  readonly groups: GroupGraph;
  /** In the order in which they run. */
  readonly order: readonly Group[];
  readonly buffers: PlanBuffer[] = [];
  /** Values that lie in an arena. */
  readonly values: Node[] = [];
  /** The dispatch during which most arena bytes are in use. */
  readonly busiest: number;
  readonly #memories: MemorySpecs;
  readonly #aliases = new Map<Node, Source>();
  readonly #ranges = new Map<Node, { readonly buffer: number; readonly offset: number }>();
  readonly #bufferOf = new Map<string, number>();

  constructor(groups: GroupGraph, memories: MemorySpecs, kept: ReadonlySet<Node>, limits: PlanLimits) {
    this.groups = groups;
    this.order = groups.inOrder();
    this.#memories = memories;
    const place = new Map(this.order.map((group, index) => [group, index]));
    const lastRead = (node: Node) =>
      Math.max(...[...groups.readers(node)].map((group) => place.get(group) ?? 0));
    for (const [name, { dtype, length }] of Object.entries(memories)) {
      if (!this.order.some((group) => touches(group, name))) continue;
      this.#bufferOf.set(name, this.buffers.length);
      this.buffers.push({ name, role: "persistent", dtype, bytes: length * 4 });
    }

    const lifetimes: Lifetime[] = [];
    for (const [index, group] of this.order.entries()) {
      for (const node of group.outputs) {
        if (isStore(node)) continue;
        const alias = kept.has(node) ? null : this.#aliasOf(node, group, index, lastRead(node));
        if (alias !== null) {
          this.#aliases.set(node, alias);
          continue;
        }
        const readAlong = [...group.facts.reads]
          .map((each) => this.values.indexOf(each))
          .filter((each) => each >= 0);
        const to = kept.has(node) ? this.order.length : Math.max(index, lastRead(node));
        this.values.push(node);
        lifetimes.push({ bytes: byteLength(node), from: index, to, readAlong });
      }
    }
    const { places, arenas } = placeValues(lifetimes, bindingAlignment, limits.maxBufferSize);
    const first = this.buffers.length;
    for (const [index, bytes] of arenas.entries()) {
      this.buffers.push({ name: `arena ${index}`, role: "arena", dtype: "mixed", bytes });
    }
    for (const [index, node] of this.values.entries()) {
      this.#ranges.set(node, { buffer: first + places[index].arena, offset: places[index].offset });
    }
    const inUse = this.order.map((_, index) =>
      lifetimes.reduce((sum, { bytes, from, to }) => sum + (from <= index && index <= to ? bytes : 0), 0),
    );
    this.busiest = inUse.indexOf(Math.max(...inUse));
  }

  isAlias(node: Node): boolean {
    return this.#aliases.has(node);
  }

  range(source: Source): Range {
    if (source.kind === "slot") {
      const { memory, offset, length } = source.slot;
      const bound = boundSlot(source.slot, this.#memories);
      return {
        buffer: this.#buffer(memory),
        dtype: this.#memories[memory].dtype,
        offset: offset * 4,
        bytes: length * 4,
        bound: { offset: bound.offset * 4, bytes: bound.length * 4 },
      };
    }
    const { node } = source;
    const alias = this.#aliases.get(node);
    if (alias !== undefined) return this.range(alias);
    const place = this.#ranges.get(node);
    if (place === undefined) throw new Error(`planner: %${node.order} has no place`);
    const bytes = byteLength(node);
    return { ...place, bytes, dtype: node.dtype, bound: { offset: place.offset, bytes } };
  }

  placement(node: Node, shape: readonly number[]): Placement {
    const { buffer, offset, dtype } = this.range({ kind: "value", node });
    return { buffer, offset, shape, dtype };
  }

  /** A value that its own dispatch stores needs no other place, if nothing is stored over it while it is read. */
  #aliasOf(node: Node, group: Group, index: number, lastRead: number): Source | null {
    for (const store of group.outputs) {
      if (store.kind !== "store" || baseOf(store.inputs[0]) !== node) continue;
      const { slot } = store.attributes;
      const between = this.order
        .slice(index + 1, lastRead + 1)
        .flatMap(({ outputs }) => outputs.filter(isStore));
      if (between.every((other) => !overlaps(other.attributes.slot, slot))) return { kind: "slot", slot };
    }
    return null;
  }

  #buffer(memory: string): number {
    const buffer = this.#bufferOf.get(memory);
    if (buffer === undefined) throw new Error(`planner: no memory named ${memory}`);
    return buffer;
  }
}

function touches({ facts, outputs }: Group, memory: string): boolean {
  const stores = outputs.filter(isStore);
  return [...facts.loads, ...stores].some((node) => node.attributes.slot.memory === memory);
}
