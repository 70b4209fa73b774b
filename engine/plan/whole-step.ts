/**
 * A whole program as one dispatch of one workgroup, which runs it as many times as the dispatch has workgroups: the
 * first workgroup does all the work, with a barrier where the ordinary plan would have another dispatch. For a small
 * network, whose step is many dispatches of almost no work, this is many times as fast.
 */
import type { Program } from "../program/program";
import { type DType, elementCount } from "../tensor/tensor";
import { addIndex, constantIndex, type Index } from "./indexing";
import { libraryFor } from "./kernel-source";
import { scalarType } from "./literals";
import type { Writer } from "./lowering";
import { isStore, type Node, type NodeGraph, type NodeOptions, nodeGraph } from "./nodes";
import { everyOptimisation, type Optimisations } from "./optimisations";
import type { Binding, MemorySpecs, Part, Plan, PlanBuffer, PlanLimits } from "./plan";
import { type StepCosts, stepCosts, surelyWorthwhileCost, worthwhileCost } from "./whole-step-cost";
import { kernelReads } from "./whole-step-memory";
import { oneByOne, type StepSchedule, scheduleStep } from "./whole-step-schedule";
import { resultsOf, type StepTask, type WrittenTask, writeTask } from "./whole-step-tasks";
import type { Source } from "./writer";

/** A shader takes long by itself to compile, and longer than in proportion the more there is in it. */
const levelsOfPart = 8;

/** Where rows that are written out come to a longer text, which would be compiled for seconds, loops do. */
const longestText = 150_000;

/** Longer programs would take too long to compile. */
const mostNodes = 1500;
/** Bytes of a uniform buffer that every device can bind. */
const largestUniform = 16_384;

export interface WholeStep {
  readonly plan: Plan;
  /** Estimated nanoseconds of one step. */
  readonly cost: number;
}

/** What to run instead of the ordinary plan, where that pays; else null. */
export function betterAsWholeStep(
  program: Program,
  memories: MemorySpecs,
  limits: PlanLimits,
  ordinary: Plan,
  optimisations: Optimisations = everyOptimisation,
): Plan | null {
  if (!optimisations.megakernel) return null;
  const atMost = worthwhileCost(ordinary, limits);
  return planWholeStep(program, memories, limits, { atMost, optimisations })?.plan ?? null;
}

/** What to run instead of any ordinary plan, without making one: null does not say that it would not pay. */
export function surelyAsWholeStep(
  program: Program,
  memories: MemorySpecs,
  limits: PlanLimits,
  optimisations: Optimisations = everyOptimisation,
): Plan | null {
  if (!optimisations.megakernel) return null;
  const atMost = surelyWorthwhileCost(program, limits);
  const { multiply, lanes } = stepCosts(limits);
  const multiplications = program.ops.reduce(
    (sum, { kind, shape, inputs: [a] }) =>
      kind === "matmul" ? sum + elementCount(shape) * (program.ops[a].shape.at(-1) ?? 0) : sum,
    0,
  );
  if ((multiplications * multiply) / lanes > atMost) return null;
  return planWholeStep(program, memories, limits, { atMost, optimisations })?.plan ?? null;
}

export interface WholeStepOptions {
  /** Nanoseconds. */
  readonly atMost?: number;
  readonly optimisations?: NodeOptions["optimisations"];
}

/**
 * Null when the program has an operation that cannot be part of it, or more memories than can be bound, or when it
 * would cost more than `atMost`.
 */
export function planWholeStep(
  program: Program,
  memories: MemorySpecs,
  limits: PlanLimits,
  { atMost = Number.POSITIVE_INFINITY, optimisations }: WholeStepOptions = {},
): WholeStep | null {
  const costs = stepCosts(limits);
  const graph = nodeGraph(program, { optimisations });
  if (graph.nodes.length > mostNodes || graph.nodes.length === 0) return null;
  // Where a window's elements lie is worked out once for many in a kernel of its own only; see `hoist.ts`.
  if (graph.nodes.some(({ kind }) => kind.startsWith("windows"))) return null;
  if (graph.nodes.reduce((sum, node) => sum + productCost(node, costs), 0) > atMost) return null;
  const whole = planGraph(graph, memories, limits, costs, atMost);
  if (whole === null || whole.plan.shaders[0].code.length <= longestText || costs.rowWork === 0) return whole;
  return planGraph(graph, memories, limits, { ...costs, rowWork: 0 }, atMost);
}

