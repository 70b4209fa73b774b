/**
 * Which arena each value lies in. A dispatch's results go to other arenas than what it reads, so that what it reads is
 * bound read-only: with an edge between each value and what its dispatch reads, that is a colouring of a graph. Among
 * the colourings, one is wanted whose arenas are small together; an arena is at least as large as what lies in it at
 * once.
 */
import type { DType } from "../tensor/tensor";

/** What is to be placed. */
export interface Lifetime {
  readonly bytes: number;
  readonly dtype: DType;
  /** The dispatch that writes it, and the last that reads it. */
  readonly from: number;
  readonly to: number;
}

/** What a dispatch does with the values: indices of lifetimes. */
export interface Use {
  readonly reads: readonly number[];
  readonly writes: readonly number[];
  /** How many arenas it can bind beside the memories that it needs. */
  readonly room: number;
}

/** How bad an assignment is: the first number that differs decides. */
export interface Cost {
  /** Arenas that dispatches have no room for. */
  readonly crowded: number;
  /** Pairs of a value and what its dispatch reads in one arena, which is then bound writable. */
  readonly shared: number;
  /** What the arenas need at least. */
  readonly bytes: number;
}

export function isLess(a: Cost, b: Cost): boolean {
  if (a.crowded !== b.crowded) return a.crowded < b.crowded;
  return a.shared !== b.shared ? a.shared < b.shared : a.bytes < b.bytes;
}

/** So often values may change their arena in the search for better ones: large networks take no longer for it. */
const mostMoves = 200_000;

export class Assignment {
  /** For each lifetime, in their order. */
  readonly arenaOf: number[];
  readonly #lifetimes: readonly Lifetime[];
  readonly #uses: readonly Use[];
  readonly #dtypes: readonly DType[];
  /** The values that a value should not share an arena with. */
  readonly #apart: readonly ReadonlySet<number>[];
  /** The dispatches that read or write a value. */
  readonly #usesOf: readonly ReadonlySet<number>[];
  /** Bytes in use, by arena and dispatch. */
  readonly #load: readonly Float64Array[];
  /** How many values of an arena a dispatch touches, and how many such arenas there are, by dispatch. */
  readonly #touched: readonly Uint32Array[];
  readonly #arenas: Uint32Array;
  #crowded = 0;
  #shared = 0;
  #moves = 0;

  /** @param dtypes the arenas', by number */
  constructor(lifetimes: readonly Lifetime[], uses: readonly Use[], dtypes: readonly DType[]) {
    this.#lifetimes = lifetimes;
    this.#uses = uses;
    this.#dtypes = dtypes;
    const apart = lifetimes.map(() => new Set<number>());
    const usesOf = lifetimes.map(() => new Set<number>());
    for (const [dispatch, { reads, writes }] of uses.entries()) {
      for (const value of [...reads, ...writes]) usesOf[value].add(dispatch);
      for (const written of writes) {
        for (const read of reads) {
          if (read === written || lifetimes[read].dtype !== lifetimes[written].dtype) continue;
          apart[written].add(read);
          apart[read].add(written);
        }
      }
    }
    this.#apart = apart;
    this.#usesOf = usesOf;
    const end = lifetimes.reduce((last, { to }) => Math.max(last, to), 0) + 1;
    this.#load = dtypes.map(() => new Float64Array(end));
    this.#touched = uses.map(() => new Uint32Array(dtypes.length));
    this.#arenas = new Uint32Array(uses.length);
    this.arenaOf = lifetimes.map(() => none);
    this.#colour();
    this.#exchange();
  }

