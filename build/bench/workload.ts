/** The four networks that the bench trains: projects like any other, with data and first weights drawn by a seed. */
import type { Dataset, DataTensor, PreparedData } from "../../engine/data/dataset";
import { readSafetensors, type SafeTensor } from "../../engine/export/safetensors";
import { parseProject } from "../../engine/graph/parse";
import type { GraphNode, Project } from "../../engine/graph/project";
import { defaultLimits } from "../../engine/plan/plan";
import { uniform } from "../../engine/program/random";
import { elementCount, type Shape } from "../../engine/tensor/tensor";
import { compileTraining } from "../../engine/training/compile";
import { epochOrder } from "../../engine/training/schedule";
import { initialWeights } from "../../engine/training/weights";
import mlpSmall from "./workloads/a.loom.json?raw";
import mlp from "./workloads/b.loom.json?raw";
import cnn from "./workloads/c.loom.json?raw";
import transformer from "./workloads/d.loom.json?raw";

/** An epoch is as many batches as a data set of the network's kind would give. */
const files = {
  a: { text: mlpSmall, batches: 512, classes: 3 },
  b: { text: mlp, batches: 64, classes: 10 },
  c: { text: cnn, batches: 64, classes: 10 },
  d: { text: transformer, batches: 32, classes: 10 },
};

export type WorkloadName = keyof typeof files;
export const workloadNames = Object.keys(files) as readonly WorkloadName[];

/** Steps whose losses must agree. */
export const checkedSteps = 20;

export interface Batch {
  /** (B, *) as the network's Input says. */
  readonly x: Float32Array;
  /** (B) class numbers. */
  readonly label: Int32Array;
}

export interface Workload {
  readonly name: WorkloadName;
  readonly project: Project;
  readonly data: PreparedData;
  readonly batchSize: number;
  /** One sample's. */
  readonly shape: Shape;
  readonly classes: number;
  /** By PyTorch's names: what the product, too, draws from the project's seed. */
  readonly weights: Readonly<Record<string, SafeTensor>>;
  /** Those of the first `checkedSteps` steps, in the product's order. */
  readonly batches: readonly Batch[];
}

/** @throws Error when the project cannot be read, which the tests rule out */
export function readWorkload(name: WorkloadName): Workload {
  const { text, batches, classes } = files[name];
  const parsed = parseProject(text);
  if (!parsed.ok) throw new Error(`${name}: ${parsed.error.message.en}`);
  const { project } = parsed;
  const input = inputOf(project);
  const batchSize = project.training.batch_size;
  const data = drawData(String(input.params.tensor), shapeOf(input), batches * batchSize, classes);
  return {
    name,
    project,
    data,
    batchSize,
    shape: shapeOf(input),
    classes,
    weights: firstWeights(project, data),
    batches: firstBatches(project, data),
  };
}

function inputOf({ graph }: Project): GraphNode {
  const input = graph.nodes.find(({ type, params }) => type === "Input" && params.tensor !== "label");
  if (!input) throw new Error("the project has no input");
  return input;
}

function shapeOf({ params }: GraphNode): Shape {
  if (!Array.isArray(params.shape)) throw new Error("the project's input has no shape");
  return params.shape as Shape;
}

/**
 * Every class has a pattern, which its samples repeat along their leading dimensions under noise. A fifth of the labels
 * is drawn by chance, so that the loss stays away from 0, where losses would agree whatever was trained.
 */
function drawData(tensor: string, shape: Shape, rows: number, classes: number): PreparedData {
  const size = elementCount(shape);
  const period = shape[shape.length - 1];
  const pattern = Float32Array.from({ length: classes * period }, (_, i) => 8 * uniform(1, 0, 0, i) - 4);
  const values = new Float32Array(rows * size);
  const labels = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const seen = row % classes;
    labels[row] = uniform(2, row, 0, 0) < 0.2 ? Math.floor(uniform(2, row, 0, 1) * classes) : seen;
    for (let i = 0; i < size; i++) {
      const noise = 2 * uniform(3, row, 0, i) - 1;
      values[row * size + i] = pattern[seen * period + (i % period)] + noise;
    }
  }
  const tensors: Record<string, DataTensor> = {
    [tensor]: { shape, dtype: "float32", values },
    label: { shape: [], dtype: "int64", values: labels },
  };
  const names = Array.from({ length: classes }, (_, label) => String(label));
  const dataset: Dataset = { name: "drawn", rows, tensors, classes: names, columns: [] };
  return {
    dataset,
    train: Int32Array.from({ length: rows }, (_, row) => row),
    validation: new Int32Array(0),
    scale: {},
  };
}

function firstWeights(project: Project, data: PreparedData): Readonly<Record<string, SafeTensor>> {
  const compiled = compileTraining(project, data, defaultLimits);
  if (!compiled.ok) throw new Error(compiled.error.message.en);
  const read = readSafetensors(initialWeights(compiled.value.memory, project.training.seed));
  if (!read.ok) throw new Error(read.error.message.en);
  return read.value.tensors;
}

function firstBatches({ training }: Project, { dataset, train }: PreparedData): Batch[] {
  const order = epochOrder(train, training.seed, 0);
  const { label, ...inputs } = dataset.tensors;
  const [{ shape, values }] = Object.values(inputs);
  const size = elementCount(shape);
  return Array.from({ length: checkedSteps }, (_, step) => {
    const rows = order.subarray(step * training.batch_size, (step + 1) * training.batch_size);
    const x = new Float32Array(rows.length * size);
    for (const [i, row] of rows.entries()) x.set(values.subarray(row * size, (row + 1) * size), i * size);
    return { x, label: Int32Array.from(rows, (row) => label.values[row]) };
  });
}
