/**
 * A trained network as a TypeScript module of its own, with its weights beside it: shaders, buffers and dispatches of
 * an evaluation plan, written out to be read. What all modules have in common is in `module.template.ts`.
 */
import type { CheckedGraph, CheckedNode, CheckedTensor } from "../compile/checked";
import { ancestors, predictionPort } from "../compile/lower";
import type { Scale } from "../data/dataset";
import type { Dispatch, Placement, Plan } from "../plan/plan";
import type { Slot } from "../program/program";
import { type DType, elementCount, type Shape } from "../tensor/tensor";
import template from "./module.template.ts?raw";
import { readSafetensors, type Safetensors, writeSafetensors } from "./safetensors";

export interface ExportInput {
  /** The project's name. */
  readonly name: string;
  readonly checked: CheckedGraph;
  /** The forward pass in evaluation mode, for `batchSize` rows. */
  readonly plan: Plan;
  readonly batchSize: number;
  /** Tensor name (`linear.weight`) → where it lies in the program's memories. Those of memories not in the plan may be there. */
  readonly slots: Readonly<Record<string, Slot>>;
  /** Input name (`features`) → its memory, which begins with the batch's rows. */
  readonly inputs: Readonly<Record<string, ExportTensor>>;
  /** The prediction: a kept value, or the place of a memory that the plan stores it in. (batch, …) float32 */
  readonly output: Placement;
  /** By input name; inputs that are not in it are taken as they come. */
  readonly scale: Readonly<Record<string, Scale>>;
  /** Empty for regression. */
  readonly classes: readonly string[];
  /** Names of a row's numbers, for the comments; empty for images. */
  readonly columns: readonly string[];
  /** Safetensors with at least the tensors of `slots`. */
  readonly weights: Uint8Array;
}

export interface ExportTensor {
  readonly memory: string;
  /** One sample's, without the batch. */
  readonly shape: Shape;
  readonly dtype: DType;
}

/**
 * `model.ts` and `model.safetensors`. The module needs a GPUDevice and nothing else, and type-checks under --strict
 * with lib.dom (before it knew WebGPU: and @webgpu/types).
 * @throws Error when the parts of the input do not fit together
 */
export function exportTypeScript(input: ExportInput): Record<string, string | Uint8Array> {
  const weights = ownWeights(input);
  const regions: Readonly<Record<string, string>> = {
    about: about(input),
    interface: interfaces(input),
    network: network(input, weights),
  };
  const module = template.replace(
    /\/\/ #region (\w+)[^]*?\/\/ #endregion/g,
    (_, region: string) => regions[region],
  );
  return { "model.ts": module, "model.safetensors": writeSafetensors(weights.tensors, weights.metadata) };
}

/** The weights and buffers alone; a checkpoint may hold optimizer state besides. */
function ownWeights({ slots, weights }: ExportInput): Safetensors {
  const read = readSafetensors(weights);
  if (!read.ok) throw new Error(`export: ${read.error.message.en}`);
  const tensors = Object.keys(slots).map((name) => {
    const tensor = read.value.tensors[name];
    if (!tensor) throw new Error(`export: no weights for ${name}`);
    return [name, tensor] as const;
  });
  return { tensors: Object.fromEntries(tensors), metadata: read.value.metadata };
}

// The regions

function about({ name, checked, inputs, columns }: ExportInput): string {
  const examples = Object.entries(inputs).map(([input, { shape, dtype }]) => {
    return `${key(input)}: new ${arrayType(dtype)}(${elementCount(shape)})`;
  });
  return comment([
    `${name || "A network"}, trained in Tensorloom. It runs on any WebGPU device and needs nothing else.`,
    "",
    '    import { load } from "./model";',
    "",
    "    const adapter = await navigator.gpu.requestAdapter();",
    '    if (!adapter) throw new Error("This machine has no WebGPU.");',
    "    const device = await adapter.requestDevice();",
    '    const weights = await fetch("model.safetensors");',
    "    const model = await load(device, await weights.arrayBuffer());",
    `    const { prediction } = await model.predict({ ${examples.join(", ")} }); // one row`,
    "",
    ...(columns.length > 0 ? [`A row is ${columns.join(", ")}, in the units of the training data.`, ""] : []),
    "The network, for N rows:",
    "",
    ...table(predictingNodes(checked).map(describe)).map((line) => `    ${line}`),
    "",
    "A TypeScript that does not know WebGPU needs the package @webgpu/types.",
  ]);
}

/** Those that the loss's prediction comes from: not the loss itself, nor what feeds only its target. */
function predictingNodes(checked: CheckedGraph): CheckedNode[] {
  const end = predictionPort(checked);
  const used = end ? ancestors(checked, end.node) : new Set<string>();
  return checked.order.filter((id) => used.has(id)).map((id) => checked.nodes[id]);
}