  get cost(): Cost {
    const bytes = this.#load.reduce((sum, _, arena) => sum + this.#most(arena), 0);
    return { crowded: this.#crowded, shared: this.#shared, bytes };
  }

  /**
   * Brélaz's order (DSATUR, Communications of the ACM 22, 1979): the value with the fewest arenas to choose from is
   * next, of equals the largest.
   */
  #colour(): void {
    const taken = this.#lifetimes.map(() => new Set<number>());
    const left = new Set(this.#lifetimes.keys());
    while (left.size > 0) {
      let next = none;
      for (const value of left) {
        const more = next === none ? 1 : taken[value].size - taken[next].size;
        if (more > 0 || (more === 0 && this.#lifetimes[value].bytes > this.#lifetimes[next].bytes)) next = value;
      }
      left.delete(next);
      const arena = this.#bestArena(next);
      this.#move(next, arena);
      for (const other of this.#apart[next]) taken[other].add(arena);
    }
  }

  #bestArena(value: number): number {
    let best: { readonly arena: number; readonly cost: Cost } | null = null;
    for (const arena of this.#arenasFor(value)) {
      this.#move(value, arena);
      const { cost } = this;
      this.#move(value, none);
      if (best === null || isLess(cost, best.cost)) best = { arena, cost };
    }
    if (best === null) throw new Error(`planner: no arena for ${this.#lifetimes[value].dtype}`);
    return best.arena;
  }

  /**
   * Kempe's chains: a value changes to another arena, what it should not meet there changes to its own, and so on, so
   * that what was apart stays apart. Kept if it helps. Only values that lie in an arena while it is fullest, or with
   * what they should not, can help.
   */
  #exchange(): void {
    let { cost } = this;
    for (let before: Cost | null = null; before !== cost; ) {
      before = cost;
      for (const value of this.#lifetimes.keys()) {
        for (const arena of this.#arenasFor(value)) {
          if (this.#moves > mostMoves) return;
          const own = this.arenaOf[value];
          if (arena === own || !this.#canHelp(value)) continue;
          const chain = this.#chain(value, arena);
          this.#swap(chain, own, arena);
          const next = this.cost;
          if (isLess(next, cost)) cost = next;
          else this.#swap(chain, own, arena);
        }
      }
    }
  }

  #canHelp(value: number): boolean {
    const own = this.arenaOf[value];
    const { from, to } = this.#lifetimes[value];
    const fullest = this.#load[own].indexOf(this.#most(own));
    return (from <= fullest && fullest <= to) || this.#meets(value, own) > 0;
  }

  /** With how many values it should not share the arena. */
  #meets(value: number, arena: number): number {
    let count = 0;
    for (const other of this.#apart[value]) if (this.arenaOf[other] === arena) count++;
    return count;
  }

  #chain(value: number, arena: number): ReadonlySet<number> {
    const own = this.arenaOf[value];
    const chain = new Set([value]);
    // A set's iteration visits what is added on the way.
    for (const each of chain) {
      const opposite = this.arenaOf[each] === own ? arena : own;
      for (const other of this.#apart[each]) if (this.arenaOf[other] === opposite) chain.add(other);
    }
    return chain;
  }

  #swap(chain: ReadonlySet<number>, a: number, b: number): void {
    for (const value of chain) this.#move(value, this.arenaOf[value] === a ? b : a);
  }

  #move(value: number, arena: number): void {
    const old = this.arenaOf[value];
    this.#moves++;
    this.arenaOf[value] = none;
    if (old !== none) this.#count(value, old, -1);
    if (arena !== none) this.#count(value, arena, 1);
    this.arenaOf[value] = arena;
  }

  /** Takes the value out of the arena's sums, or into them. */
  #count(value: number, arena: number, sign: 1 | -1): void {
    const { from, to, bytes } = this.#lifetimes[value];
    const load = this.#load[arena];
    for (let dispatch = from; dispatch <= to; dispatch++) load[dispatch] += sign * bytes;
    this.#shared += sign * this.#meets(value, arena);
    for (const dispatch of this.#usesOf[value]) {
      const touched = this.#touched[dispatch];
      const { room } = this.#uses[dispatch];
      touched[arena] += sign;
      if (touched[arena] !== (sign === 1 ? 1 : 0)) continue;
      this.#crowded -= Math.max(0, this.#arenas[dispatch] - room);
      this.#arenas[dispatch] += sign;
      this.#crowded += Math.max(0, this.#arenas[dispatch] - room);
    }
  }

  #most(arena: number): number {
    let most = 0;
    for (const bytes of this.#load[arena]) if (bytes > most) most = bytes;
    return most;
  }

  #arenasFor(value: number): number[] {
    const { dtype } = this.#lifetimes[value];
    return [...this.#dtypes.keys()].filter((arena) => this.#dtypes[arena] === dtype);
  }
}

const none = -1;
