/** Makes a kernel's WGSL from its file: constants, bindings and the bodies of its hooks are replaced. */
import { type Constants, type Kernel, library } from "../../shaders/index";
import type { DType } from "../tensor/tensor";
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
  readonly bindings: readonly ArrayBinding[];
  /** Function bodies by name. */
  readonly bodies: ReadonlyMap<string, string>;
}

/** @throws Error when the file lacks a constant or function that is to be replaced, which is a bug */
export function kernelSource(kernel: Kernel, { constants, element, bindings, bodies }: KernelParts): string {
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
  for (const [name, body] of bodies) {
    replace(
      functionPattern(name),
      (found) => `${found.slice(0, found.indexOf("{") + 1)}\n${body}}`,
      `function ${name}`,
    );
  }
  code = code.replace(/^@group\(0\) @binding\(\d+\).*\n/gm, "");
  const declarations = bindings.map(
    ({ name, dtype, length, access }, index) =>
      `@group(0) @binding(${index}) var<storage, ${access}> ${name}: array<${scalarType(dtype)}, ${length}>;\n`,
  );
  return `${declarations.join("")}\n${code}${libraryFor(code)}`;
}

/** The names of a hook's parameters, as the kernel's file has them. */
export function hookParameters(kernel: Kernel, name: string): string[] {
  const found = new RegExp(`^fn ${name}\\(([^)]*)\\)`, "m").exec(kernel.source);
  if (found === null) throw new Error(`${kernel.name}.wgsl: no function ${name}`);
  return found[1].split(",").map((parameter) => parameter.split(":")[0].trim());
}

/** A function at the file's left margin, up to the brace that closes it there. */
function functionPattern(name: string): RegExp {
  return new RegExp(`^fn ${name}\\([^]*?\\n\\}`, "m");
}

interface LibraryFunction {
  readonly name: string;
  readonly text: string;
}

const libraryFunctions: readonly LibraryFunction[] = library.flatMap((source) =>
  [...source.matchAll(/^fn (\w+)\([^]*?\n\}\n/gm)].map(([text, name]) => ({ name, text })),
);

const libraryVariables: readonly LibraryFunction[] = library.flatMap((source) =>
  [...source.matchAll(/^var<private> (\w+).*\n/gm)].map(([text, name]) => ({ name, text })),
);

/** The library's parts that the code names, and those that they name in turn. */
function libraryFor(code: string): string {
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
