/**
 * Holds one node against the oracle: the node as it stands in its graph, alone in a program, with random inputs and
 * random gradients of its outputs, forward and backward, on the device and on the float64 reference executor.
 */
import { checkGraph } from "../compile/check";
import type { CheckedGraph, CheckedNode, DataTensors } from "../compile/checked";
import type { Project } from "../graph/project";
import { everyOptimisation, type Optimisations } from "../plan/optimisations";
import { Builder } from "../program/builder";
import { runReference } from "../program/reference";
import type { OpenDevice } from "../runtime/device";
import { createMemories, type Elements } from "../runtime/memory";
import { createPipelineCache, type PipelineCache, prepareReplay } from "../runtime/replay";
import { elementCount } from "../tensor/tensor";
import { type CompileResult, failure, firstError, planFor, success } from "./compile";
import type { RunError } from "./protocol";
import { compare, type Verdict } from "./verify-compare";
import { buildNodeProgram, type NodeProgram } from "./verify-program";

/** Verifies the nodes of a project. */
export class Verifier {
  readonly #open: OpenDevice;
  readonly #project: Project;
  readonly #data: DataTensors;
  readonly #optimisations: Optimisations;
  readonly #cache: PipelineCache;
  readonly #checked = new Map<number, CheckedGraph>();

  constructor(open: OpenDevice, project: Project, data: DataTensors, optimisations = everyOptimisation) {
    this.#open = open;
    this.#project = project;
    this.#data = data;
    this.#optimisations = optimisations;
    this.#cache = createPipelineCache(open.device);
  }

  /** At the project's own batch size. */
  get checked(): CheckedGraph {
    return this.#at(this.#project.training.batch_size);
  }

  /** A node with a mistake, or behind one, cannot be verified, and the mistake is the error. */
  async verify(id: string, seed: number): Promise<CompileResult<Verdict>> {
    const checked = this.#affordable(id);
    const node = checked.nodes[id];
    if (!node) return failure(firstError(checked) ?? unchecked(id));
    return verifyNode(this.#open, node, checked.batchSize, seed, this.#cache, this.#optimisations);
  }

  /** The batch is halved until the node costs the reference executor no more than a few seconds. */
  #affordable(id: string): CheckedGraph {
    let { checked } = this;
    while (referenceCost(checked.nodes[id]) > mostCost && checked.batchSize >= 4) {
      const fewer = this.#at(Math.floor(checked.batchSize / 2));
      if (!fewer.nodes[id]) break;
      checked = fewer;
    }
    return checked;
  }

  #at(batchSize: number): CheckedGraph {
    const known =
      this.#checked.get(batchSize) ?? checkGraph(this.#project.graph, { batchSize, data: this.#data });
    this.#checked.set(batchSize, known);
    return known;
  }
}

/** Multiplications, or what takes the reference executor as long. */
const mostCost = 3e8;

/** Forward, gradients of inputs and of weights; an element that is moved costs what 30 multiplications do. */
function referenceCost(node: CheckedNode | undefined): number {
  if (!node) return 0;
  const tensors = [...Object.values(node.inputs), ...Object.values(node.outputs)];
  const elements = tensors.reduce((sum, { shape }) => sum + elementCount(shape), 0);
  return 1.5 * node.flops + 30 * elements;
}

/** @param batchSize goes into the verdict only: the node's shapes are as they were checked */
export async function verifyNode(
  open: OpenDevice,
  node: CheckedNode,
  batchSize: number,
  seed: number,
  cache: PipelineCache = createPipelineCache(open.device),
  optimisations = everyOptimisation,
): Promise<CompileResult<Verdict>> {
  const built = buildNodeProgram(new Builder(), node, seed);
  const actual = await runOnDevice(open, built, cache, optimisations);
  if (!actual.ok) return actual;
  const expected = runOnReference(built);
  const comparisons = built.results.map((result, i) => compare(result, actual.value[i], expected[i]));
  const { id, name, type } = node;
  return success({
    node: id,
    name,
    type,
    batchSize,
    comparisons,
    relative: Math.max(0, ...comparisons.map(({ relative }) => relative)),
    passed: comparisons.every(({ passed }) => passed),
  });
}

function runOnReference({ program, specs, values, results }: NodeProgram): readonly Float64Array[] {
  const memories = Object.fromEntries(
    Object.entries(specs).map(([name, { length }]) => [
      name,
      values[name] ? Float64Array.from(values[name]) : new Float64Array(length),
    ]),
  );
  runReference(program, memories);
  return results.map(({ memory }) => memories[memory]);
}

async function runOnDevice(
  { device, limits }: OpenDevice,
  { program, specs, values, results }: NodeProgram,
  cache: PipelineCache,
  optimisations: Optimisations,
): Promise<CompileResult<readonly Elements[]>> {
  const plan = planFor(program, specs, limits, optimisations);
  if (!plan.ok) return plan;
  const memories = createMemories(device, specs);
  try {
    for (const [name, each] of Object.entries(values)) memories.write(name, each);
    const replay = await prepareReplay(device, memories, plan.value, cache);
    replay.submit(1);
    return success(await Promise.all(results.map(({ memory }) => memories.read(memory))));
  } finally {
    memories.destroy();
  }
}

function unchecked(node: string): RunError {
  return {
    code: "node-not-checked",
    node,
    message: {
      en: "The node is not wired up, so that its shapes are not known. Wire its inputs, then verify it again.",
      zh: "节点尚未连接完整，因此形状未知。请先连接其输入，再重新验证。",
    },
  };
}
