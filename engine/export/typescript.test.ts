import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { transformWithOxc } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodeGpu } from "../cli/gpu";
import type { CheckedGraph, CheckedNode } from "../compile/checked";
import { openDevice } from "../runtime/device";
import { contiguousType } from "../tensor/tensor";
import { writeSafetensors } from "./safetensors";
import { type ExportInput, exportTypeScript } from "./typescript";

const modules = fileURLToPath(new URL("../../node_modules", import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), "export-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const batchSize = 4;

function node(id: string, type: string, columns: number, parameterCount: number): CheckedNode {
  const y = {
    ...contiguousType("float32", [batchSize, columns]),
    symbolicShape: [
      { n: 1, batch: true },
      { n: columns, batch: false },
    ],
    symbolicStride: [
      { n: columns, batch: false },
      { n: 1, batch: false },
    ],
    contiguous: true,
  };
  const none = {
    params: {},
    inputs: {},
    weights: {},
    buffers: {},
    flops: 0,
    trainingFlops: 0,
    activationBytes: 0,
  };
  return { ...none, id, type, name: type.toLowerCase(), outputs: { y }, parameterCount };
}

const checked: CheckedGraph = {
  batchSize,
  order: ["a", "b", "c", "d"],
  nodes: {
    a: node("a", "Input", 2, 0),
    b: node("b", "Linear", 3, 9),
    c: node("c", "Tanh", 3, 0),
    d: node("d", "CrossEntropyLoss", 1, 0),
  },
  edges: [
    { id: "1", from: { node: "a", port: "y" }, to: { node: "b", port: "x" } },
    { id: "2", from: { node: "b", port: "y" }, to: { node: "c", port: "x" } },
    { id: "3", from: { node: "c", port: "y" }, to: { node: "d", port: "prediction" } },
  ],
  diagnostics: [],
  losses: ["d"],
  loss: "d",
  parameterCount: 9,
  flops: 0,
  trainingFlops: 0,
  activationBytes: 0,
};

const linear = `// y = x·W + b, x (4, 2), W (2, 3), b (3); one invocation an element of y.
@group(0) @binding(0) var<storage, read> x: array<f32, 8>;
@group(0) @binding(1) var<storage, read> w: array<f32, 6>;
@group(0) @binding(2) var<storage, read> b: array<f32, 3>;
@group(0) @binding(3) var<storage, read_write> y: array<f32, 12>;

@compute @workgroup_size(12)
fn main(@builtin(local_invocation_index) i: u32) {
  let row = i / 3;
  let column = i % 3;
  y[i] = x[row * 2] * w[column] + x[row * 2 + 1] * w[3 + column] + b[column];
}
`;

const tanh = `@group(0) @binding(0) var<storage, read> x: array<f32, 12>;
@group(0) @binding(1) var<storage, read_write> y: array<f32, 12>;

@compute @workgroup_size(12)
fn main(@builtin(local_invocation_index) i: u32) {
  y[i] = tanh(x[i]);
}
`;

const w = [0.5, -1, 0.25, 1, 0.125, -0.5];
const b = [0.1, 0.2, 0.3];
const scale = { mean: [1, 10], std: [2, 5] };

const input: ExportInput = {
  name: "Flowers",
  checked,
  batchSize,
  plan: {
    buffers: [
      { name: "params", role: "persistent", dtype: "float32", bytes: 512 },
      { name: "optimizer", role: "persistent", dtype: "float32", bytes: 512 },
      { name: "batch.features", role: "persistent", dtype: "float32", bytes: 32 },
      { name: "arena", role: "arena", dtype: "mixed", bytes: 48 },
      { name: "arena 2", role: "arena", dtype: "mixed", bytes: 304 },
    ],
    shaders: [
      { name: "linear", code: linear },
      { name: "elementwise", code: tanh },
    ],
    dispatches: [
      {
        shader: 0,
        bindings: [
          { buffer: 2, offset: 0, bytes: 32, access: "read" },
          { buffer: 0, offset: 0, bytes: 24, access: "read" },
          { buffer: 0, offset: 256, bytes: 12, access: "read" },
          { buffer: 3, offset: 0, bytes: 48, access: "read_write" },
        ],
        workgroups: [1, 1, 1],
        ops: [3],
        origins: ["b"],
        phase: "forward",
        label: "matmul + add",
        flops: 60,
        bytes: 116,
      },
      {
        shader: 1,
        bindings: [
          { buffer: 3, offset: 0, bytes: 48, access: "read" },
          { buffer: 4, offset: 256, bytes: 48, access: "read_write" },
        ],
        workgroups: [1, 1, 1],
        ops: [4],
        origins: ["c"],
        phase: "forward",
        label: "tanh",
        flops: 12,
        bytes: 96,
      },
    ],
    kept: {},
    arenaBytes: 352,
    arenaBound: 352,
    peakBytes: 1408,
    peakOrigin: "c",
  },
  slots: {
    "linear.weight": { memory: "params", offset: 0, length: 6 },
    "linear.bias": { memory: "params", offset: 64, length: 3 },
  },
  inputs: { features: { memory: "batch.features", shape: [2], dtype: "float32" } },
  output: { buffer: 4, offset: 256, shape: [batchSize, 3], dtype: "float32" },
  scale: { features: scale },
  classes: ["setosa", "versicolor", "virginica"],
  columns: ["length", "width"],
  weights: writeSafetensors({
    "linear.weight": { dtype: "F32", shape: [2, 3], data: Float32Array.from(w) },
    "linear.bias": { dtype: "F32", shape: [3], data: Float32Array.from(b) },
    "optimizer.exp_avg.linear.weight": { dtype: "F32", shape: [1], data: Float32Array.of(9) },
  }),
};

function moduleText(from: ExportInput): string {
  const text = exportTypeScript(from)["model.ts"];
  return typeof text === "string" ? text : "";
}

/**
 * What tsc says of the module, and of the example in its first comment; empty when both type-check. WebGPU's types are
 * those of lib.dom, or those of the package for TypeScript versions whose lib.dom has none.
 */
function typeErrors(text: string, types: readonly string[] = []): string {
  const example = text.slice(0, text.indexOf("*/")).matchAll(/^ \* {5}(.*)$/gm);
  const usage = Array.from(example, ([, line]) => line).filter((line) => /^(import|const|if) /.test(line));
  expect(usage).toHaveLength(7);
  writeFileSync(path.join(folder, "model.ts"), text);
  writeFileSync(path.join(folder, "usage.ts"), `${usage.join("\n")}\nexport default prediction;\n`);
  const compilerOptions = {
    strict: true,
    noUnusedLocals: true,
    noUnusedParameters: true,
    noEmit: true,
    target: "ES2022",
    module: "ESNext",
    moduleResolution: "Bundler",
    lib: ["ES2022", "DOM"],
    types,
    // Where lib.dom has WebGPU's types as well, the package's declare the same names a little differently.
    skipLibCheck: types.length > 0,
  };
  writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["usage.ts"] }));
  const compiler = path.join(modules, "typescript/bin/tsc");
  const { status, stdout } = spawnSync(process.execPath, [compiler, "--project", folder], {
    encoding: "utf8",
  });
  return status === 0 ? "" : `tsc ended with ${status}\n${stdout}`;
}

