/** Random projects that check clean, with data for them: networks of a few layers with branches and shared nodes. */
import fc from "fast-check";
import { createChecker } from "../compile/check";
import type { CheckedNode } from "../compile/checked";
import type { Dataset, DataTensor, PreparedData } from "../data/dataset";
import {
  defaultClips,
  defaultOptimizers,
  defaultSchedules,
  defaultTraining,
  emptyProject,
  type GraphEdge,
  type GraphNode,
  type NodeTraining,
  type OptimizerSettings,
  type Project,
  type TrainingSettings,
} from "../graph/project";
import { uniform } from "../program/random";
import { elementCount, type Shape } from "../tensor/tensor";
import { tensorsOf } from "./compile";
import { type Choose, type Place, type Proposal, proposeLayer } from "./random-layers";

export interface RandomProject {
  readonly project: Project;
  readonly data: PreparedData;
}

/** What keeps the reference executor and the compilation of shaders quick. */
const most = { elements: 1500, parameters: 5000, flops: 300_000 };
const classes = 3;
const inputShapes: readonly Shape[] = [[5], [8], [3, 5], [4, 6], [1, 6, 5], [2, 5, 5], [3, 4, 4]];

/** A layer is what numbers below 10,000 make of the graph so far, so that a failing project shrinks layer by layer. */
const numbers = fc.array(fc.nat(9999), { minLength: 12, maxLength: 12 });

export const randomProject: fc.Arbitrary<RandomProject> = fc
  .record({
    batchSize: fc.integer({ min: 1, max: 9 }),
    input: fc.constantFrom(...inputShapes),
    layers: fc.array(numbers, { minLength: 2, maxLength: 8 }),
    end: numbers,
    training: numbers,
  })
  .map(({ batchSize, input, layers, end, training }) => {
    const data = drawData(input, batchSize);
    const drawing = new Drawing(batchSize, data.dataset);
    drawing.add({ type: "Input", params: { tensor: "x" } }, () => 0);
    for (const each of layers) grow(drawing, chooser(each));
    finish(drawing, chooser(end));
    const project = emptyProject("random");
    const settings = trainingSettings(batchSize, chooser(training));
    return {
      project: { ...project, graph: { nodes: drawing.nodes, edges: drawing.edges }, training: settings },
      data,
    };
  });

/** One after the other of some numbers, over and over. */
function chooser(values: readonly number[]): Choose {
  let next = 0;
  return (count) => values[next++ % values.length] % count;
}

/** Nodes and wires, of which each is there only if the checker has nothing against it. */
class Drawing {
  nodes: readonly GraphNode[] = [];
  edges: readonly GraphEdge[] = [];
  readonly places: Place[] = [];
  readonly #check = createChecker();
  readonly #batchSize: number;
  readonly #data: ReturnType<typeof tensorsOf>;

  constructor(batchSize: number, dataset: Dataset) {
    this.#batchSize = batchSize;
    this.#data = tensorsOf(dataset);
  }

  /** @returns the new node's first output, or null where it does not fit or is too large */
  add({ type, params = {}, inputs = {} }: Proposal, choose: Choose, training?: NodeTraining): Place | null {
    const id = `n${this.nodes.length}`;
    const node = { id, type, name: "", params, position: { x: 0, y: 0 } };
    const wires = Object.entries(inputs).map(([port, { node: from, port: output }]) => ({
      id: `${id}.${port}`,
      from: { node: from, port: output },
      to: { node: id, port },
    }));
    const graph = { nodes: [...this.nodes, node], edges: [...this.edges, ...wires] };
    const checked = this.#check(graph, { batchSize: this.#batchSize, data: this.#data });
    const found = checked.nodes[id];
    const wrong = checked.diagnostics.some((each) => each.severity === "error" && each.node !== null);
    if (!found || wrong || isUnfit(found)) return null;
    const owns = Object.keys(found.weights).length > 0;
    const settings = training ?? (owns ? nodeTraining(choose) : undefined);
    this.nodes = [...this.nodes, settings ? { ...node, training: settings } : node];
    this.edges = graph.edges;
    const outputs = Object.entries(found.outputs).map(([port, tensor]) => ({
      place: { node: id, port, shape: tensor.shape },
      goesOn: tensor.dtype === "float32" && tensor.symbolicShape[0]?.batch && tensor.symbolicShape[0].n === 1,
    }));
    this.places.push(...outputs.filter(({ goesOn }) => goesOn).map(({ place }) => place));
    return outputs[0].place;
  }
}

function isUnfit({ outputs, parameterCount, flops }: CheckedNode): boolean {
  // Of no elements: PyTorch's MaxPool1d may leave none, and a buffer cannot be empty.
  const large = Object.values(outputs).some(
    ({ shape }) => elementCount(shape) > most.elements || shape.length > 4 || shape.includes(0),
  );
  return large || parameterCount > most.parameters || flops > most.flops;
}

/** Mostly after the newest tensor, now and then after any, so that tensors have several readers. */
function grow(drawing: Drawing, choose: Choose): void {
  const { places } = drawing;
  const x = choose(3) === 0 ? places[choose(places.length)] : places[places.length - 1];
  const others = places.filter(({ shape }) => String(shape) === String(x.shape));
  const proposal = proposeLayer(x, choose, others);
  if (proposal) drawing.add({ ...proposal, inputs: proposal.inputs ?? { x } }, choose);
}

