/** Subject `ops`: forward values and gradients of layers, losses and small graphs. */
import { Builder, type Value } from "../../program/builder";
import { differentiate } from "../../program/differentiate";
import { forwardTolerance, gradientTolerance } from "../../program/tolerance";
import { elementCount } from "../../tensor/tensor";
import { difference } from "./compare";
import type { GoldenDevice, Machine } from "./device";
import { type CaseNetwork, type CaseNode, type CaseTensor, lowerCase, placeNetwork } from "./network";
import type { Outcome } from "./subject";

interface Grads {
  readonly inputs: Readonly<Record<string, CaseTensor | null>> | readonly (CaseTensor | null)[];
  readonly params?: Readonly<Record<string, CaseTensor>>;
}

interface Step {
  readonly training?: boolean;
  readonly inputs: Readonly<Record<string, CaseTensor>> | readonly CaseTensor[];
  readonly outputs: readonly CaseTensor[];
  readonly grad_outputs?: readonly (CaseTensor | null)[];
  readonly grads?: Grads;
}

interface RunningStatsStep extends Step {
  readonly running_mean?: CaseTensor;
  readonly running_var?: CaseTensor;
  readonly num_batches_tracked?: number;
}

export interface OpsCase extends Step {
  readonly id: string;
  readonly op: string;
  readonly group: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly params?: Readonly<Record<string, CaseTensor>>;
  readonly nodes?: readonly CaseNode[];
  readonly output?: string;
  readonly steps?: readonly RunningStatsStep[];
}

export async function runOpsCase(test: OpsCase, device: GoldenDevice): Promise<Outcome> {
  const steps: readonly RunningStatsStep[] = test.steps ?? [test];
  const inputs = byName(steps[0].inputs);
  const nodes = test.nodes ?? [{ name: "y", op: test.op, args: test.args, inputs: Object.keys(inputs) }];
  const placed = placeNetwork(nodes, inputs);
  if (!placed.ok) return { status: "unsupported", reason: placed.missing };

  const { network } = placed;
  const programs = steps.map((step) => buildStep(network, step, test.output ?? "y"));
  const machine = device.machine({
    ...network.specs,
    ...Object.assign({}, ...programs.map(({ specs }) => specs)),
  });
  try {
    initialise(machine, network, test.params ?? {}, test.nodes !== undefined);
    for (const [index, step] of steps.entries()) {
      const failure = await checkStep(machine, network, step, programs[index], test.nodes !== undefined);
      if (failure)
        return { status: "failed", reason: steps.length > 1 ? `step ${index}: ${failure}` : failure };
    }
    return { status: "passed" };
  } finally {
    machine.dispose();
  }
}

type Built = ReturnType<typeof buildStep>;

function buildStep(network: CaseNetwork, step: Step, output: string) {
  const ops = new Builder();
  const inputs = byName(step.inputs);
  const specs: Record<string, { dtype: "float32" | "int64"; length: number }> = {};
  const memory = (name: string, { shape, dtype = "float32" }: Pick<CaseTensor, "shape" | "dtype">) => {
    specs[name] = { dtype, length: Math.max(elementCount(shape), 1) };
    return { memory: name, offset: 0, length: elementCount(shape) };
  };
  const values = Object.fromEntries(
    Object.entries(inputs).map(([name, tensor]) => [
      name,
      ops.load(memory(`in.${name}`, tensor), tensor.shape, tensor.dtype),
    ]),
  );
  const lowered = lowerCase(ops, network, values, step.training ?? true);
  const results = lowered.outputs[output];
  for (const [i, result] of results.entries()) ops.store(memory(`out.${i}`, result), result);

  const wrt: [string, Value][] = [];
  const weighted = upstreams(step).map(([i, upstream]) =>
    ops.total(ops.mul(results[i], ops.load(memory(`upstream.${i}`, upstream), upstream.shape))),
  );
  if (weighted.length > 0) {
    const grads = step.grads ? byName(step.grads.inputs) : {};
    for (const [name, tensor] of Object.entries(grads)) if (tensor) wrt.push([`grad.${name}`, values[name]]);
    network.params.forEach((slot, i) => wrt.push([`grad.${slot.name}`, lowered.params[i]]));
    const built = differentiate(
      ops,
      weighted.reduce((sum, each) => ops.add(sum, each)),
      wrt.map(([, value]) => value),
    );
    wrt.forEach(([name, value], i) => ops.store(memory(name, value), built[i]));
  }
  for (const { slot, value } of lowered.updates) ops.store(slot, value);
  return { program: ops.program(), specs };
}

