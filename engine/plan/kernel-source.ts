/**
 * Makes a shader from kernels' files: constants, bindings and the bodies of hooks are replaced, and several kernels
 * are put side by side, each with workgroups of its own.
 */
import { type Constants, type Kernel, library } from "../../shaders/index";
import type { DType } from "../tensor/tensor";
import type { SteadyReads } from "./accesses";
import { splitBody } from "./hoist";
import { scalarType } from "./literals";

export interface ArrayBinding {
  readonly name: string;
  readonly dtype: DType;
  /** In elements. */
  readonly length: number;
  readonly access: "read" | "read_write";
}

export interface KernelParts {
  readonly constants: Constants;
  readonly element?: DType;
  /** Function bodies by name. */
  readonly bodies: ReadonlyMap<string, string>;
  readonly steady: SteadyReads;
}

/**
 * The kernel without what it binds and without the library.
 * @throws Error when the file lacks a constant or function that is to be replaced, which is a bug
 */
export function kernelCode(kernel: Kernel, { constants, element, bodies, steady }: KernelParts): string {
  let code = kernel.source;
  const replace = (pattern: RegExp, text: (found: string) => string, what: string) => {
    if (!pattern.test(code)) throw new Error(`${kernel.name}.wgsl: no ${what}`);
    code = code.replace(pattern, text);
  };
  for (const [name, value] of Object.entries(constants)) {
    const suffix = name === "DIVISOR" ? "" : "u";
    replace(
      new RegExp(`^const ${name} = -?\\d+u?;`, "m"),
      () => `const ${name} = ${value}${suffix};`,
      `constant ${name}`,
    );
  }
  if (element !== undefined)
    replace(/^alias Element = \w+;/m, () => `alias Element = ${scalarType(element)};`, "alias Element");
  for (const [name, body] of [...bodies, ...splitBodies(kernel, bodies)]) {
    replace(
      functionPattern(name),
      (found) => `${found.slice(0, found.indexOf("{") + 1)}\n${body}}`,
      `function ${name}`,
    );
  }
  const variables = [...steady].map(([name, { dtype }]) => `var<private> ${name}: ${scalarType(dtype)};\n`);
  const reads = [...steady].map(([name, { text }]) => `  ${name} = ${text};\n`);
  if (steady.size > 0)
    replace(
      entryPoint,
      (found) => `${variables.join("")}\n${found}\n${reads.join("").trimEnd()}`,
      "entry point",
    );
  return code.replace(/^@group\(0\) @binding\(\d+\).*\n/gm, "");
}

/**
 * A kernel may have a function in three parts beside the whole: `load_b_outer` and `load_b_inner` tell what follows from
 * one half of the parameters, and `load_b_at` does the rest with what they told. Where `load_b_inner` has a parameter j
 * beside the first, `load_b_steps` tells it for as many j as are unrolled (u): once for all, if j only moves the place that is
 * read along.
 */
function* splitBodies(kernel: Kernel, bodies: KernelParts["bodies"]): Generator<[string, string]> {
  for (const [name, body] of bodies) {
    if (!functionPattern(`${name}_at`).test(kernel.source)) continue;
    const [outer, inner, rest] = ["outer", "inner", "at"].map((part) =>
      hookParameters(kernel, `${name}_${part}`),
    );
    const others = rest.slice(2).filter((parameter) => !inner.includes(parameter));
    const [step, ...free] = inner;
    const shared = free.length > 0 ? splitBody(body, outer, [step], free, others) : null;
    const once = shared !== null && !shared.mixed;
    const split = once ? shared : splitBody(body, outer, inner, [], others);
    if (split === null) continue;
    yield [`${name}_outer`, split.outer];
    yield [`${name}_inner`, split.inner];
    yield [`${name}_at`, split.body];
    if (!once || !functionPattern(`${name}_steps`).test(kernel.source)) continue;
    const count = Number(/^const u_count = (\d+)u;/m.exec(kernel.source)?.[1]);
    const all = Array.from({ length: count }, () => "all").join(", ");
    yield [
      `${name}_steps`,
      `  let all = ${name}_inner(${step}, 0u);\n  return array<Place, u_count>(${all});\n`,
    ];
  }
}

export interface ShaderPart {
  readonly code: string;
  readonly workgroups: number;
}

/** @param gridWidth workgroups along x; those along y go on counting */
export function shaderSource(
  parts: readonly ShaderPart[],
  bindings: readonly ArrayBinding[],
  gridWidth: number,
): string {
  const declarations = bindings.map(
    ({ name, dtype, length, access }, index) =>
      `@group(0) @binding(${index}) var<storage, ${access}> ${name}: array<${scalarType(dtype)}, ${length}>;\n`,
  );
  const code =
    parts.length === 1
      ? parts[0].code.replace(/^const GRID_WIDTH = \d+u;/m, `const GRID_WIDTH = ${gridWidth}u;`)
      : sideBySide(parts, gridWidth);
  const whole = `${code}${libraryFor(code)}`;
  const directives = [...new Set(whole.match(directive) ?? [])].join("");
  return `${directives}${declarations.join("")}\n${whole.replace(directive, "")}`;
}