/** A head and a loss on the newest tensor, and now and then another on any. */
function finish(drawing: Drawing, choose: Choose): void {
  const { places } = drawing;
  const last = places[places.length - 1];
  const any = places[choose(places.length)];
  addLoss(drawing, last, choose, choose(4) === 0 ? { loss_weight: 0.5 } : {});
  if (choose(4) === 0) addLoss(drawing, any, choose, { loss_weight: 0.3 });
}

const regressions = ["MSELoss", "L1Loss", "SmoothL1Loss", "HuberLoss"];

function addLoss(drawing: Drawing, from: Place, choose: Choose, training: NodeTraining): void {
  const after = (x: Place, type: string, params: Proposal["params"] = {}) =>
    must(drawing.add({ type, params, inputs: { x } }, choose));
  const input = (tensor: string) => must(drawing.add({ type: "Input", params: { tensor } }, choose));
  const flat = from.shape.length > 2 ? after(from, "Flatten") : from;
  const scores = after(flat, "Linear", { out_features: classes });
  const loss = (type: string, prediction: Place, tensor: string, params: Proposal["params"] = {}) =>
    must(drawing.add({ type, params, inputs: { prediction, target: input(tensor) } }, choose, training));
  const reduction = choose(4) === 0 ? "sum" : "mean";
  switch (choose(6)) {
    case 0:
      return void loss("NLLLoss", after(scores, "LogSoftmax", { dim: 1 }), "label", { reduction });
    case 1:
      return void loss(regressions[choose(4)], scores, "number", { reduction });
    case 2:
      return void loss("BCEWithLogitsLoss", scores, "chance", { reduction });
    case 3:
      return void loss("BCELoss", after(scores, "Sigmoid"), "chance", { reduction });
    case 4:
      return void loss("KLDivLoss", after(scores, "LogSoftmax", { dim: 1 }), "chance", { reduction });
    default:
      return void loss("CrossEntropyLoss", scores, "label", { label_smoothing: [0, 0.1][choose(2)] });
  }
}

function must<T>(value: T | null): T {
  if (value === null) throw new Error("a random graph could not be finished");
  return value;
}

function nodeTraining(choose: Choose): NodeTraining | undefined {
  return [undefined, undefined, undefined, { frozen: true }, { lr_factor: 0.25 }, { weight_decay: 0.1 }][
    choose(6)
  ];
}

function trainingSettings(batch_size: number, choose: Choose): TrainingSettings {
  const clips = [
    defaultClips.none,
    defaultClips.none,
    { ...defaultClips.norm, norm_type: ([1, 2, "inf"] as const)[choose(3)] },
    { ...defaultClips.value, clip_value: 0.05 },
  ];
  return {
    ...defaultTraining,
    batch_size,
    seed: choose(1000),
    optimizer: randomOptimizer(choose),
    clip: clips[choose(4)],
    schedule: choose(3) === 0 ? { ...defaultSchedules.ExponentialLR, gamma: 0.5 } : defaultSchedules.constant,
    warmup_steps: choose(3) === 0 ? 2 : 0,
    ...(choose(2) === 0 ? { whole_step: "off" as const } : {}),
  };
}

function randomOptimizer(choose: Choose): OptimizerSettings {
  const weight_decay = [0, 0.01][choose(2)];
  const flag = choose(2) === 0;
  // An eps of 1e-8 would make a step of nothing but rounding where a gradient is 0.
  const eps = 1e-3;
  switch (choose(6)) {
    case 0:
      return { ...defaultOptimizers.SGD, weight_decay, nesterov: flag };
    case 1:
      return { ...defaultOptimizers.Adam, weight_decay, eps, amsgrad: flag };
    case 2:
      return { ...defaultOptimizers.AdamW, weight_decay, eps, amsgrad: flag };
    case 3:
      return { ...defaultOptimizers.RMSprop, weight_decay, eps, momentum: 0.5, centered: flag };
    case 4:
      return { ...defaultOptimizers.Adagrad, weight_decay, eps };
    default:
      return { ...defaultOptimizers.Adadelta, weight_decay, eps };
  }
}

/** Rows for three batches: inputs within ±1, class numbers, and numbers from 0 to 1. */
function drawData(input: Shape, batchSize: number): PreparedData {
  const rows = 3 * batchSize;
  const draw = (shape: Shape, id: number, from: number, to: number): DataTensor => ({
    shape,
    dtype: "float32",
    values: Float32Array.from(
      { length: rows * elementCount(shape) },
      (_, i) => from + (to - from) * uniform(id, 0, 0, i),
    ),
  });
  const label = Int32Array.from({ length: rows }, (_, i) => Math.floor(classes * uniform(9, 0, 0, i)));
  return {
    dataset: {
      name: "random",
      rows,
      tensors: {
        x: draw(input, 1, -1, 1),
        number: draw([classes], 2, -1, 1),
        chance: draw([classes], 3, 0, 1),
        label: { shape: [], dtype: "int64", values: label },
      },
      classes: Array.from({ length: classes }, (_, i) => String(i)),
      columns: [],
    },
    train: Int32Array.from({ length: rows }, (_, row) => row),
    validation: new Int32Array(0),
    scale: {},
  };
}
