import { describe, expect, it } from "vitest";
import { inOneText } from "./one-text";

/** A kernel of `length` elements, each `factor` times another. */
function part(length: number, factor: string, body = "a[i] = a[i + FIRST] * FACTOR;") {
  const code = `@group(0) @binding(0) var<storage, read_write> a: array<f32, ${length}>;
const LENGTH = ${length}u;
const FIRST = LENGTH / 2u + 3u;
const OTHER = 3u;
fn one(i: u32) {
  ${body.replace("FACTOR", factor)}
}
@compute @workgroup_size(4)
fn main(@builtin(local_invocation_index) lane: u32) {
  for (var i = lane; i < ${length}u; i += 4u) {
    one(i);
  }
}
`;
  return { code, bindings: [], workgroups: [1, 1, 1] } as const;
}

describe("one text", () => {
  it("serves shaders that differ in numbers, which it reads from a uniform", () => {
    const [a, b] = inOneText([part(8, "0.5f"), part(640, "0.25f")]);
    expect(b.code).toBe(a.code);
    expect(a.code).toContain("struct Numbers { number0: u32, number1: f32 }");
    expect(a.code).toContain("@group(0) @binding(1) var<uniform> numbers: Numbers;");
    // What follows from a number is a variable too, worked out in its turn; what does not stays constant.
    expect(a.code).toMatch(/LENGTH = number0;\n {2}FIRST = LENGTH \/ 2u \+ 3u;/);
    expect(a.code).toContain("const OTHER = 3u;");
    expect(a.code).toContain("i < number0;");
    expect(a.code).toContain("var<storage, read_write> a: array<f32>;");
    const floats = (numbers: Uint32Array | undefined) =>
      new Float32Array(numbers?.buffer ?? new ArrayBuffer(8));
    expect([a.numbers?.[0], floats(a.numbers)[1]]).toEqual([8, 0.5]);
    expect([b.numbers?.[0], floats(b.numbers)[1]]).toEqual([640, 0.25]);
  });

  it("leaves alone what is the same or like no other, and what needs a constant", () => {
    const unchanged = (...parts: readonly ReturnType<typeof part>[]) =>
      expect(inOneText(parts)).toEqual(parts);
    unchanged(part(8, "0.5f"), part(8, "0.5f"));
    unchanged(part(8, "0.5f"), part(8, "0.5f", "a[i] = FACTOR;"));
    const array = "var few: array<f32, FIRST>; a[i] = few[0] * FACTOR;";
    unchanged(part(8, "0.5f", array), part(16, "0.5f", array));
    const barrier = "workgroupBarrier(); a[i] = FACTOR;";
    unchanged(part(8, "0.5f", barrier), part(16, "0.5f", barrier));
  });
});
