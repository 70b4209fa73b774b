/**
 * From a project and its data to the plans that train it: one for a full batch, one for an epoch's smaller last batch,
 * and the same two for validation. Nothing here touches a GPU.
 */
import { lowerPart, lowerUpdate } from "../compile/accumulate";
import { checkGraph } from "../compile/check";
import type { CheckedGraph, DataTensors } from "../compile/checked";
import {
  classifies,
  type DataMemory,
  lowerEvaluationStep,
  lowerTrainingStep,
  predictionPort,
} from "../compile/lower";
import { type NetworkMemory, placeMemory } from "../compile/memory";
import type { Dataset, PreparedData } from "../data/dataset";
import type { Project, TrainingSettings } from "../graph/project";
import { planProgram } from "../plan/compile";
import { planInTurn, programInTurn, type Turn } from "../plan/in-turn";
import { everyOptimisation, type Optimisations } from "../plan/optimisations";
import type { MemorySpecs, Plan, PlanLimits } from "../plan/plan";
import { betterAsWholeStep, surelyAsWholeStep } from "../plan/whole-step";
import type { Program } from "../program/program";
import type { RunError } from "./protocol";
import { batchTooLarge, largestParts, withParts } from "./too-large";

/** What is done for a batch of so many rows. */
export interface Batch {
  readonly size: number;
  /** Of many dispatches; made when it is first asked for where it is known that one is faster. */
  readonly plan: () => Plan;
  /** Of which the plan was made. */
  readonly program: Program;
  /** What runs instead of `plan` where one dispatch for whole steps is faster. */
  readonly wholeStep: Plan | null;
}

/** An epoch as batches: `count` of the full size, then perhaps a smaller one. */
export interface Batches extends Batch {
  readonly count: number;
  readonly rest: Batch | null;
}

export interface CompiledTraining {
  readonly checked: CheckedGraph;
  readonly memory: NetworkMemory;
  readonly specs: MemorySpecs;
  /** Where a training batch is gathered from. */
  readonly source: DataMemory;
  readonly training: Batches;
  /** Null when no rows are kept for validation. */
  readonly validation: Batches | null;
}

/** All that the first step needs: the rest can be planned while that is made ready. */
export interface BegunTraining extends Omit<CompiledTraining, "training" | "validation"> {
  readonly first: Batch;
  /** Plans what is left. It, too, may find that something does not fit. */
  complete(): CompileResult<CompiledTraining>;
}

export type CompileResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: RunError };

/** What is needed to plan the batches of a network. */
interface Network {
  readonly memory: NetworkMemory;
  readonly specs: MemorySpecs;
  readonly limits: PlanLimits;
  readonly optimisations: Optimisations;
  /** Whether a whole step may be one dispatch. */
  readonly wholeStep: boolean;
  at(batchSize: number): CheckedGraph;
}

export function compileTraining(
  project: Project,
  data: PreparedData,
  limits: PlanLimits,
  optimisations = everyOptimisation,
): CompileResult<CompiledTraining> {
  const begun = beginTraining(project, data, limits, optimisations);
  return begun.ok ? begun.value.complete() : begun;
}

export function beginTraining(
  project: Project,
  data: PreparedData,
  limits: PlanLimits,
  optimisations = everyOptimisation,
): CompileResult<BegunTraining> {
  const begin = (training: TrainingSettings) =>
    beginAsSet({ ...project, training }, data, limits, optimisations);
  const fits = (training: TrainingSettings) => {
    const begun = begin(training);
    return begun.ok && begun.value.complete().ok;
  };
  const told = <T>(result: CompileResult<T>): CompileResult<T> =>
    result.ok || result.error.code !== "device-limit"
      ? result
      : failure(withParts(result.error, project.training, largestParts(project.training, fits)));
  const begun = told(begin(project.training));
  if (!begun.ok) return begun;
  return success({ ...begun.value, complete: () => told(begun.value.complete()) });
}

