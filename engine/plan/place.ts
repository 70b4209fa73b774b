/**
 * Where intermediate values lie: a few arenas, in which values of one dtype that are never alive at once share bytes.
 * First each value is given an arena (`arenas.ts`), then its offset there.
 */
import type { DType } from "../tensor/tensor";
import { Assignment, type Cost, isLess, type Lifetime, type Use } from "./arenas";

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

export interface PlaceOptions {
  /** Of offsets, in bytes. A value that begins where a binding can has the same shader wherever it is placed. */
  readonly alignment: number;
  readonly maxArenaBytes: number;
}

/** So many arenas every dispatch has room for: fusion sees to that. */
export const assuredArenas: Readonly<Record<DType, number>> = { float32: 3, int64: 1 };

/** More are tried where they keep what is read apart from what is written, or waste less. */
const triedArenas = [
  assuredArenas,
  { float32: 4, int64: 1 },
  { float32: 5, int64: 2 },
  { float32: 6, int64: 2 },
];

/** Arenas that are larger than the bound by no more than this are not worth a search for better ones. */
const goodEnough = 1.05;

/**
 * The least bytes in which the values can lie: the most that are alive at once, where a value is alive from the
 * dispatch that writes it to the last that reads it, both included, and counts with its own bytes, without what its
 * alignment wastes. What a dispatch reads for the last time and what it writes are thus both alive. No placing of these
 * lifetimes needs less; another order of the dispatches or another fusion has other lifetimes.
 */
export function lifetimeBound(lifetimes: readonly Lifetime[]): {
  readonly bytes: number;
  readonly at: number;
} {
  const end = lifetimes.reduce((last, { to }) => Math.max(last, to), -1) + 1;
  const alive = new Float64Array(end);
  for (const { bytes, from, to } of lifetimes) {
    for (let dispatch = from; dispatch <= to; dispatch++) alive[dispatch] += bytes;
  }
  const bytes = alive.reduce((most, each) => Math.max(most, each), 0);
  return { bytes, at: alive.indexOf(bytes) };
}

/** @param uses what each dispatch does with the values */
export function placeValues(
  lifetimes: readonly Lifetime[],
  uses: readonly Use[],
  options: PlaceOptions,
): Placing {
  const padded = lifetimes.map((each) => ({ ...each, bytes: roundUp(each.bytes, options.alignment) }));
  const least = lifetimeBound(padded).bytes;
  let best: { readonly placing: Placing; readonly cost: Cost } | null = null;
  for (const counts of triedArenas) {
    const dtypes = (["float32", "int64"] as const).flatMap((dtype) =>
      Array<DType>(counts[dtype]).fill(dtype),
    );
    const {
      arenaOf,
      cost: { shared },
    } = new Assignment(padded, uses, dtypes, least);
    const placing = packArenas(padded, arenaOf, dtypes, options.maxArenaBytes);
    const bytes = placing.arenas.reduce((sum, arena) => sum + arena.bytes, 0);
    const cost = { crowded: crowded(placing, uses), shared, bytes };
    if (best === null || isLess(cost, best.cost)) best = { placing, cost };
    if (best.cost.crowded === 0 && best.cost.shared === 0 && best.cost.bytes <= least * goodEnough) break;
  }
  return best?.placing ?? { places: [], arenas: [] };
}

/** Arenas that dispatches have no room for; some had to be opened because others were full. */
function crowded({ places }: Placing, uses: readonly Use[]): number {
  return uses.reduce((sum, { reads, writes, room }) => {
    const arenas = new Set([...reads, ...writes].map((value) => places[value].arena));
    return sum + Math.max(0, arenas.size - room);
  }, 0);
}

/** Empty arenas are left out. */
function packArenas(
  lifetimes: readonly Lifetime[],
  arenaOf: readonly number[],
  dtypes: readonly DType[],
  maxBytes: number,
): Placing {
  const places: Place[] = [];
  const arenas: Arena[] = [];
  for (const [arena, dtype] of dtypes.entries()) {
    let left = [...lifetimes.keys()].filter((value) => arenaOf[value] === arena);
    while (left.length > 0) {
      const packed = orders
        .map((order) =>
          pack(
            lifetimes,
            left.toSorted((a, b) => order(lifetimes[a], lifetimes[b])),
            maxBytes,
          ),
        )
        .reduce((best, each) =>
          each.left.length < best.left.length ||
          (each.left.length === best.left.length && each.bytes < best.bytes)
            ? each
            : best,
        );
      for (const [value, offset] of packed.offsets) places[value] = { arena: arenas.length, offset };
      arenas.push({ dtype, bytes: packed.bytes });
      left = packed.left;
    }
  }
  return { places, arenas };
}

/** What is placed first lies lowest. None of these is best for all networks. */
const orders: readonly ((a: Lifetime, b: Lifetime) => number)[] = [
  (a, b) => b.bytes - a.bytes || a.from - b.from,
  (a, b) => a.from - b.from || b.bytes - a.bytes,
  (a, b) => b.to - b.from - (a.to - a.from) || b.bytes - a.bytes,
  (a, b) => (b.to - b.from + 1) * b.bytes - (a.to - a.from + 1) * a.bytes,
];

interface Packed {
  readonly offsets: ReadonlyMap<number, number>;
  readonly bytes: number;
  /** What did not fit. */
  readonly left: number[];
}

/** Each value in turn at the lowest offset where nothing lies during its life. A value alone always fits. */
function pack(lifetimes: readonly Lifetime[], values: readonly number[], maxBytes: number): Packed {
  const offsets = new Map<number, number>();
  const left: number[] = [];
  let size = 0;
  for (const value of values) {
    const { from, to, bytes } = lifetimes[value];
    const beside = [...offsets]
      .filter(([other]) => lifetimes[other].from <= to && from <= lifetimes[other].to)
      .sort(([, a], [, b]) => a - b);
    let offset = 0;
    for (const [other, start] of beside) {
      if (start - offset >= bytes) break;
      offset = Math.max(offset, start + lifetimes[other].bytes);
    }
    if (offset > 0 && offset + bytes > maxBytes) {
      left.push(value);
      continue;
    }
    offsets.set(value, offset);
    size = Math.max(size, offset + bytes);
  }
  return { offsets, bytes: size, left };
}

function roundUp(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}