function describe({ name, type, outputs, parameterCount }: CheckedNode): string[] {
  const shapes = Object.values(outputs).map(symbolicShape).join(", ");
  return [name, type, shapes, parameterCount > 0 ? `${parameterCount} parameters` : ""];
}

function interfaces({ inputs, output, scale, classes, batchSize }: ExportInput): string {
  const fields = Object.entries(inputs).map(([name, { shape, dtype }]) => {
    const image =
      shape.length === 3 ? " (channels, height, width), from 0 for black to 1 for full brightness" : "";
    const scaled = scale[name] ? "; raw, as they are standardised here" : "";
    return `  /** Rows of ${size(shape)}${image}${scaled}. */\n  ${key(name)}: ${arrayType(dtype)};`;
  });
  const meaning = hasClassScores({ output, classes, batchSize })
    ? ", one for each of `classes`: the larger, the likelier"
    : "";
  const rows = output.shape.slice(1);
  const parts = [
    `export interface Inputs {\n${fields.join("\n")}\n}`,
    `export interface Prediction {\n  /** Rows of ${size(rows)}${meaning}. */\n  prediction: Float32Array;\n}`,
  ];
  if (classes.length > 0) parts.push(`export const classes = [${block(classes.map(quote))}] as const;`);
  if (hasClassScores({ output, classes, batchSize })) parts.push(classOf);
  return parts.join("\n\n");
}

const classOf = `/** The likeliest class of each row. */
export function classOf({ prediction }: Prediction): (typeof classes)[number][] {
  return Array.from({ length: prediction.length / classes.length }, (_, row) => {
    const scores = prediction.subarray(row * classes.length, (row + 1) * classes.length);
    return classes[scores.indexOf(Math.max(...scores))];
  });
}`;

function hasClassScores({
  output,
  classes,
  batchSize,
}: Pick<ExportInput, "output" | "classes" | "batchSize">): boolean {
  return classes.length > 0 && rowElements(output, batchSize) === classes.length;
}

function network(input: ExportInput, weights: Safetensors): string {
  const { plan, batchSize, output } = input;
  const names = shaderNames(plan);
  const used = usedBuffers(input);
  const sizes = [...used].map((index) => `${key(plan.buffers[index].name)}: ${plan.buffers[index].bytes}`);
  const place = [
    `buffer: ${quote(plan.buffers[output.buffer].name)}`,
    `offset: ${output.offset}`,
    `elements: ${rowElements(output, batchSize)}`,
  ];
  return [
    "/** Rows that the GPU takes at once. */",
    `const batchSize = ${batchSize};`,
    "",
    "/** Memory on the GPU, in bytes. */",
    `const bufferBytes = {${block(sizes)}};`,
    "type BufferName = keyof typeof bufferBytes;",
    "",
    `const inputs: readonly InputTensor[] = [${block(inputItems(input))}];`,
    "",
    `const tensors: readonly WeightTensor[] = [${block(weightItems(input, weights, used))}];`,
    "",
    "/** Where the prediction lies after the last step: bytes into a buffer, and numbers a row. */",
    `const output = { ${place.join(", ")} } as const;`,
    "",
    ...plan.shaders.map(({ code }, index) => shaderConstant(names[index], code, purposes(input, index))),
    "/** What the GPU does, in order. */",
    `const steps: readonly Step[] = [${block(plan.dispatches.map((dispatch) => step(input, dispatch, names)))}];`,
  ].join("\n");
}

/** Indices of the buffers that a dispatch, an input or the output needs, in the plan's order. */
function usedBuffers({ plan, inputs, output }: ExportInput): ReadonlySet<number> {
  const bound = plan.dispatches.flatMap(({ bindings }) => bindings.map(({ buffer }) => buffer));
  const filled = Object.values(inputs).map(({ memory }) => bufferOf(plan, memory));
  return new Set([...bound, ...filled, output.buffer].sort((a, b) => a - b));
}

function bufferOf(plan: Plan, memory: string): number {
  const index = plan.buffers.findIndex(({ role, name }) => role === "persistent" && name === memory);
  if (index === -1) throw new Error(`export: the plan has no memory ${memory}`);
  return index;
}

function inputItems({ inputs, scale }: ExportInput): string[] {
  return Object.entries(inputs).map(([name, { memory, shape }]) => {
    const { mean, std } = scale[name] ?? { mean: [], std: [] };
    const fields = [
      `name: ${quote(name)}`,
      `buffer: ${quote(memory)}`,
      `elements: ${elementCount(shape)}`,
      `mean: ${numbers(mean)}`,
      `std: ${numbers(std)}`,
    ];
    return `{${block(fields)}}`;
  });
}

