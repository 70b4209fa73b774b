import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { elementCount } from "../tensor/tensor";
import { readSafetensors, type SafeTensor, writeSafetensors } from "./safetensors";

/** A file of that header and that many bytes of values. */
function file(header: unknown, values = 0): Uint8Array {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + values);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

function code(bytes: Uint8Array): string {
  const result = readSafetensors(bytes);
  if (result.ok) return "ok";
  expect(result.error.message.en).toMatch(/\.$/);
  expect(result.error.message.zh).toMatch(/。$/);
  expect(result.error.where).not.toBe("");
  return result.error.code;
}

const tensor: fc.Arbitrary<SafeTensor> = fc
  .tuple(fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }), fc.constantFrom("F32", "I64", "I32"))
  .chain(([shape, dtype]) => {
    const exactly = { minLength: elementCount(shape), maxLength: elementCount(shape) };
    return dtype === "F32"
      ? fc.float32Array(exactly).map((data): SafeTensor => ({ dtype, shape, data }))
      : fc.int32Array(exactly).map((data): SafeTensor => ({ dtype, shape, data }));
  });
const names = fc.string({ unit: "grapheme" }).filter((name) => name !== "__metadata__");

describe("safetensors", () => {
  it("reads back what it wrote", () => {
    fc.assert(
      fc.property(
        fc.dictionary(names, tensor, { noNullPrototype: true }),
        fc.dictionary(names, fc.string(), { noNullPrototype: true }),
        (tensors, metadata) => {
          expect(readSafetensors(writeSafetensors(tensors, metadata))).toEqual({
            ok: true,
            value: { tensors, metadata },
          });
        },
      ),
    );
  });

  it("reads a file that lies anywhere in memory", () => {
    const bytes = writeSafetensors({ x: { dtype: "F32", shape: [2], data: Float32Array.of(1, -2) } });
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(readSafetensors(shifted.subarray(3))).toEqual(readSafetensors(bytes));
  });

  it("writes what the reference implementation writes", () => {
    const bytes = writeSafetensors(
      {
        "b.weight": { dtype: "F32", shape: [2], data: Float32Array.of(1, -2) },
        steps: { dtype: "I64", shape: [], data: Int32Array.of(-3) },
        "10": { dtype: "F32", shape: [1], data: Float32Array.of(0.5) },
      },
      { format: "pt" },
    );
    const header =
      '{"__metadata__":{"format":"pt"},"steps":{"dtype":"I64","shape":[],"data_offsets":[0,8]},' +
      '"10":{"dtype":"F32","shape":[1],"data_offsets":[8,12]},' +
      '"b.weight":{"dtype":"F32","shape":[2],"data_offsets":[12,20]}}';
    const padded = header.padEnd(Math.ceil(header.length / 8) * 8, " ");
    const values = ["fdffffffffffffff", "0000003f", "0000803f000000c0"].join("");
    expect(new DataView(bytes.buffer).getBigUint64(0, true)).toBe(BigInt(padded.length));
    expect(new TextDecoder().decode(bytes.subarray(8, 8 + padded.length))).toBe(padded);
    expect(Buffer.from(bytes.subarray(8 + padded.length)).toString("hex")).toBe(values);
  });

  it.each([
    ["F16", "003c00c0ff7b0100007c", [1, -2, 65504, 2 ** -24, Number.POSITIVE_INFINITY]],
    ["BF16", "803f00c04940", [1, -2, 3.140625]],
    ["F64", "000000000000f83f9a9999999999b93f", [1.5, Math.fround(0.1)]],
    ["I32", "ffffffff07000000", [-1, 7]],
    ["I64", "feffffffffffffff", [-2]],
  ])("reads %s", (dtype, hex, expected) => {
    const values = Buffer.from(hex, "hex");
    const bytes = file(
      { x: { dtype, shape: [expected.length], data_offsets: [0, values.length] } },
      values.length,
    );
    bytes.set(values, bytes.length - values.length);
    const result = readSafetensors(bytes);
    expect(result.ok && Array.from(result.value.tensors.x.data)).toEqual(expected);
  });

  it("says what is wrong with a bad file", () => {
    const entry = (shape: unknown, ...data_offsets: unknown[]) => ({ dtype: "F32", shape, data_offsets });
    expect(code(new Uint8Array())).toBe("safetensors-cut-off");
    expect(code(file({}).subarray(0, 9))).toBe("safetensors-cut-off");
    expect(code(file({ x: entry([2], 0, 8) }, 7))).toBe("safetensors-cut-off");
    expect(code(file({ x: entry([2], 0, 8) }, 9))).toBe("safetensors-extra-bytes");
    expect(code(file({ x: entry([2], 0, 8), y: entry([2], 4, 12) }, 12))).toBe("safetensors-overlap");
    expect(code(file({ x: entry([2], 0, 8), y: entry([2], 12, 20) }, 20))).toBe("safetensors-hole");
    expect(code(file({ x: entry([2], 0, 4) }, 4))).toBe("safetensors-wrong-size");
    expect(code(file({ x: entry([2], 8, 0) }, 8))).toBe("safetensors-wrong-size");
    expect(code(file({ x: entry([-2], 0, 8) }, 8))).toBe("safetensors-bad-entry");
    expect(code(file({ x: entry([2], 0) }, 8))).toBe("safetensors-bad-entry");
    expect(code(file({ x: entry([1.5], 0, 6) }, 6))).toBe("safetensors-bad-entry");
    expect(code(file({ x: null }))).toBe("safetensors-bad-entry");
    expect(code(file({ x: { ...entry([1], 0, 1), dtype: "F8_E4M3" } }, 1))).toBe("safetensors-unknown-dtype");
    expect(code(file("[]"))).toBe("safetensors-bad-header");
    expect(code(file('{"x":'))).toBe("safetensors-bad-header");
    expect(code(file({ __metadata__: { a: 1 } }))).toBe("safetensors-bad-header");
    expect(code(Uint8Array.from({ length: 64 }, () => 0xff))).toBe("safetensors-header-too-long");
    const large = file({ x: { dtype: "I64", shape: [1], data_offsets: [0, 8] } }, 8);
    large[large.length - 1] = 1;
    expect(code(large)).toBe("safetensors-integer-too-large");
  });

  it("never throws on bytes that anyone may give it", () => {
    const good = writeSafetensors({
      "fc.weight": { dtype: "F32", shape: [2, 3], data: new Float32Array(6) },
    });
    const damaged = fc
      .tuple(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length))
      .map(([at, byte, length]) => {
        const bytes = good.slice(0, length);
        if (at < length) bytes[at] = byte;
        return bytes;
      });
    fc.assert(
      fc.property(fc.oneof(damaged, fc.uint8Array()), (bytes) => {
        expect(() => readSafetensors(bytes)).not.toThrow();
      }),
    );
  });

  it("refuses to write values that do not fill their shape", () => {
    expect(() => writeSafetensors({ x: { dtype: "F32", shape: [3], data: new Float32Array(2) } })).toThrow(
      "x has 2 values",
    );
  });
});
