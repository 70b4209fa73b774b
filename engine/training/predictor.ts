/** Runs a trained network forward in evaluation mode, on any number of rows. */
import { checkGraph } from "../compile/check";
import type { CheckedGraph, DataTensors } from "../compile/checked";
import { type InferenceProgram, lowerInference } from "../compile/lower";
import { type NetworkMemory, placeMemory } from "../compile/memory";
import type { Project } from "../graph/project";
import type { MemorySpecs, Plan, PlanLimits } from "../plan/plan";
import type { OpenDevice } from "../runtime/device";
import { createMemories, type Memories } from "../runtime/memory";
import { createPipelineCache, prepareReplay, type Replay } from "../runtime/replay";
import { elementCount } from "../tensor/tensor";
import { type CompileResult, failure, firstError, planFor, success } from "./compile";
import { unpackWeights } from "./weights";

export interface CompiledInference extends InferenceProgram {
  readonly checked: CheckedGraph;
  readonly memory: NetworkMemory;
  readonly specs: MemorySpecs;
  readonly plan: Plan;
}

/** The plan of one prediction for `batchSize` rows; it needs no GPU. */
export function compileInference(
  project: Project,
  data: DataTensors,
  batchSize: number,
  limits: PlanLimits,
): CompileResult<CompiledInference> {
  const checked = checkGraph(project.graph, { batchSize, data });
  const blocked = firstError(checked);
  if (blocked) return failure(blocked);
  const memory = placeMemory(checked, project.training);
  const inference = lowerInference(checked, memory, data);
  const specs: MemorySpecs = {
    params: memory.specs.params,
    buffers: memory.specs.buffers,
    output: { dtype: "float32", length: inference.output.length },
    ...Object.fromEntries(
      Object.entries(inference.inputs).map(([name, slot]) => [
        slot.memory,
        { dtype: data[name].dtype, length: slot.length },
      ]),
    ),
  };
  const plan = planFor(inference.program, specs, limits);
  return plan.ok ? success({ ...inference, checked, memory, specs, plan: plan.value }) : plan;
}

export class Predictor {
  readonly #batchSize: number;
  readonly #compiled: CompiledInference;
  readonly #memories: Memories;
  readonly #replay: Replay;

  private constructor(batchSize: number, compiled: CompiledInference, memories: Memories, replay: Replay) {
    this.#batchSize = batchSize;
    this.#compiled = compiled;
    this.#memories = memories;
    this.#replay = replay;
  }

  static async create(
    { device, limits }: OpenDevice,
    project: Project,
    data: DataTensors,
    weights: Uint8Array,
  ): Promise<CompileResult<Predictor>> {
    const batchSize = project.training.batch_size;
    const compiled = compileInference(project, data, batchSize, limits);
    if (!compiled.ok) return compiled;
    const values = unpackWeights(compiled.value.memory, weights);
    if (!values.ok) return values;
    const memories = createMemories(device, compiled.value.specs);
    memories.write("params", values.value.params);
    memories.write("buffers", values.value.buffers);
    const replay = await prepareReplay(device, memories, compiled.value.plan, createPipelineCache(device));
    return success(new Predictor(batchSize, compiled.value, memories, replay));
  }

  /** One row's prediction. */
  get outputShape(): readonly number[] {
    return this.#compiled.output.shape.slice(1);
  }

  /** The data set's tensors that it reads. */
  get inputNames(): readonly string[] {
    return Object.keys(this.#compiled.inputs);
  }

  /**
   * @param inputs rows × elements of each tensor that the network reads, standardised as in training
   * @returns rows × elements of the prediction
   */
  async predict(
    inputs: Readonly<Record<string, Float32Array | Int32Array>>,
    rows: number,
  ): Promise<Float32Array> {
    const width = elementCount(this.outputShape);
    const result = new Float32Array(rows * width);
    for (let first = 0; first < rows; first += this.#batchSize) {
      const count = Math.min(this.#batchSize, rows - first);
      for (const [name, { memory, length }] of Object.entries(this.#compiled.inputs)) {
        const each = length / this.#batchSize;
        this.#memories.write(memory, inputs[name].subarray(first * each, (first + count) * each));
      }
      this.#replay.submit(1);
      const output = await this.#memories.read("output", 0, count * width);
      result.set(output, first * width);
    }
    return result;
  }

  dispose(): void {
    this.#memories.destroy();
  }
}