function planGraph(
  graph: NodeGraph,
  memories: MemorySpecs,
  limits: PlanLimits,
  costs: StepCosts,
  atMost: number,
): WholeStep | null {
  const schedule = scheduleStep(graph, costs);
  if (schedule === null) return null;
  const layout = new StepLayout(schedule, memories, limits);
  if (!layout.fits) return null;

  const writer = taskWriter(schedule, layout, costs);
  const levels = schedule.levels.map((tasks) => tasks.map(writer.full));
  const cost = levels.reduce(
    (sum, tasks) => tasks.reduce((all, task) => all + task.cost, sum) + costs.barrier,
    0,
  );
  if (cost > atMost) return null;
  const code = shaderCode(levels, layout, costs.lanes);
  const small = writer.compact(schedule.levels.flatMap((level) => oneByOne(level, writer.isPossible)));
  const { bindings } = layout;
  const length = Math.ceil(small.length / levelsOfPart);
  const each = Math.ceil(small.length / length);
  const parts = Array.from({ length }, (_, i): Part => {
    const some = small.slice(i * each, (i + 1) * each);
    return { code: shaderCode(some, layout, costs.lanes), bindings, workgroups: [1, 1, 1] };
  });
  const nodes = graph.nodes.filter((node) => node.kind !== "load" && node.kind !== "constant");
  const tasks = schedule.levels.flat().length;
  const plan: Plan = {
    buffers: layout.buffers,
    shaders: [{ name: "whole_step", code }],
    dispatches: [
      {
        shader: 0,
        bindings,
        workgroups: [1, 1, 1],
        parts,
        ops: [...new Set(nodes.flatMap((node) => node.ops))].sort((a, b) => a - b),
        origins: [...new Set(nodes.flatMap((node) => [...node.origins]))],
        phase: "update",
        label: `whole step: ${tasks} tasks, ${levels.length} barriers`,
        flops: nodes.reduce((sum, node) => sum + flopsOf(node), 0),
        bytes: layout.buffers.reduce((sum, { bytes }) => sum + bytes, 0),
      },
    ],
    kept: {},
    arenaBytes: layout.arenaBytes,
    arenaBound: layout.arenaBytes,
    peakBytes: layout.buffers.reduce((sum, { bytes }) => sum + bytes, 0),
    peakOrigin: null,
    repeats: "inside",
  };
  return { plan, cost };
}

/** Writes tasks, compactly with one element of a product at a time: each is the same sum. */
function taskWriter(schedule: StepSchedule, layout: StepLayout, costs: StepCosts) {
  const around = {
    costs,
    inMemory: (node: Node) => schedule.inMemory.has(node),
    access: (source: Source, element: Index, writer: Writer) => layout.access(source, element, writer),
  };
  // Of a tile's elements it may not be seen that they are where the kernel has just computed them; of one alone it is.
  const written = (task: StepTask, draft: boolean, needed: ReadonlySet<Node>) =>
    writeTask(task, { ...around, draft, needed: (node) => needed.has(node) });
  const possible = (task: StepTask, draft: boolean, needed: ReadonlySet<Node>) => {
    const result = written(task, draft, needed) ?? written(task, true, needed);
    if (result === null) throw new Error("planner: a task that could be written no longer can");
    return result;
  };
  return {
    isPossible: (task: StepTask) => written(task, true, schedule.stored) !== null,
    full: (task: StepTask) => possible(task, false, schedule.needed),
    /** Tasks that leave nothing in memory but what another of them reads. */
    compact(levels: readonly (readonly StepTask[])[]): WrittenTask[][] {
      const write = (needed: ReadonlySet<Node>) =>
        levels.map((tasks) => tasks.map((task) => possible(task, true, needed)));
      const read = new Set<Node>();
      for (const { reads } of write(schedule.stored).flat())
        for (const { source } of reads) if (source.kind === "value") read.add(source.node);
      return write(read);
    },
  };
}

