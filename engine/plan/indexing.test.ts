import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addIndex,
  constantIndex,
  flatIndex,
  type Index,
  printIndex,
  quotientIndex,
  remainderIndex,
  scaleIndex,
  unravelIndex,
  variableIndex,
} from "./indexing";

/** Evaluates the printed WGSL with whole numbers and float32. */
function evaluate(index: Index, variables: Record<string, number>): number {
  const wholeDivision = (text: string) => (/ \/ \d+u$/.test(text) ? `Math.floor(${text})` : `(${text})`);
  const body = printIndex(index, wholeDivision)
    .replace(/(\d)[uf]/g, "$1")
    .replaceAll("bitcast<u32>", "bits");
  const bits = (value: number) => new Uint32Array(Float32Array.of(value).buffer)[0];
  const conversions = { u32: Math.trunc, i32: Math.trunc, f32: Math.fround, bits };
  const scope = { ...conversions, ...variables };
  // oxlint-disable-next-line typescript/no-implied-eval -- the printed text is what is tested
  return Number(new Function(...Object.keys(scope), `return ${body}`)(...Object.values(scope)));
}

const i = variableIndex("i", 1000);

describe("index arithmetic", () => {
  it("joins a quotient with its remainder", () => {
    const joined = addIndex(scaleIndex(quotientIndex(i, 8), 8), remainderIndex(i, 8));
    expect(joined.key).toBe(i.key);
  });

  it("joins a remainder with that of the quotient", () => {
    const high = scaleIndex(remainderIndex(quotientIndex(i, 4), 5), 4);
    const joined = addIndex(high, remainderIndex(i, 4));
    expect(joined.key).toBe(remainderIndex(i, 20).key);
    expect(unravelIndex(joined, [5, 4])).toEqual([
      remainderIndex(quotientIndex(i, 4), 5),
      remainderIndex(i, 4),
    ]);
    expect(addIndex(scaleIndex(quotientIndex(i, 20), 20), joined).key).toBe(i.key);
  });

  it("undoes an unravelling, also through another shape", () => {
    const flat = variableIndex("i", 4 * 5 * 6 - 1);
    const first = unravelIndex(flat, [4, 5, 6]);
    expect(flatIndex(first, [4, 5, 6]).key).toBe("0+1*i");
    const second = unravelIndex(flatIndex(first, [4, 5, 6]), [10, 12]);
    expect(flatIndex(second, [10, 12]).key).toBe("0+1*i");
    expect(unravelIndex(flatIndex(second, [10, 12]), [4, 5, 6]).map((each) => each.key)).toEqual(
      first.map((each) => each.key),
    );
  });

  it("undoes an unravelling of what a tile computes", () => {
    for (const tile of [1, 2, 3, 4, 6]) {
      for (let j = 0; j < tile; j++) {
        const column = addIndex(scaleIndex(variableIndex("c", 24 / tile - 1), tile), constantIndex(j));
        for (const shape of [
          [3, 4, 2],
          [2, 3, 4],
          [4, 2, 3],
          [6, 4],
          [2, 2, 2, 3],
        ])
          expect(flatIndex(unravelIndex(column, shape), shape).key, `${tile}, ${j}, ${String(shape)}`).toBe(
            column.key,
          );
      }
    }
  });

  it("drops what cannot matter", () => {
    const j = variableIndex("j", 3);
    expect(quotientIndex(j, 4).key).toBe("0");
    expect(quotientIndex(addIndex(scaleIndex(i, 4), j), 4).key).toBe(i.key);
    expect(remainderIndex(addIndex(scaleIndex(i, 4), j), 4).key).toBe(j.key);
    expect(quotientIndex(addIndex(scaleIndex(i, 4), j), 8).key).toBe(quotientIndex(i, 2).key);
  });

  it("has the value of the arithmetic it stands for", () => {
    const step = fc.record({
      kind: fc.constantFrom("add", "scale", "quotient", "remainder"),
      by: fc.integer({ min: 1, max: 12 }),
    });
    const property = fc.property(fc.array(step, { maxLength: 7 }), fc.nat(60), fc.nat(6), (steps, x, y) => {
      let index = variableIndex("x", 60);
      let value = x;
      for (const { kind, by } of steps) {
        if (kind === "add") {
          index = addIndex(addIndex(index, scaleIndex(variableIndex("y", 6), by)), constantIndex(by));
          value += y * by + by;
        } else if (kind === "scale") {
          index = scaleIndex(index, by);
          value *= by;
        } else if (kind === "quotient") {
          index = quotientIndex(index, by);
          value = Math.floor(value / by);
        } else {
          index = remainderIndex(index, by);
          value %= by;
        }
      }
      expect(evaluate(index, { x, y })).toBe(value);
      expect(value).toBeLessThanOrEqual(index.max);
    });
    fc.assert(property, { numRuns: 500 });
  });

  it("divides as whole numbers do, with every step rounded to float32", () => {
    const text = (by: number) =>
      printIndex(quotientIndex(variableIndex("x", 2 ** 21 - 1), by), (part) => part);
    const rounded = (by: number) => {
      const numbers = /- ([\d.]+)f\) \* ([\d.e-]+)f \+ (\d+)f\) & (\d+)u/.exec(text(by));
      const [half, reciprocal, shift, mask] = (numbers ?? []).slice(1).map(Number);
      const sum = new Float32Array(1);
      const bits = new Uint32Array(sum.buffer);
      return (x: number) => {
        sum[0] = Math.fround(Math.fround(Math.fround(x) - half) * Math.fround(reciprocal)) + shift;
        return bits[0] & mask;
      };
    };
    const divisors = [...Array.from({ length: 400 }, (_, i) => i + 3), 784, 12544, 50175, 99991, 1048577];
    const wrong = divisors
      .filter((by) => !Number.isInteger(Math.log2(by)))
      .flatMap((by) => {
        const divide = rounded(by);
        const last = Math.floor((2 ** 21 - 1) / by);
        // Where a quotient begins and ends, the first hundred and the last.
        const quotients = Array.from({ length: 100 }, (_, i) => [Math.min(i, last), Math.max(last - i, 0)]);
        const places = quotients.flat().flatMap((q) => [q * by, q * by + by - 1]);
        return places.filter((x) => x < 2 ** 21 && divide(x) !== Math.floor(x / by)).map((x) => [x, by]);
      });
    expect(wrong).toEqual([]);
  });
});
