/**
 * Where intermediate values lie: a few arenas, in which values of one dtype that are never alive at once share bytes.
 * A dispatch's results go to another arena than what it reads where that can be, so that what it reads is bound
 * read-only.
 */
import type { DType } from "../tensor/tensor";

export interface Lifetime {
  readonly bytes: number;
  readonly dtype: DType;
  /** The dispatch that writes it, and the last that reads it. */
  readonly from: number;
  readonly to: number;
  /** Indices of the values that the writing dispatch reads. */
  readonly readAlong: readonly number[];
}

export interface Place {
  readonly arena: number;
  readonly offset: number;
}

export interface Placing {
  /** For each lifetime, in their order. */
  readonly places: readonly Place[];
  readonly arenas: readonly Arena[];
}

export interface Arena {
  readonly dtype: DType;
  readonly bytes: number;
}

/** Arenas beside these are only opened when these are full. */
export const arenasOf: Readonly<Record<DType, number>> = { float32: 3, int64: 1 };

/** @param lifetimes in the order in which they begin */
export function placeValues(
  lifetimes: readonly Lifetime[],
  alignment: number,
  maxArenaBytes: number,
): Placing {
  const places: Place[] = [];
  const arenas: { dtype: DType; bytes: number }[] = [];
  for (const [index, lifetime] of lifetimes.entries()) {
    const bytes = roundUp(lifetime.bytes, alignment);
    const read = new Set(lifetime.readAlong.filter((each) => each < index).map((each) => places[each].arena));
    const alive = places.flatMap((place, other) =>
      lifetimes[other].to >= lifetime.from
        ? [{ ...place, end: place.offset + roundUp(lifetimes[other].bytes, alignment) }]
        : [],
    );
    const { dtype } = lifetime;
    const options = arenas.flatMap((each, arena) => {
      if (each.dtype !== dtype) return [];
      const blocks = alive.filter((block) => block.arena === arena).sort((a, b) => a.offset - b.offset);
      const { offset, waste } = bestGap(blocks, bytes, each.bytes);
      return [{ arena, offset, waste, growth: Math.max(0, offset + bytes - each.bytes) }];
    });
    if (options.length < arenasOf[dtype])
      options.push({ arena: arenas.length, offset: 0, waste: 0, growth: bytes });
    const fitting = options.filter(({ offset }) => offset + bytes <= maxArenaBytes);
    const apart = fitting.filter(({ arena }) => !read.has(arena));
    const best = (apart.length > 0 ? apart : fitting).reduce<(typeof options)[number] | null>(
      (found, option) =>
        found === null ||
        option.growth < found.growth ||
        (option.growth === found.growth && option.waste < found.waste)
          ? option
          : found,
      null,
    );
    const chosen = best ?? { arena: arenas.length, offset: 0 };
    arenas[chosen.arena] ??= { dtype, bytes: 0 };
    arenas[chosen.arena].bytes = Math.max(arenas[chosen.arena].bytes, chosen.offset + bytes);
    places.push({ arena: chosen.arena, offset: chosen.offset });
  }
  return { places, arenas };
}

/** The smallest gap that is large enough, or the end. `blocks` may not overlap and are sorted. */
function bestGap(
  blocks: readonly { readonly offset: number; readonly end: number }[],
  bytes: number,
  size: number,
): { offset: number; waste: number } {
  let best: { offset: number; waste: number } | null = null;
  let end = 0;
  for (const block of blocks) {
    const waste = block.offset - end - bytes;
    if (waste >= 0 && (best === null || waste < best.waste)) best = { offset: end, waste };
    end = Math.max(end, block.end);
  }
  const last = size - end - bytes;
  if (last >= 0 && (best === null || last < best.waste)) return { offset: end, waste: last };
  return best ?? { offset: end, waste: 0 };
}

function roundUp(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}