/** What a product takes at least: so much more than the rest of a large network that the rest need not be written. */
function productCost(node: Node, { multiply, gather, lanes }: StepCosts): number {
  if (node.kind !== "matmul") return 0;
  const reads = node.inputs.reduce(
    (sum, input, operand) => sum + elementCount(input.shape) * kernelReads(node, operand),
    0,
  );
  return ((flopsOf(node) / 2) * multiply + reads * gather) / lanes;
}

function flopsOf(node: Node): number {
  const size = elementCount(node.shape);
  return node.kind === "matmul" ? 2 * size * node.inputs[0].shape[node.shape.length - 1] : size;
}

interface StepArray {
  readonly name: string;
  readonly dtype: DType;
  readonly length: number;
  readonly space: "uniform" | "read" | "read_write";
}

/** Where everything lies: each memory in its own buffer, all values one after the other in one arena a type. */
class StepLayout {
  readonly buffers: PlanBuffer[] = [];
  readonly bindings: Binding[] = [];
  readonly arrays: StepArray[] = [];
  readonly fits: boolean;
  readonly arenaBytes: number;
  /** Variables for elements that are the same in all steps, by the WGSL that reads them. */
  readonly unchanging = new Map<string, { readonly name: string; readonly type: string }>();
  readonly #offsets = new Map<Node, number>();
  readonly #arrayOf = new Map<string, StepArray>();

  constructor(schedule: StepSchedule, memories: MemorySpecs, limits: PlanLimits) {
    const outputs = schedule.levels.flat().flatMap(resultsOf);
    const stored = new Set(outputs.filter(isStore).map((store) => store.attributes.slot.memory));
    const arenas: Record<DType, number> = { float32: 0, int64: 0 };
    for (const node of outputs) {
      if (isStore(node) || !schedule.stored.has(node)) continue;
      this.#offsets.set(node, arenas[node.dtype]);
      arenas[node.dtype] += elementCount(node.shape);
    }
    const used = usedMemories(schedule).sort((a, b) => memories[a].length - memories[b].length);
    const opened = (["float32", "int64"] as const).filter((dtype) => arenas[dtype] > 0);
    // Small memories that are only read can be bound as uniforms, of which there are others.
    let tooMany = used.length + opened.length - limits.maxStorageBuffersPerShaderStage;
    for (const memory of used) {
      const { dtype, length } = memories[memory];
      const uniform = tooMany > 0 && !stored.has(memory) && length * 4 <= largestUniform;
      if (uniform) tooMany--;
      this.#add(memory, dtype, length, uniform ? "uniform" : stored.has(memory) ? "read_write" : "read");
    }
    for (const dtype of opened) this.#add(dtype, dtype, arenas[dtype], "read_write", "arena");
    const small = this.buffers.every(({ bytes }) => bytes <= limits.maxStorageBufferBindingSize);
    this.fits = tooMany <= 0 && small;
    this.arenaBytes = (arenas.float32 + arenas.int64) * 4;
  }

  access(source: Source, element: Index, writer: Writer): string {
    const slot = source.kind === "slot" ? source.slot : null;
    const key = source.kind === "slot" ? `persistent ${source.slot.memory}` : `arena ${source.node.dtype}`;
    const array = this.#arrayOf.get(key);
    const offset = source.kind === "slot" ? slot?.offset : this.#offsets.get(source.node);
    if (array === undefined || offset === undefined) throw new Error(`planner: ${key} has no place`);
    const at = addIndex(element, constantIndex(offset));
    if (at.terms.length === 0 && array.space !== "read_write")
      return this.#unchangingElement(array, at.constant);
    if (array.space !== "uniform") return `${array.name}[${writer.print(at)}]`;
    const place = writer.name(writer.print(at));
    return `${array.name}[${place} >> 2u][${place} & 3u]`;
  }