/** Integer tensors (`num_batches_tracked`) count training steps: they travel in the file, but nothing here reads them. */
function weightItems(
  { plan, slots }: ExportInput,
  weights: Safetensors,
  used: ReadonlySet<number>,
): string[] {
  const memories = new Set([...used].map((index) => plan.buffers[index].name));
  return Object.entries(slots).flatMap(([name, { memory, offset, length }]) => {
    const { dtype, shape } = weights.tensors[name];
    if (elementCount(shape) !== length)
      throw new Error(`export: ${name} has ${numbers(shape)}, not ${length} elements`);
    if (dtype !== "F32" || !memories.has(memory)) return [];
    const fields = [
      `name: ${quote(name)}`,
      `shape: ${numbers(shape)}`,
      `buffer: ${quote(memory)}`,
      `offset: ${offset * 4}`,
    ];
    return `{ ${fields.join(", ")} }`;
  });
}

function shaderConstant(name: string, code: string, purpose: readonly string[]): string {
  const escaped = code.replace(/[\\`]|\$\{/g, "\\$&");
  return `${comment(purpose)}\nconst ${name} = /* wgsl */ \`\n${escaped.trim()}\n\`;\n`;
}

/** What a shader is used for: the labels of its dispatches, with the nodes they come from. */
function purposes({ plan, checked }: ExportInput, shader: number): string[] {
  const lines = plan.dispatches
    .filter((dispatch) => dispatch.shader === shader)
    .map((dispatch) => purpose(checked, dispatch));
  return [...new Set(lines)];
}

function purpose(checked: CheckedGraph, { label, origins }: Dispatch): string {
  const nodes = origins.map((id) => checked.nodes[id]?.name ?? id);
  return nodes.length > 0 ? `${label} (${nodes.join(", ")})` : label;
}

function step({ plan, checked }: ExportInput, dispatch: Dispatch, names: readonly string[]): string {
  const bindings = dispatch.bindings.map(({ buffer, offset, bytes, access }) => {
    const name = quote(plan.buffers[buffer].name);
    return `{ buffer: ${name}, offset: ${offset}, bytes: ${bytes}, access: ${quote(access)} }`;
  });
  const fields = [
    `shader: ${names[dispatch.shader]}`,
    `workgroups: ${numbers(dispatch.workgroups)}`,
    `bindings: [${block(bindings)}]`,
  ];
  return `// ${oneLine(purpose(checked, dispatch))}\n{${block(fields)}}`;
}

/** An identifier for each shader: `matmulShader`, `elementwiseShader2`. */
function shaderNames({ shaders }: Plan): string[] {
  const taken = new Set<string>();
  return shaders.map(({ name }) => {
    const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
    const camel = words.map((word, i) => (i === 0 ? word : word[0].toUpperCase() + word.slice(1))).join("");
    const base = `${/^[A-Za-z]/.test(camel) ? camel : `kernel${camel}`}Shader`;
    let unique = base;
    for (let count = 2; taken.has(unique); count++) unique = `${base}${count}`;
    taken.add(unique);
    return unique;
  });
}

function rowElements({ shape }: Placement, batchSize: number): number {
  const elements = elementCount(shape) / batchSize;
  if (!Number.isInteger(elements))
    throw new Error(`export: a prediction of ${numbers(shape)} for ${batchSize} rows`);
  return elements;
}

// Spelling

/** Items on lines of their own, indented, for between brackets. */
function block(items: readonly string[]): string {
  return items.length === 0 ? "" : `\n${items.join(",\n").replace(/^/gm, "  ")},\n`;
}

/** `1×28×28 numbers`, for one sample. */
function size(shape: Shape): string {
  if (shape.length === 0) return "one number";
  return shape.length === 1 && shape[0] === 1 ? "1 number" : `${shape.join("×")} numbers`;
}

function symbolicShape({ symbolicShape: dims }: CheckedTensor): string {
  return dims.map(({ n, batch }) => (batch ? (n === 1 ? "N" : `${n}N`) : String(n))).join("×");
}

/** What holds a tensor's numbers in JavaScript; int64 has 32 bits here. */
function arrayType(dtype: DType): string {
  return dtype === "int64" ? "Int32Array" : "Float32Array";
}

/** Columns of equal width. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows.reduce<number[]>(
    (most, row) => row.map((cell, i) => Math.max(most[i] ?? 0, cell.length)),
    [],
  );
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i]))
      .join("  ")
      .trimEnd(),
  );
}

/** A doc comment; what people have named their things cannot end it. */
function comment(lines: readonly string[]): string {
  const safe = lines.map(oneLine).map((line) => line.replaceAll("*/", "* /"));
  if (safe.length === 1) return `/** ${safe[0]} */`;
  return ["/**", ...safe.map((line) => ` * ${line}`.trimEnd()), " */"].join("\n");
}

function oneLine(text: string): string {
  return text.replace(/[\n\r\u2028\u2029]+/g, " ");
}

function key(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quote(name);
}

function quote(text: string): string {
  return JSON.stringify(text);
}

function numbers(values: readonly number[]): string {
  return `[${values.join(", ")}]`;
}