function beginAsSet(
  project: Project,
  data: PreparedData,
  limits: PlanLimits,
  optimisations: Optimisations,
): CompileResult<BegunTraining> {
  const { batch_size, whole_step } = project.training;
  const tensors = tensorsOf(data.dataset);
  const tooLarge = batchTooLarge(project.training, data.train.length);
  if (tooLarge) return failure(tooLarge);
  const checked = checkGraph(project.graph, { batchSize: batch_size, data: tensors });
  const blocked =
    firstError(checked) ??
    emptyTensor(checked) ??
    tooFewClasses(checked, data.dataset) ??
    noAccuracy(checked, project);
  if (blocked) return failure(blocked);

  const memory = placeMemory(checked, project.training);
  const used = Object.fromEntries(Object.entries(tensors).filter(([name]) => usesTensor(checked, name)));
  const specs: MemorySpecs = {
    ...memory.specs,
    ...Object.fromEntries(
      Object.entries(used).map(([name, { dtype }]) => [
        `data.${name}`,
        { dtype, length: data.dataset.tensors[name].values.length },
      ]),
    ),
    order: { dtype: "int64", length: data.train.length },
    evaluation_order: { dtype: "int64", length: Math.max(data.validation.length, 1) },
  };
  const from = (order: string, length: number): DataMemory => ({
    rows: data.dataset.rows,
    tensors: used,
    order: { memory: order, offset: 0, length },
  });
  const network: Network = {
    memory,
    specs,
    limits,
    optimisations,
    wholeStep: whole_step !== "off",
    at: (batchSize) =>
      batchSize === batch_size ? checked : checkGraph(project.graph, { batchSize, data: tensors }),
  };
  const source = from("order", data.train.length);
  const batchOf = trainingBatchOf(network, batch_size, source);
  const full = batchOf(batch_size * (memory.accumulation?.steps ?? 1));
  if (!full.ok) return full;
  const first = full.value;
  const complete = (): CompileResult<CompiledTraining> => {
    const training = inBatches(network, data.train.length, first, batch_size, batchOf);
    if (!training.ok) return training;
    const rows = data.validation.length;
    const validation =
      rows === 0 ? success(null) : evaluationBatches(network, rows, from("evaluation_order", rows));
    if (!validation.ok) return validation;
    return success({
      checked,
      memory,
      specs,
      source,
      training: training.value,
      validation: validation.value,
    });
  };
  return success({ checked, memory, specs, source, first, complete });
}

function trainingBatchOf(
  network: Network,
  part: number,
  source: DataMemory,
): (size: number) => CompileResult<Batch> {
  const { memory, at } = network;
  return memory.accumulation
    ? (size) => inParts(network, size, part, source)
    : (size) => planned(network, size, lowerTrainingStep(at(size), memory, source));
}

/** Many rows at a time keep a GPU busy; fewer where they do not fit. */
function evaluationBatches(network: Network, rows: number, source: DataMemory): CompileResult<Batches> {
  const { memory, at } = network;
  const batchOf = (size: number) => planned(network, size, lowerEvaluationStep(at(size), memory, source));
  const attempt = (most: number): CompileResult<Batches> => {
    const size = evaluationSize(rows, most);
    const full = batchOf(size);
    const found = full.ok ? inBatches(network, rows, full.value, size, batchOf) : full;
    return found.ok || found.error.code !== "device-limit" || size < 4 ? found : attempt(size >> 1);
  };
  return attempt(256);
}

/** Never with a single row left over. */
function evaluationSize(rows: number, most: number): number {
  const size = Math.min(most, rows);
  return size > 2 && rows % size === 1 ? size - 1 : size;
}

/** @param part so many rows are computed at once */
function inBatches(
  { at }: Network,
  rows: number,
  full: Batch,
  part: number,
  batchOf: (size: number) => CompileResult<Batch>,
): CompileResult<Batches> {
  const count = Math.floor(rows / full.size);
  const behind = rows % full.size;
  const smallest = behind % part;
  // What is too small for the network (batch norm over one value) is left out, as with PyTorch's drop_last.
  const left = smallest > 0 && firstError(at(smallest)) ? behind - smallest : behind;
  if (left === 0) return success({ ...full, count, rest: null });
  const rest = batchOf(left);
  return rest.ok ? success({ ...full, count, rest: rest.value }) : rest;
}

function planned(
  { specs, limits, optimisations, wholeStep }: Network,
  size: number,
  program: Program,
): CompileResult<Batch> {
  const ordinary = () => planFor(program, specs, limits, optimisations);
  const sure = wholeStep ? surelyAsWholeStep(program, specs, limits, optimisations) : null;
  if (sure !== null) {
    const plan = once(() => {
      const result = ordinary();
      if (!result.ok) throw new Error(result.error.message.en);
      return result.value;
    });
    return success({ size, plan, program, wholeStep: sure });
  }
  const result = ordinary();
  if (!result.ok) return result;
  const plan = result.value;
  const whole = wholeStep ? betterAsWholeStep(program, specs, limits, plan, optimisations) : null;
  return success({ size, plan: () => plan, program, wholeStep: whole });
}

