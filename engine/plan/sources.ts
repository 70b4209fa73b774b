/** What a dispatch binds for each thing that it reads or writes. */
import type { Slot } from "../program/program";
import type { MemorySpecs } from "./plan";
import type { Source } from "./writer";

/** A memory of at most this many elements (hyperparameters, counters) is bound whole, however many of its numbers are read. */
const smallMemory = 1024;

/** The part of a memory that is bound for a slot. */
export function boundSlot(slot: Slot, memories: MemorySpecs): Slot {
  const { length } = memories[slot.memory];
  return length <= smallMemory ? { memory: slot.memory, offset: 0, length } : slot;
}

/** Equal for sources that one binding serves. */
export function sourceKey(source: Source, memories: MemorySpecs): string {
  if (source.kind === "value") return `value_${source.node.id}`;
  const { memory, offset, length } = boundSlot(source.slot, memories);
  return `${memory}[${offset}+${length}]`;
}