/** The gradients that arrive at the outputs, by the output's number; none flows through the others. */
function upstreams({ grad_outputs = [] }: Step): readonly (readonly [number, CaseTensor])[] {
  return grad_outputs.flatMap((upstream, i) => (upstream ? [[i, upstream] as const] : []));
}

/** In a graph parameters are called `<node>.<parameter>`, in a single layer `<parameter>`. */
function initialise(
  machine: Machine,
  network: CaseNetwork,
  params: Readonly<Record<string, CaseTensor>>,
  graph: boolean,
): void {
  for (const slot of network.params)
    machine.write("params", params[graph ? slot.name : slot.parameter].data, slot.offset);
  for (const slot of network.buffers) {
    if (slot.init.kind !== "constant") throw new Error(`golden: ${slot.name} starts with a constant`);
    machine.write("buffers", new Array<number>(slot.length).fill(slot.init.value), slot.offset);
  }
}

async function checkStep(
  machine: Machine,
  network: CaseNetwork,
  step: RunningStatsStep,
  { program, specs }: Built,
  graph: boolean,
): Promise<string | null> {
  for (const [name, { data }] of Object.entries(byName(step.inputs))) machine.write(`in.${name}`, data);
  for (const [i, upstream] of upstreams(step)) machine.write(`upstream.${i}`, upstream.data);
  const run = await machine.prepare(program);
  run();

  const found: (string | null)[] = [];
  for (const [i, expected] of step.outputs.entries()) {
    const name = step.outputs.length > 1 ? `output ${i}` : "output";
    found.push(difference(name, await machine.read(`out.${i}`), expected, forwardTolerance));
  }
  const compare = async (name: string, expected: CaseTensor) => {
    if (!specs[name]) return found.push(`${name}: no gradient`);
    return found.push(difference(name, await machine.read(name), expected, gradientTolerance));
  };
  if (step.grads) {
    for (const [name, tensor] of Object.entries(byName(step.grads.inputs)))
      if (tensor) await compare(`grad.${name}`, tensor);
    for (const [name, tensor] of Object.entries(step.grads.params ?? {}))
      await compare(graph ? `grad.${name}` : `grad.y.${name}`, tensor);
  }
  const buffers = await machine.read("buffers");
  for (const slot of network.buffers) {
    const expected = statistic(step, slot.parameter);
    if (!expected) continue;
    const values = Array.from({ length: slot.length }, (_, i) => buffers[slot.offset + i]);
    found.push(difference(slot.parameter, values, expected, forwardTolerance));
  }
  return found.find((text) => text !== null) ?? null;
}

function statistic(step: RunningStatsStep, name: string): Pick<CaseTensor, "data"> | undefined {
  if (name === "running_mean") return step.running_mean;
  if (name === "running_var") return step.running_var;
  const count = step.num_batches_tracked;
  return name === "num_batches_tracked" && count !== undefined ? { data: [count] } : undefined;
}

/** A list's entries are called x0, x1, … */
function byName<T>(tensors: Readonly<Record<string, T>> | readonly T[]): Readonly<Record<string, T>> {
  return Array.isArray(tensors)
    ? Object.fromEntries(tensors.map((tensor, i) => [`x${i}`, tensor]))
    : (tensors as Readonly<Record<string, T>>);
}
