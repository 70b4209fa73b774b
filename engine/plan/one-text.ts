/**
 * One text for shaders that differ in nothing but numbers: layers of several sizes are compiled once. The numbers that
 * differ are the members of a uniform, which is bound behind all else, and are copied to variables of the same names first.
 */
import { entryPoint } from "./kernel-source";
import type { Part } from "./plan";

/** @returns the same parts; those whose text differs from another in numbers alone have the text of all such. */
export function inOneText(parts: readonly Part[]): Part[] {
  const alike = new Map<string, Set<string>>();
  for (const { code } of parts) {
    const skeleton = skeletonOf(code);
    alike.set(skeleton, (alike.get(skeleton) ?? new Set()).add(code));
  }
  const shared = new Map([...alike.values()].flatMap((codes) => [...sharedText([...codes])]));
  return parts.map((part) => ({ ...part, ...shared.get(part.code) }));
}

/** Whole numbers and floats as the generators write them, and lengths of what is bound. */
const numbers = /\b\d+u\b|\b\d+(?:\.\d+)?(?:e[+-]?\d+)?f\b/g;
const lengths = /^(@group.*var<storage.*: array<\w+), \d+>;$/gm;

function skeletonOf(code: string): string {
  return code.replace(lengths, "$1>;").replace(numbers, (number) => (number.endsWith("u") ? "#u" : "#f"));
}

type Shared = Required<Pick<Part, "code" | "numbers">>;

/** By each text, what replaces it; nothing where a number that differs must be known beforehand. */
function sharedText(codes: readonly string[]): Map<string, Shared> {
  if (codes.length === 1) return new Map();
  const found = codes.map((code) => code.replace(lengths, "$1>;").match(numbers) ?? []);
  const names = new Map<string, string>();
  const columns: (readonly string[])[] = [];
  let at = 0;
  const named = codes[0].replace(lengths, "$1>;").replace(numbers, (number) => {
    const column = found.map((each) => each[at]);
    at++;
    if (column.every((each) => each === number)) return number;
    const key = column.join();
    if (!names.has(key)) columns.push(column);
    const name = names.get(key) ?? `number${names.size}`;
    names.set(key, name);
    return name;
  });
  const code = withUniform(
    named,
    columns.map((column, i) => [`number${i}`, typeOf(column[0])] as const),
  );
  if (code === null) return new Map();
  return new Map(
    codes.map((each, i) => [each, { code, numbers: bitsOf(columns.map((column) => column[i])) }]),
  );
}

/** Null where a number that is a variable now, or what follows from one, must be a constant. */
function withUniform(
  named: string,
  members: readonly (readonly [name: string, type: string])[],
): string | null {
  const varying = new Set(members.map(([name]) => name));
  const first = members.map(([name]) => `  ${name} = numbers.${name};\n`);
  const varies = (text: string) => text.match(/[A-Za-z_]\w*/g)?.some((word) => varying.has(word)) ?? false;
  const lines = named.split("\n").map((line) => {
    const [, name, value] = /^const (\w+) = (.*);$/.exec(line) ?? [];
    if (name === undefined || !varies(value)) return line;
    varying.add(name);
    first.push(`  ${name} = ${value};\n`);
    return `var<private> ${name}: u32;`;
  });
  const code = lines.join("\n");
  // A barrier that is reached so often as a variable says is an error.
  if (/Barrier\(/.test(code)) return null;
  if (code.match(/array<[^>]*>|@workgroup_size\([^)]*\)/g)?.some(varies)) return null;
  const bound = code.match(/^@group/gm)?.length ?? 0;
  const declarations = [
    `struct Numbers { ${members.map(([name, type]) => `${name}: ${type}`).join(", ")} }`,
    `@group(0) @binding(${bound}) var<uniform> numbers: Numbers;`,
    ...members.map(([name, type]) => `var<private> ${name}: ${type};`),
  ].join("\n");
  return code
    .replace(subgroups, (enabled) => `${enabled}${uniformity}`)
    .replace(/^@group/m, `${declarations}\n@group`)
    .replace(entryPoint, (entry) => `${entry}\n${first.join("").trimEnd()}`);
}

/** All lanes find the same in the uniform, but a compiler cannot know that of the variable that it was copied to. */
const uniformity = "diagnostic(off, subgroup_uniformity);\n";
const subgroups = /^enable subgroups;\n(?!diagnostic)/;

function typeOf(number: string): "u32" | "f32" {
  return number.endsWith("u") ? "u32" : "f32";
}

function bitsOf(values: readonly string[]): Uint32Array {
  const bits = new Uint32Array(values.length);
  const floats = new Float32Array(bits.buffer);
  for (const [i, value] of values.entries())
    (typeOf(value) === "u32" ? bits : floats)[i] = Number(value.slice(0, -1));
  return bits;
}
