import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Lifetime, Use } from "./arenas";
import { lifetimeBound, type Placing, placeValues } from "./place";

interface Values {
  readonly lifetimes: readonly Lifetime[];
  readonly uses: readonly Use[];
}

const options = { alignment: 256, maxArenaBytes: 1e9 };

/** Dispatches that write up to two values each, and read up to three of those before. */
const values: fc.Arbitrary<Values> = fc
  .array(
    fc.record({
      writes: fc.array(
        fc.record({
          bytes: fc.integer({ min: 1, max: 1500 }).map((elements) => elements * 4),
          dtype: fc.constantFrom("float32" as const, "float32" as const, "int64" as const),
        }),
        { maxLength: 2 },
      ),
      reads: fc.array(fc.nat(), { maxLength: 3 }),
      room: fc.integer({ min: 4, max: 8 }),
    }),
    { maxLength: 30 },
  )
  .map((dispatches) => {
    const lifetimes: { bytes: number; dtype: Lifetime["dtype"]; from: number; to: number }[] = [];
    const uses = dispatches.map(({ writes, reads, room }, index) => {
      const read = lifetimes.length === 0 ? [] : [...new Set(reads.map((each) => each % lifetimes.length))];
      for (const each of read) lifetimes[each].to = index;
      const first = lifetimes.length;
      for (const each of writes) lifetimes.push({ ...each, from: index, to: index });
      return { reads: read, writes: writes.map((_, i) => first + i), room };
    });
    return { lifetimes, uses };
  });

function total({ arenas }: Placing): number {
  return arenas.reduce((sum, { bytes }) => sum + bytes, 0);
}

describe("placing values in arenas", () => {
  it("never lets two values that are alive at once overlap, and keeps to dtype and alignment", () => {
    const property = fc.property(values, ({ lifetimes, uses }) => {
      const { places, arenas } = placeValues(lifetimes, uses, options);
      for (const [i, a] of lifetimes.entries()) {
        expect(places[i].offset % 256).toBe(0);
        expect(places[i].offset + a.bytes).toBeLessThanOrEqual(arenas[places[i].arena].bytes);
        expect(arenas[places[i].arena].dtype).toBe(a.dtype);
        for (const [j, b] of lifetimes.slice(0, i).entries()) {
          if (places[i].arena !== places[j].arena || a.from > b.to || b.from > a.to) continue;
          const apart =
            places[i].offset >= places[j].offset + b.bytes || places[j].offset >= places[i].offset + a.bytes;
          expect(apart).toBe(true);
        }
      }
    });
    fc.assert(property, { numRuns: 300 });
  });

  it("never needs less than the bound, and mostly little more", () => {
    const ratios: number[] = [];
    const property = fc.property(values, ({ lifetimes, uses }) => {
      const bound = lifetimeBound(lifetimes).bytes;
      const bytes = total(placeValues(lifetimes, uses, options));
      expect(bytes).toBeGreaterThanOrEqual(bound);
      if (lifetimes.length > 10) ratios.push(bytes / bound);
    });
    fc.assert(property, { numRuns: 200, seed: 1 });
    expect(ratios.toSorted((a, b) => a - b)[Math.floor(ratios.length / 2)]).toBeLessThan(1.35);
  });

  it("reads and writes no arena of floats in one dispatch where there is room for others", () => {
    const floats = values.map(({ lifetimes, uses }) => ({
      lifetimes: lifetimes.map((each) => ({ ...each, dtype: "float32" as const })),
      uses: uses.map((use) => ({ ...use, room: 8 })),
    }));
    const property = fc.property(floats, ({ lifetimes, uses }) => {
      const { places } = placeValues(lifetimes, uses, options);
      for (const { reads, writes } of uses) {
        const read = new Set(reads.map((value) => places[value].arena));
        expect(writes.filter((value) => read.has(places[value].arena))).toEqual([]);
      }
    });
    fc.assert(property, { numRuns: 300 });
  });

  it("gives no dispatch more arenas than it has room for", () => {
    const property = fc.property(values, ({ lifetimes, uses }) => {
      const { places } = placeValues(lifetimes, uses, options);
      for (const { reads, writes, room } of uses) {
        const arenas = new Set([...reads, ...writes].map((value) => places[value].arena));
        expect(arenas.size).toBeLessThanOrEqual(room);
      }
    });
    fc.assert(property, { numRuns: 300 });
  });

  it("alternates between two arenas where each dispatch reads what the last has written", () => {
    const lifetimes = Array.from({ length: 10 }, (_, i) => ({
      bytes: 1024,
      dtype: "float32" as const,
      from: i,
      to: i + 1,
    }));
    const uses = [...lifetimes, null].map((_, i) => ({
      reads: i > 0 ? [i - 1] : [],
      writes: i < 10 ? [i] : [],
      room: 8,
    }));
    const { places, arenas } = placeValues(lifetimes, uses, options);
    expect(arenas.map(({ bytes }) => bytes)).toEqual([1024, 1024]);
    for (let i = 1; i < 10; i++) expect(places[i].arena).not.toBe(places[i - 1].arena);
    expect(lifetimeBound(lifetimes)).toEqual({ bytes: 2048, at: 1 });
  });

  it("lets the large keep out of each other's way, where the order of time would not", () => {
    // In order of time the small one would lie below the place that the large one needs.
    const lifetimes = [
      { bytes: 512, dtype: "float32", from: 0, to: 1 },
      { bytes: 256, dtype: "float32", from: 1, to: 4 },
      { bytes: 1024, dtype: "float32", from: 2, to: 4 },
    ] as const;
    const uses = lifetimes.map((_, value) => ({ reads: [], writes: [value], room: 1 }));
    expect(total(placeValues(lifetimes, uses, options))).toBe(1280);
  });

  it("opens another arena when one is full", () => {
    const lifetimes = Array.from({ length: 6 }, () => ({
      bytes: 1000,
      dtype: "int64" as const,
      from: 0,
      to: 0,
    }));
    const uses = [{ reads: [], writes: [0, 1, 2, 3, 4, 5], room: 8 }];
    const { arenas } = placeValues(lifetimes, uses, { alignment: 256, maxArenaBytes: 1024 });
    expect(arenas.map(({ bytes }) => bytes)).toEqual(Array(6).fill(1024));
  });
});