const directive = /^(?:enable|requires|diagnostic)\b.*;\n/gm;

export const entryPoint = /@compute @workgroup_size\((\w+)\)\s+fn main\(([^{]*)\) \{/;

/** Each part gets names and a range of workgroups of its own. All have the same number of threads. */
function sideBySide(parts: readonly ShaderPart[], gridWidth: number): string {
  const builtins = new Map<string, string>();
  let threads = "";
  let first = 0;
  const calls: string[] = [];
  const codes = parts.map(({ code, workgroups }, index) => {
    const [entry, size, list] = entryPoint.exec(code) ?? [];
    if (entry === undefined) throw new Error("planner: a kernel without an entry point");
    threads = /^const THREADS = (\d+u);/m.exec(code)?.[1] ?? size;
    const inputs = [...list.matchAll(/@builtin\((\w+)\) (\w+): (\w+)/g)];
    for (const [, builtin, , type] of inputs) builtins.set(builtin, type);
    const values = inputs.map(([, builtin]) =>
      builtin === "workgroup_id" ? `vec3u(index - ${first}u, 0u, 0u)` : builtin,
    );
    const parameters = inputs.map(([, , name, type]) => `${name}: ${type}`).join(", ");
    calls.push(`main_${index}(${values.join(", ")});`);
    first += workgroups;
    return renamed(
      code.replace(entry, () => `fn main(${parameters}) {`),
      index,
    );
  });
  let end = 0;
  const branches = calls.map((call, index) => {
    end += parts[index].workgroups;
    const guard = index < calls.length - 1 ? `if (index < ${end}u) ` : "";
    return `${guard}{\n    ${call}\n  }`;
  });
  const parameters = [...builtins].map(([builtin, type]) => `@builtin(${builtin}) ${builtin}: ${type}`);
  return `${codes.join("\n")}
@compute @workgroup_size(${threads})
fn main(${parameters.join(", ")}) {
  let index = workgroup_id.x + workgroup_id.y * ${gridWidth}u;
  ${branches.join(" else ")}
}
`;
}

/** What the code declares has the part's number behind its name. */
function renamed(code: string, part: number): string {
  const declared = [...code.matchAll(/^(?:(?:const|alias|fn|struct) |var<[^>]*> )(\w+)/gm)];
  const names = new Set(declared.map(([, name]) => name));
  return code.replace(/(?<![\w.])[A-Za-z_]\w*/g, (word) => (names.has(word) ? `${word}_${part}` : word));
}

/** The names of a hook's parameters, as the kernel's file has them. */
export function hookParameters(kernel: Kernel, name: string): readonly string[] {
  const known = knownParameters.get(kernel) ?? new Map<string, readonly string[]>();
  knownParameters.set(kernel, known);
  const before = known.get(name);
  if (before !== undefined) return before;
  const found = new RegExp(`^fn ${name}\\(([^)]*)\\)`, "m").exec(kernel.source);
  if (found === null) throw new Error(`${kernel.name}.wgsl: no function ${name}`);
  const parameters = found[1].split(",").map((parameter) => parameter.split(":")[0].trim());
  known.set(name, parameters);
  return parameters;
}

/** Asked for often, while it is tried out what fuses with what. */
const knownParameters = new WeakMap<Kernel, Map<string, readonly string[]>>();

/** A function at the file's left margin, up to the brace that closes it there. */
function functionPattern(name: string): RegExp {
  return new RegExp(`^fn ${name}\\([^]*?\\n\\}`, "m");
}

interface LibraryFunction {
  readonly name: string;
  readonly text: string;
}

const libraryFunctions: readonly LibraryFunction[] = library.flatMap((source) => {
  const directives = (source.match(directive) ?? []).join("");
  return [...source.matchAll(/^fn (\w+)\([^]*?\n\}\n/gm)].map(([text, name]) => ({
    name,
    text: `${directives}${text}`,
  }));
});

const libraryVariables: readonly LibraryFunction[] = library.flatMap((source) =>
  [...source.matchAll(/^var<private> (\w+).*\n/gm)].map(([text, name]) => ({ name, text })),
);

/** The library's parts that the code names, and those that they name in turn. */
export function libraryFor(code: string): string {
  const taken: LibraryFunction[] = [];
  const open = [code];
  for (let text = open.pop(); text !== undefined; text = open.pop()) {
    for (const part of [...libraryVariables, ...libraryFunctions]) {
      if (taken.includes(part) || !new RegExp(`\\b${part.name}\\b`).test(text)) continue;
      taken.push(part);
      open.push(part.text);
    }
  }
  return taken.map((part) => `\n${part.text}`).join("");
}
