import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Lifetime, placeValues } from "./place";

const lifetimes: fc.Arbitrary<Lifetime[]> = fc
  .array(
    fc.record({
      bytes: fc.integer({ min: 1, max: 5000 }),
      dtype: fc.constantFrom("float32" as const, "int64" as const),
      from: fc.nat(30),
      length: fc.nat(10),
      reads: fc.array(fc.nat(50)),
    }),
    {
      maxLength: 40,
    },
  )
  .map((values) =>
    values
      .sort((a, b) => a.from - b.from)
      .map(({ length, reads, ...value }) => ({ ...value, to: value.from + length, readAlong: reads })),
  );

describe("placing values in arenas", () => {
  it("never lets two values that are alive at once overlap", () => {
    const property = fc.property(lifetimes, (values) => {
      const { places, arenas } = placeValues(values, 256, 1e9);
      for (const [i, a] of values.entries()) {
        expect(places[i].offset % 256).toBe(0);
        expect(places[i].offset + a.bytes).toBeLessThanOrEqual(arenas[places[i].arena].bytes);
        expect(arenas[places[i].arena].dtype).toBe(a.dtype);
        for (const [j, b] of values.slice(0, i).entries()) {
          if (places[i].arena !== places[j].arena || a.from > b.to || b.from > a.to) continue;
          const apart =
            places[i].offset >= places[j].offset + b.bytes || places[j].offset >= places[i].offset + a.bytes;
          expect(apart).toBe(true);
        }
      }
    });
    fc.assert(property, { numRuns: 300 });
  });

  it("reuses what is free, and writes beside what is read", () => {
    const chain = Array.from({ length: 10 }, (_, i) => ({
      bytes: 1024,
      dtype: "float32" as const,
      from: i,
      to: i + 1,
      readAlong: i > 0 ? [i - 1] : [],
    }));
    const { places, arenas } = placeValues(chain, 256, 1e9);
    expect(arenas.map(({ bytes }) => bytes)).toEqual([1024, 1024]);
    for (let i = 1; i < 10; i++) expect(places[i].arena).not.toBe(places[i - 1].arena);
  });

  it("opens another arena when one is full", () => {
    const { arenas } = placeValues(
      Array.from({ length: 6 }, () => ({
        bytes: 1000,
        dtype: "int64" as const,
        from: 0,
        to: 0,
        readAlong: [],
      })),
      256,
      1024,
    );
    expect(arenas.map(({ bytes }) => bytes)).toEqual(Array(6).fill(1024));
  });
});