  #unchangingElement({ name, space, dtype }: StepArray, at: number): string {
    const text = space === "uniform" ? `${name}[${at >> 2}][${at & 3}]` : `${name}[${at}]`;
    const known = this.unchanging.get(text) ?? {
      name: `unchanging${this.unchanging.size}`,
      type: scalarType(dtype),
    };
    this.unchanging.set(text, known);
    return known.name;
  }

  #add(
    name: string,
    dtype: DType,
    length: number,
    space: StepArray["space"],
    role: PlanBuffer["role"] = "persistent",
  ): void {
    const bytes = space === "uniform" ? Math.ceil(length / 4) * 16 : length * 4;
    const array = { name: `m${this.arrays.length}`, dtype, length, space };
    this.bindings.push({
      buffer: this.buffers.length,
      offset: 0,
      bytes,
      access: space,
    });
    this.buffers.push({ name: role === "arena" ? `arena ${name}` : name, role, dtype, bytes });
    this.arrays.push(array);
    this.#arrayOf.set(`${role} ${name}`, array);
  }
}

function usedMemories(schedule: StepSchedule): string[] {
  const names = new Set<string>();
  const seen = new Set<Node>();
  const visit = (node: Node) => {
    if (seen.has(node)) return;
    seen.add(node);
    if (node.kind === "load" || isStore(node)) names.add(node.attributes.slot.memory);
    for (const input of node.inputs) visit(input);
  };
  for (const result of schedule.levels.flat().flatMap(resultsOf)) visit(result);
  return [...names];
}

function shaderCode(levels: readonly (readonly WrittenTask[])[], layout: StepLayout, lanes: number): string {
  const functions: string[] = [];
  const calls: string[] = [];
  for (const tasks of levels) {
    for (const task of tasks) {
      calls.push(`task${functions.length}(lane);`);
      functions.push(taskFunction(`task${functions.length}`, task, lanes));
    }
    calls.push("storageBarrier();");
  }
  const texts = functions.join("\n");
  const declarations = layout.arrays.map((array, binding) => declaration(array, binding));
  const enabled = texts.includes("quadSwap") ? "enable subgroups;\n" : "";
  const unchanging = [...layout.unchanging].filter(([, { name }]) => new RegExp(`\\b${name}\\b`).test(texts));
  const variables = unchanging.map(([, { name, type }]) => `var<private> ${name}: ${type};`);
  const reads = unchanging.map(([text, { name }]) => `  ${name} = ${text};`);
  const code = `${enabled}${[...declarations, ...variables].join("\n")}

${texts}
@compute @workgroup_size(${lanes})
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  if (group.x > 0u) {
    return;
  }
${reads.join("\n")}
  for (var step = 0u; step < groups.x; step++) {
    ${calls.join("\n    ")}
  }
}
`;
  return `${code}${libraryFor(code)}`;
}

function declaration({ name, dtype, length, space }: StepArray, binding: number): string {
  const type = scalarType(dtype);
  return space === "uniform"
    ? `@group(0) @binding(${binding}) var<uniform> ${name}: array<vec4<${type}>, ${Math.ceil(length / 4)}>;`
    : `@group(0) @binding(${binding}) var<storage, ${space}> ${name}: array<${type}, ${length}>;`;
}

function taskFunction(name: string, written: WrittenTask, lanes: number): string {
  const { before, body, after, units, uniform } = written;
  return `fn ${name}(lane: u32) {\n${before}\n${unitLoop(units, uniform, lanes)}\n${body}\n}\n${after}\n}\n`;
}

function unitLoop(units: number, uniform: boolean, lanes: number): string {
  if (uniform && units % lanes === 0)
    return `for (var round = 0u; round < ${units / lanes}u; round++) {\nlet t = round * ${lanes}u + lane;`;
  if (units === 1) return "if (lane == 0u) {";
  if (units <= lanes) return `if (lane < ${units}u) {\nlet t = lane;`;
  return `for (var t = lane; t < ${units}u; t += ${lanes}u) {`;
}
