/** What a dispatch binds for each thing that it reads or writes. */
import type { Slot } from "../program/program";
import type { Node } from "./nodes";
import { assuredArenas } from "./place";
import type { MemorySpecs } from "./plan";
import type { Source } from "./writer";

/** A memory of at most this many elements (hyperparameters, counters) is bound whole, however many of its numbers are read. */
const smallMemory = 1024;

/** The part of a memory that is bound for a slot. */
export function boundSlot(slot: Slot, memories: MemorySpecs): Slot {
  const { length } = memories[slot.memory];
  return length <= smallMemory ? { memory: slot.memory, offset: 0, length } : slot;
}

/** A reshape has its input's elements in the same order: where the one lies, the other does. */
export function baseOf(node: Node): Node {
  return node.kind === "reshape" ? baseOf(node.inputs[0]) : node;
}

/** In how many buffers the sources lie at most. */
export function bufferCount(sources: Iterable<Source>): number {
  const memories = new Set<string>();
  const values = { float32: new Set<Node>(), int64: new Set<Node>() };
  for (const source of sources) {
    if (source.kind === "slot") memories.add(source.slot.memory);
    else values[source.node.dtype].add(source.node);
  }
  const arenas = (dtype: "float32" | "int64") => Math.min(values[dtype].size, assuredArenas[dtype]);
  return memories.size + arenas("float32") + arenas("int64");
}