/** Makes it when it is first asked for. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** A step of `size` rows, `part` of them at a time. */
function inParts(
  { at, memory, specs, limits, optimisations }: Network,
  size: number,
  part: number,
  source: DataMemory,
): CompileResult<Batch> {
  const parts = [
    { rows: part, times: Math.floor(size / part) },
    { rows: size % part, times: 1 },
  ].filter(({ rows, times }) => rows > 0 && times > 0);
  const programs = [
    ...parts.map(({ rows, times }) => ({ program: lowerPart(at(rows), memory, source, size), times })),
    { program: lowerUpdate(memory), times: 1 },
  ];
  const turns: Turn[] = [];
  for (const each of programs) {
    const result = planFor(each.program, specs, limits, optimisations);
    if (!result.ok) return result;
    turns.push({ ...each, plan: result.value });
  }
  const plan = planInTurn(turns);
  return success({ size, plan: () => plan, program: programInTurn(turns), wholeStep: null });
}

/** What the checker needs to know of a data set. */
export function tensorsOf(dataset: Dataset): DataTensors {
  return Object.fromEntries(
    Object.entries(dataset.tensors).map(([name, { shape, dtype }]) => [name, { shape, dtype }]),
  );
}

/** The first reason why a checked graph cannot be trained. */
export function firstError(checked: CheckedGraph): RunError | null {
  const found = checked.diagnostics.find(({ severity }) => severity === "error");
  if (!found) return null;
  const words = found.message === null ? "" : ` (${found.message})`;
  return {
    code: found.code,
    node: found.node,
    message: {
      en: `${found.title.en}${words}. ${found.explanation.en}`,
      zh: `${found.title.zh}${words}。${found.explanation.zh}`,
    },
  };
}

export function planFor(
  program: Program,
  specs: MemorySpecs,
  limits: PlanLimits,
  optimisations = everyOptimisation,
): CompileResult<Plan> {
  const result = planProgram(program, specs, { limits, optimisations });
  return result.ok ? success(result.plan) : failure(result.error);
}

function usesTensor(checked: CheckedGraph, name: string): boolean {
  return Object.values(checked.nodes).some(({ type, params }) => type === "Input" && params.tensor === name);
}

/** PyTorch's MaxPool1d may leave no elements, and refuses to only where a gradient is wanted. */
function emptyTensor({ order, nodes }: CheckedGraph): RunError | null {
  const shapeOf = (id: string) =>
    Object.values(nodes[id].outputs).find(({ shape }) => shape.includes(0))?.shape;
  const node = order.find((id) => shapeOf(id) !== undefined);
  if (node === undefined) return null;
  const [name, shape] = [nodes[node].name, `(${shapeOf(node)?.join(", ")})`];
  return {
    code: "empty-tensor",
    node,
    message: {
      en: `${name} gives a tensor of no elements, ${shape}, through which nothing can be learnt. Give it a longer input or a shorter window.`,
      zh: `${name} 输出的张量没有元素，形状为 ${shape}，无法通过它学习。请让输入更长，或缩小窗口。`,
    },
  };
}

/** PyTorch raises "Target 10 is out of bounds." in the step that meets such a row. */
function tooFewClasses(checked: CheckedGraph, { classes }: Dataset): RunError | null {
  const needed = classes.length;
  const outputsOf = (loss: string) => checked.nodes[loss].inputs.prediction.shape[1];
  const loss = checked.losses.find((each) => classifies(checked, each) && outputsOf(each) < needed);
  if (loss === undefined) return null;
  const outputs = outputsOf(loss);
  const from = predictionPort(checked, loss)?.node ?? null;
  const name = from === null ? "" : checked.nodes[from].name;
  return {
    code: "too-few-classes",
    node: from,
    message: {
      en: `${name} gives ${outputs} numbers, but the data have ${needed} classes: Target ${outputs} is out of bounds. Let ${name} give ${needed}.`,
      zh: `${name} 输出 ${outputs} 个数，但数据有 ${needed} 个类别：Target ${outputs} is out of bounds。请让 ${name} 输出 ${needed} 个数。`,
    },
  };
}

function noAccuracy(checked: CheckedGraph, { training: { schedule } }: Project): RunError | null {
  if (schedule.type !== "ReduceLROnPlateau" || schedule.mode === "min" || classifies(checked)) return null;
  return {
    code: "no-accuracy",
    node: null,
    message: {
      en: "ReduceLROnPlateau with mode max watches the accuracy, and this network has none: it does not predict classes. Choose mode min, which watches the loss.",
      zh: "ReduceLROnPlateau 的 mode 为 max 时观察准确率，但这个网络不预测类别，没有准确率。请把 mode 改为 min，观察损失。",
    },
  };
}

export function success<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

export function failure(error: RunError): { readonly ok: false; readonly error: RunError } {
  return { ok: false, error };
}