describe("exportTypeScript", () => {
  it("writes a module that can be read", async () => {
    await expect(moduleText(input)).toMatchFileSnapshot("__snapshots__/model.ts.txt");
  });

  it("type-checks under --strict", () => {
    expect(typeErrors(moduleText(input))).toBe("");
    expect(typeErrors(moduleText(input), [path.join(modules, "@webgpu/types")])).toBe("");
  });

  it("type-checks whatever people call their things", () => {
    const awkward = '*/ `${1}` \\ "quoted"\n鸢尾花';
    const plan = {
      ...input.plan,
      shaders: input.plan.shaders.map(({ code }) => ({ code: `// \`\${x}\\n\`\n${code}`, name: "2 d" })),
    };
    const renamed: ExportInput = {
      ...input,
      name: awkward,
      plan,
      classes: [awkward, "b"],
      columns: [awkward],
      inputs: { '图 "1"': input.inputs.features, label: { ...input.inputs.features, dtype: "int64" } },
    };
    const text = moduleText(renamed);
    expect(typeErrors(text)).toBe("");
    expect(text).toContain("const kernel2DShader2 = ");
    expect(text).not.toContain("classOf");
  });

  it("takes the weights along and leaves the optimizer's state behind", () => {
    const file = exportTypeScript(input)["model.safetensors"];
    expect(file).toEqual(
      writeSafetensors({
        "linear.weight": { dtype: "F32", shape: [2, 3], data: Float32Array.from(w) },
        "linear.bias": { dtype: "F32", shape: [3], data: Float32Array.from(b) },
      }),
    );
  });

  it("refuses parts that do not fit together", () => {
    const slots = { "linear.weight": { memory: "params", offset: 0, length: 5 } };
    expect(() => exportTypeScript({ ...input, slots })).toThrow("linear.weight has [2, 3], not 5 elements");
    expect(() => exportTypeScript({ ...input, batchSize: 5 })).toThrow("[4, 3] for 5 rows");
    expect(() => exportTypeScript({ ...input, weights: writeSafetensors({}) })).toThrow(
      "no weights for linear.weight",
    );
    const inputs = { features: { ...input.inputs.features, memory: "nowhere" } };
    expect(() => exportTypeScript({ ...input, inputs })).toThrow("no memory nowhere");
  });
});

