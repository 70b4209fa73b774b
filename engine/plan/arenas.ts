/**
 * Which arena each value lies in. A dispatch's results go to other arenas than what it reads, so that what it reads is
 * bound read-only: with an edge between each value and what its dispatch reads, that is a colouring of a graph. Among
 * the colourings, one is wanted whose arenas are small together; an arena is at least as large as what lies in it at
 * once.
 */
import { uniform } from "../program/random";
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

/** How many changes are tried: for each value, and at most. A large network has many good assignments. */
const tries = { perValue: 400, most: 20_000 };

/** The energy of a pair that shares an arena, and the first temperature, as shares of the first assignment's bytes. */
const sharing = 0.2;
const warmth = 0.03;

export class Assignment {
  /** For each lifetime, in their order. */
  readonly arenaOf: number[];
  readonly #lifetimes: readonly Lifetime[];
  readonly #uses: readonly Use[];
  /** The arenas that a value may lie in, by its dtype. */
  readonly #arenasOf: Readonly<Record<DType, readonly number[]>>;
  /** The values that a value should not share an arena with. */
  readonly #apart: readonly (readonly number[])[];
  /** The dispatches that read or write a value. */
  readonly #usesOf: readonly (readonly number[])[];
  /** Bytes in use, by arena and dispatch. */
  readonly #load: readonly Float64Array[];
  /** The most of each arena. */
  readonly #most: number[];
  /** How many values of an arena a dispatch touches, and how many such arenas there are, by dispatch. */
  readonly #touched: readonly Uint32Array[];
  readonly #arenas: Uint32Array;
  #crowded = 0;
  #shared = 0;

  /**
   * @param lifetimes of padded sizes
   * @param dtypes the arenas', by number
   * @param least what no assignment needs less bytes than
   */
  constructor(lifetimes: readonly Lifetime[], uses: readonly Use[], dtypes: readonly DType[], least: number) {
    this.#lifetimes = lifetimes;
    this.#uses = uses;
    const ofDtype = (wanted: DType) => [...dtypes.keys()].filter((arena) => dtypes[arena] === wanted);
    this.#arenasOf = { float32: ofDtype("float32"), int64: ofDtype("int64") };
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
    this.#apart = apart.map((others) => [...others]);
    this.#usesOf = usesOf.map((dispatches) => [...dispatches]);
    const end = lifetimes.reduce((last, { to }) => Math.max(last, to), 0) + 1;
    this.#load = dtypes.map(() => new Float64Array(end));
    this.#most = dtypes.map(() => 0);
    this.#touched = uses.map(() => new Uint32Array(dtypes.length));
    this.#arenas = new Uint32Array(uses.length);
    this.arenaOf = lifetimes.map(() => none);
    this.#colour();
    this.#anneal(least);
  }

  get cost(): Cost {
    const bytes = this.#most.reduce((sum, each) => sum + each, 0);
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
        if (more > 0 || (more === 0 && this.#lifetimes[value].bytes > this.#lifetimes[next].bytes))
          next = value;
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
   * Simulated annealing (Kirkpatrick, Gelatt and Vecchi, Science 220, 1983): values change their arena by chance, more
   * often where that makes things better, and less and less where it makes them worse. Always the same for the same
   * network, and never worse than before.
   */
  #anneal(least: number): void {
    const movable = [...this.#lifetimes.keys()].filter((value) => this.#arenasFor(value).length > 1);
    const count = Math.min(movable.length * tries.perValue, tries.most);
    const unit = Math.max(this.cost.bytes, 1);
    const energyOf = ({ crowded, shared, bytes }: Cost) => bytes / unit + sharing * (shared + crowded);
    let energy = energyOf(this.cost);
    let best = { cost: this.cost, arenaOf: [...this.arenaOf] };
    const isBest = ({ crowded, shared, bytes }: Cost) => crowded === 0 && shared === 0 && bytes <= least;
    for (let step = 0; step < count && !isBest(best.cost); step++) {
      const random = (index: number) => uniform(0, step, 0, index);
      const value = movable[Math.floor(random(0) * movable.length)];
      const arenas = this.#arenasFor(value);
      const arena = arenas[Math.floor(random(1) * arenas.length)];
      const own = this.arenaOf[value];
      if (arena === own) continue;
      this.#move(value, arena);
      const { cost } = this;
      const change = energyOf(cost) - energy;
      if (change > 0 && random(2) >= Math.exp(-change / (warmth * (1 - step / count)))) {
        this.#move(value, own);
        continue;
      }
      energy += change;
      if (isLess(cost, best.cost)) best = { cost, arenaOf: [...this.arenaOf] };
    }
    for (const [value, arena] of best.arenaOf.entries()) this.#move(value, arena);
  }

  /** With how many values it should not share the arena. */
  #meets(value: number, arena: number): number {
    let count = 0;
    for (const other of this.#apart[value]) if (this.arenaOf[other] === arena) count++;
    return count;
  }

  #move(value: number, arena: number): void {
    const old = this.arenaOf[value];
    this.arenaOf[value] = none;
    if (old !== none) this.#count(value, old, -1);
    if (arena !== none) this.#count(value, arena, 1);
    this.arenaOf[value] = arena;
  }

  /** Takes the value out of the arena's sums, or into them. */
  #count(value: number, arena: number, sign: 1 | -1): void {
    this.#weigh(value, arena, sign);
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

  #weigh(value: number, arena: number, sign: 1 | -1): void {
    const { from, to, bytes } = this.#lifetimes[value];
    const load = this.#load[arena];
    const before = this.#most[arena];
    let most = before;
    let lessens = false;
    for (let dispatch = from; dispatch <= to; dispatch++) {
      lessens ||= sign === -1 && load[dispatch] === before;
      load[dispatch] += sign * bytes;
      if (load[dispatch] > most) most = load[dispatch];
    }
    this.#most[arena] = lessens ? load.reduce((largest, each) => Math.max(largest, each), 0) : most;
  }

  #arenasFor(value: number): readonly number[] {
    return this.#arenasOf[this.#lifetimes[value].dtype];
  }
}

const none = -1;
