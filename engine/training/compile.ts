/**
 * From a project and its data to the plans that train it: one for a full batch, one for an epoch's smaller last batch,
 * and the same two for validation. Nothing here touches a GPU.
 */
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
import type { Project } from "../graph/project";
import { planProgram } from "../plan/compile";
import { everyOptimisation } from "../plan/optimisations";
import type { MemorySpecs, Plan, PlanLimits } from "../plan/plan";
import { betterAsWholeStep } from "../plan/whole-step";
import type { Program } from "../program/program";
import type { RunError } from "./protocol";

/** An epoch as batches: `count` of the full size, then perhaps a smaller one. */
export interface Batches {
  readonly size: number;
  readonly count: number;
  readonly plan: Plan;
  /** What runs instead of `plan` where one dispatch for whole steps is faster. */
  readonly wholeStep: Plan | null;
  readonly rest: { readonly size: number; readonly plan: Plan; readonly wholeStep: Plan | null } | null;
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

export type CompileResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: RunError };

/** Rows evaluated at a time: enough to keep a GPU busy, few enough to fit, and never with a single row left over. */
function evaluationSize(rows: number): number {
  const size = Math.min(256, rows);
  return size > 2 && rows % size === 1 ? size - 1 : size;
}

export function compileTraining(
  project: Project,
  data: PreparedData,
  limits: PlanLimits,
  optimisations = everyOptimisation,
): CompileResult<CompiledTraining> {
  const { batch_size } = project.training;
  const tensors = tensorsOf(data.dataset);
  if (batch_size > data.train.length) return failure(batchTooLarge(batch_size, data.train.length));
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
  const at = (batchSize: number) =>
    batchSize === batch_size ? checked : checkGraph(project.graph, { batchSize, data: tensors });
  const from = (order: string, length: number): DataMemory => ({
    rows: data.dataset.rows,
    tensors: used,
    order: { memory: order, offset: 0, length },
  });
  const plansFor = (program: Program) => {
    const planned = planFor(program, specs, limits, optimisations);
    if (!planned.ok) return planned;
    const plan = planned.value;
    const ordinary = project.training.whole_step === "off";
    const wholeStep = ordinary ? null : betterAsWholeStep(program, specs, limits, plan, optimisations);
    return success({ plan, wholeStep });
  };
  const batches = (
    rows: number,
    size: number,
    lower: (checked: CheckedGraph) => Program,
  ): CompileResult<Batches> => {
    const full = plansFor(lower(at(size)));
    if (!full.ok) return full;
    const count = Math.floor(rows / size);
    const smaller = rows % size;
    const rest = smaller === 0 ? null : at(smaller);
    // A last batch too small for the network (batch norm over one value) is left out, as with PyTorch's drop_last.
    if (!rest || firstError(rest)) return success({ size, count, ...full.value, rest: null });
    const last = plansFor(lower(rest));
    return last.ok ? success({ size, count, ...full.value, rest: { size: smaller, ...last.value } }) : last;
  };

  const source = from("order", data.train.length);
  const training = batches(data.train.length, batch_size, (each) => lowerTrainingStep(each, memory, source));
  if (!training.ok) return training;
  const compiled = { checked, memory, specs, source, training: training.value };
  const rows = data.validation.length;
  if (rows === 0) return success({ ...compiled, validation: null });
  const validation = batches(rows, evaluationSize(rows), (each) =>
    lowerEvaluationStep(each, memory, from("evaluation_order", rows)),
  );
  return validation.ok ? success({ ...compiled, validation: validation.value }) : validation;
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

function batchTooLarge(size: number, rows: number): RunError {
  return {
    code: "batch-too-large",
    node: null,
    message: {
      en: `The batch size is ${size}, but there are only ${rows} rows to train on. Choose ${rows} or less.`,
      zh: `批大小为 ${size}，但训练数据只有 ${rows} 行。请选择不大于 ${rows} 的值。`,
    },
  };
}

export function success<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

export function failure(error: RunError): { readonly ok: false; readonly error: RunError } {
  return { ok: false, error };
}
