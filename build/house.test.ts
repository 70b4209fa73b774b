/** The house of ARCHITECTURE.md, from the imports that are really there: who may import whom, and no cycles. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseSync } from "vite";
import { describe, expect, test } from "vitest";

const root = path.resolve(import.meta.dirname, "..");

/** Inside `engine/` a folder imports only from itself and from folders before it. */
const engineOrder = [
  "tensor",
  "program",
  "layers",
  "graph",
  "compile",
  "plan",
  "runtime",
  "data",
  "export",
  "training",
  "cli",
];

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

const files = ["engine", "shaders", "renderer", "electron"].flatMap(sourcesIn);
const known = new Set(files);
const imports = files.flatMap(importsOf);

describe("imports", () => {
  test("there are some", () => {
    expect(imports.length).toBeGreaterThan(100);
  });

  test("every relative import leads to a file", () => {
    expect(shown(imports.filter(({ to }) => to.startsWith("missing:")))).toEqual([]);
  });

  test("the engine's folders import downwards only", () => {
    const wrong = imports.filter(({ from, to }) => engineRank(from) < engineRank(to));
    expect(shown(wrong)).toEqual([]);
  });

  test("the engine knows neither renderer nor Electron, nor their packages", () => {
    const packages = /^package:(react|react-dom|@xyflow|zustand|electron|@base-ui|uplot)/;
    const wrong = imports.filter(
      ({ from, to }) =>
        from.startsWith("engine/") && (/^(renderer|electron)\//.test(to) || packages.test(to)),
    );
    expect(shown(wrong)).toEqual([]);
  });

  test("only engine/cli uses Node", () => {
    const wrong = imports.filter(
      ({ from, to }) =>
        /^(engine|shaders|renderer)\//.test(from) &&
        !from.startsWith("engine/cli/") &&
        /^package:(node:|webgpu$)/.test(to),
    );
    expect(shown(wrong)).toEqual([]);
  });

  test("only engine/plan reads shaders", () => {
    const wrong = imports.filter(
      ({ from, to }) => to.startsWith("shaders/") && !/^(shaders|engine\/plan)\//.test(from),
    );
    expect(shown(wrong)).toEqual([]);
  });

  test("the renderer enters the engine by its door", () => {
    const doors = ["engine/index.ts", "engine/training/protocol.ts", "engine/training/worker.ts"];
    const wrong = imports.filter(
      ({ from, to }) => from.startsWith("renderer/") && to.startsWith("engine/") && !doors.includes(to),
    );
    expect(shown(wrong)).toEqual([]);
  });

  test("renderer and Electron share the contract only", () => {
    const wrong = imports.filter(
      ({ from, to }) =>
        (from.startsWith("renderer/") && to.startsWith("electron/") && to !== "electron/ipc.ts") ||
        (from.startsWith("electron/") && /^(renderer|engine|shaders)\//.test(to)),
    );
    expect(shown(wrong)).toEqual([]);
  });

  test("there is no cycle", () => {
    expect(cycles()).toEqual([]);
  });
});

function sourcesIn(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .map((file) => `${folder}/${file.split(path.sep).join("/")}`)
    .filter((file) => /\.tsx?$/.test(file) && !/\.(test|d)\.tsx?$/.test(file));
}

/** Static imports and re-exports, and the modules named by `import()` and `new URL()`. */
function importsOf(from: string): Import[] {
  const source = readFileSync(path.join(root, from), "utf8");
  const { module } = parseSync(from, source);
  const found: { request: string; typeOnly: boolean }[] = [];
  for (const { moduleRequest, entries } of module.staticImports) {
    found.push({
      request: moduleRequest.value,
      typeOnly: entries.length > 0 && entries.every((entry) => entry.isType),
    });
  }
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest, isType } of entries) {
      if (moduleRequest) found.push({ request: moduleRequest.value, typeOnly: isType });
    }
  }
  for (const [, request] of source.matchAll(/(?:import\(|new URL\()\s*"([^"]+)"/g)) {
    found.push({ request, typeOnly: false });
  }
  return found.map(({ request, typeOnly }) => ({ from, to: resolved(from, request), typeOnly }));
}

function resolved(from: string, request: string): string {
  if (!request.startsWith(".")) return `package:${request}`;
  const [plain] = request.split("?");
  const target = path.posix.join(path.posix.dirname(from), plain);
  const source = [target, `${target}.ts`, `${target}.tsx`, `${target}/index.ts`].find((file) =>
    known.has(file),
  );
  if (source) return source;
  const exists = readdirSync(path.join(root, path.dirname(target))).includes(path.basename(target));
  return exists ? target : `missing:${target}`;
}

/** Where a file of the engine stands in the order; 0 for what is outside, so that it is nobody's superior. */
function engineRank(file: string): number {
  if (!file.startsWith("engine/")) return Number.NaN;
  if (file === "engine/index.ts") return engineOrder.length;
  return engineOrder.indexOf(folderIn(file));
}

function folderIn(file: string): string {
  return file.split("/")[1];
}

function shown(wrong: readonly Import[]): string[] {
  return wrong.map(({ from, to, typeOnly }) => `${from} → ${to}${typeOnly ? " (types)" : ""}`);
}

/** Depth first; a file that is met again on the way down closes a cycle. Types alone make none. */
function cycles(): string[] {
  const next = new Map<string, string[]>();
  for (const { from, to, typeOnly } of imports) {
    if (!typeOnly && known.has(to)) next.set(from, [...(next.get(from) ?? []), to]);
  }
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (file: string, way: readonly string[]) => {
    const at = way.indexOf(file);
    if (at >= 0) found.push([...way.slice(at), file].join(" → "));
    if (at >= 0 || done.has(file)) return;
    for (const target of next.get(file) ?? []) visit(target, [...way, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  return found;
}