/** What the exported module offers to those who import it. */
interface Exported {
  load(
    device: GPUDevice,
    weights: ArrayBuffer,
  ): Promise<{
    predict(inputs: { features: Float32Array }): Promise<{ prediction: Float32Array }>;
    destroy(): void;
  }>;
  classOf(prediction: { prediction: Float32Array }): string[];
}

describe("the exported module on WebGPU", () => {
  // Kept for as long as its device: Dawn stops answering when it is collected.
  let gpu: GPU | null;
  let device: GPUDevice;
  let load: Exported["load"];
  let classOf: Exported["classOf"];

  beforeAll(async () => {
    gpu = await nodeGpu();
    const opened = await openDevice(gpu);
    if (!opened.ok) throw new Error(opened.error.message.en);
    device = opened.value.device;
    const { code } = await transformWithOxc(moduleText(input), "model.ts");
    const file = path.join(folder, "model.mjs");
    writeFileSync(file, code);
    ({ load, classOf } = await import(pathToFileURL(file).href));
  });
  afterAll(() => {
    device.destroy();
    gpu = null;
  });

  const weights = exportTypeScript(input)["model.safetensors"];
  const bytes = typeof weights === "string" ? new ArrayBuffer(0) : weights.slice().buffer;

  function expected(features: readonly number[]): number[] {
    return Array.from({ length: (features.length / 2) * 3 }, (_, i) => {
      const [row, column] = [Math.floor(i / 3), i % 3];
      const [x0, x1] = [0, 1].map((k) => (features[row * 2 + k] - scale.mean[k]) / scale.std[k]);
      return Math.tanh(x0 * w[column] + x1 * w[3 + column] + b[column]);
    });
  }

  it.each([0, 1, 4, 5, 11])("predicts %i rows", async (rows) => {
    const features = Array.from({ length: rows * 2 }, (_, i) => Math.sin(i) * 3 + i);
    const model = await load(device, bytes);
    const { prediction } = await model.predict({ features: Float32Array.from(features) });
    const right = expected(features);
    expect(prediction.length).toBe(right.length);
    for (const [i, value] of right.entries()) expect(prediction[i]).toBeCloseTo(value, 5);
    model.destroy();
  });

  it("answers questions asked side by side", async () => {
    const model = await load(device, bytes);
    const questions = [
      [1, 10],
      [3, 0, -2, 20, 0, 0, 1, 1, 5, 5],
      [7, 7],
    ];
    const answers = await Promise.all(
      questions.map((each) => model.predict({ features: Float32Array.from(each) })),
    );
    for (const [i, { prediction }] of answers.entries()) {
      for (const [j, value] of expected(questions[i]).entries()) expect(prediction[j]).toBeCloseTo(value, 5);
    }
    model.destroy();
  });

  it("standardises an image by its channels", async () => {
    // One channel of two pixels: both are standardised alike.
    const image = { ...input.inputs.features, shape: [1, 1, 2] };
    const text = moduleText({
      ...input,
      inputs: { features: image },
      scale: { features: { mean: [4], std: [2] } },
    });
    expect(text).toContain("(channels, height, width)");
    const file = path.join(folder, "image.mjs");
    writeFileSync(file, (await transformWithOxc(text, "model.ts")).code);
    const exported: Exported = await import(pathToFileURL(file).href);
    const model = await exported.load(device, bytes);
    const { prediction } = await model.predict({ features: Float32Array.of(6, 2) });
    [0, 1, 2].forEach((column) => {
      expect(prediction[column]).toBeCloseTo(Math.tanh(w[column] - w[3 + column] + b[column]), 5);
    });
    model.destroy();
  });

  it("names the likeliest class", () => {
    expect(classOf({ prediction: Float32Array.of(0, 1, 0, 0.5, 0.2, 0.3) })).toEqual([
      "versicolor",
      "setosa",
    ]);
  });

  it("refuses half a row, other weights and weights that are cut off", async () => {
    const model = await load(device, bytes);
    await expect(model.predict({ features: new Float32Array(3) })).rejects.toThrow(
      "features: 3 numbers, 2 a row",
    );
    model.destroy();
    const other = writeSafetensors({
      "linear.weight": { dtype: "F32", shape: [3, 2], data: new Float32Array(6) },
    });
    await expect(load(device, other.slice().buffer)).rejects.toThrow(
      "no tensor linear.weight of dtype F32 and shape [2, 3]",
    );
    await expect(load(device, bytes.slice(0, 40))).rejects.toThrow("cut off");
    await expect(load(device, bytes.slice(0, -4))).rejects.toThrow("cut off in linear.weight");
  });
});
