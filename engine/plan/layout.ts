/** Where everything that a plan reads and writes lies: the program's memories, and intermediate values in arenas. */
import { elementCount, type Shape } from "../tensor/tensor";
import type { Lifetime, Use } from "./arenas";
import type { Range } from "./bindings";
import type { Group, GroupGraph } from "./groups";
import { isStore, type Node, overlaps } from "./nodes";
import { lifetimeBound, placeValues } from "./place";
import type { MemorySpecs, Placement, PlanBuffer, PlanLimits } from "./plan";
import { baseOf, boundSlot } from "./sources";
import type { Stage } from "./stages";
import type { Source } from "./writer";

/** Offsets of bindings are multiples of this many bytes; see WebGPU's minStorageBufferOffsetAlignment. */
export const bindingAlignment = 256;

export class Layout {
  readonly groups: GroupGraph;
  readonly buffers: PlanBuffer[] = [];
  /** Values that lie in an arena. */
  readonly values: Node[] = [];
  /** The least bytes that the values in arenas could need, and the stage that needs them; see `lifetimeBound`. */
  readonly bound: ReturnType<typeof lifetimeBound>;
  readonly #stages: readonly Stage[];
  readonly #memories: MemorySpecs;
  readonly #aliases = new Map<Node, Source>();
  readonly #ranges = new Map<Node, { readonly buffer: number; readonly offset: number }>();
  readonly #bufferOf = new Map<string, number>();

  constructor(
    groups: GroupGraph,
    stages: readonly Stage[],
    memories: MemorySpecs,
    kept: ReadonlySet<Node>,
    limits: PlanLimits,
  ) {
    this.groups = groups;
    this.#stages = stages;
    this.#memories = memories;
    const all = stages.flat();
    for (const [name, { dtype, length }] of Object.entries(memories)) {
      if (!all.some((group) => touches(group, name))) continue;
      this.#bufferOf.set(name, this.buffers.length);
      this.buffers.push({ name, role: "persistent", dtype, bytes: length * 4 });
    }

    const lifetimes = this.#lifetimes(kept);
    const { places, arenas } = placeValues(lifetimes, this.#uses(limits), {
      alignment: bindingAlignment,
      maxArenaBytes: limits.maxBufferSize,
    });
    const first = this.buffers.length;
    for (const [index, { bytes, dtype }] of arenas.entries()) {
      this.buffers.push({ name: `arena ${index}`, role: "arena", dtype, bytes });
    }
    for (const [index, node] of this.values.entries()) {
      this.#ranges.set(node, { buffer: first + places[index].arena, offset: places[index].offset });
    }
    this.bound = lifetimeBound(lifetimes);
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

  placement(node: Node, shape: Shape): Placement {
    const { buffer, offset, dtype } = this.range({ kind: "value", node });
    return { buffer, offset, shape, dtype };
  }

  /** Goes through all values that need a place, in the order in which they come to be. */
  #lifetimes(kept: ReadonlySet<Node>): Lifetime[] {
    const stageOf = new Map(
      this.#stages.flatMap((stage, index) => stage.map((group) => [group, index] as const)),
    );
    const lifetimes: Lifetime[] = [];
    for (const [index, stage] of this.#stages.entries()) {
      for (const group of stage) {
        for (const node of group.outputs) {
          if (isStore(node)) continue;
          const readers = [...this.groups.readers(node)].map((reader) => stageOf.get(reader) ?? 0);
          const lastRead = Math.max(index, ...readers);
          const alias = kept.has(node) ? null : this.#aliasOf(node, group, index, lastRead);
          if (alias !== null) {
            this.#aliases.set(node, alias);
            continue;
          }
          const to = kept.has(node) ? this.#stages.length : lastRead;
          lifetimes.push({ bytes: byteLength(node), dtype: node.dtype, from: index, to });
          this.values.push(node);
        }
      }
    }
    return lifetimes;
  }

  /** What each stage does with the values that lie in arenas. */
  #uses({ maxStorageBuffersPerShaderStage }: PlanLimits): Use[] {
    const indexOf = new Map(this.values.map((node, index) => [node, index]));
    const inArenas = (nodes: readonly Node[]) =>
      [...new Set(nodes)].flatMap((node) => indexOf.get(node) ?? []);
    return this.#stages.map((stage) => {
      const read = stage.flatMap(({ facts }) => [...facts.reads]);
      const written = stage.flatMap(({ outputs }) => outputs);
      const slots = [...stage.flatMap(({ facts }) => [...facts.loads]), ...written.filter(isStore)].map(
        ({ attributes }) => attributes.slot,
      );
      const aliases = [...read, ...written].flatMap((node) => this.#aliases.get(node) ?? []);
      const memories = new Set([
        ...slots.map(({ memory }) => memory),
        ...aliases.flatMap((source) => (source.kind === "slot" ? [source.slot.memory] : [])),
      ]);
      return {
        reads: inArenas(read),
        writes: inArenas(written),
        room: maxStorageBuffersPerShaderStage - memories.size,
      };
    });
  }

  /** A value that its own dispatch stores needs no other place, if nothing is stored over it while it is read. */
  #aliasOf(node: Node, group: Group, index: number, lastRead: number): Source | null {
    for (const store of group.outputs) {
      if (store.kind !== "store" || baseOf(store.inputs[0]) !== node) continue;
      const { slot } = store.attributes;
      const later = this.#stages.slice(index + 1, lastRead + 1).flat();
      const between = later.flatMap(({ outputs }) => outputs.filter(isStore));
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

export function byteLength(node: Node): number {
  return elementCount(node.shape) * 4;
}

function touches({ facts, outputs }: Group, memory: string): boolean {
  const stores = outputs.filter(isStore);
  return [...facts.loads, ...stores].some((node) => node.attributes.slot.memory === memory);
}
