/**
 * Makes a plan ready to run again and again: pipelines and bind groups are made once, so that a step is one compute
 * pass and allocates nothing. All plans of a session compute in the same arenas, one after the other.
 */
import { type Binding, type Dispatch, type Part, type Plan, soonest, turnsOf } from "../plan/plan";
import { elementCount } from "../tensor/tensor";
import { type Elements, type Memories, readBuffer } from "./memory";

/** Compiled shaders by their code, shared by all plans of a device. */
export interface PipelineCache {
  /** @param access what the shader may do with each of its bindings, in order */
  get(label: string, code: string, access: readonly Binding["access"][]): Promise<GPUComputePipeline>;
  /** Texts with the same access have the same layout, so that the bindings of one serve the other. */
  layout(access: readonly Binding["access"][]): GPUBindGroupLayout;
}

export function createPipelineCache(device: GPUDevice): PipelineCache {
  const layouts = new Map<string, GPUBindGroupLayout>();
  const known = new Map<string, Promise<GPUComputePipeline>>();
  const layout = (access: readonly Binding["access"][]) => {
    const key = access.join();
    const found = layouts.get(key) ?? device.createBindGroupLayout({ entries: access.map(layoutEntry) });
    layouts.set(key, found);
    return found;
  };
  const compile = (label: string, code: string, access: readonly Binding["access"][]) => {
    const module = device.createShaderModule({ label, code });
    return device.createComputePipelineAsync({
      label,
      layout: device.createPipelineLayout({ bindGroupLayouts: [layout(access)] }),
      compute: { module, entryPoint: "main" },
    });
  };
  return {
    layout,
    get(label, code, access) {
      const pipeline = known.get(code) ?? compile(label, code, access);
      known.set(code, pipeline);
      return pipeline;
    },
  };
}

const bindingTypes = {
  read: "read-only-storage",
  read_write: "storage",
  uniform: "uniform",
} as const satisfies Record<Binding["access"], GPUBufferBindingType>;

function accessOf({ bindings, numbers }: Pick<Part, "bindings" | "numbers">): Binding["access"][] {
  return [...bindings.map(({ access }) => access), ...(numbers ? ["uniform" as const] : [])];
}

function layoutEntry(access: Binding["access"], binding: number): GPUBindGroupLayoutEntry {
  return { binding, visibility: GPUShaderStage.COMPUTE, buffer: { type: bindingTypes[access] } };
}

/** A uniform that never changes. */
function uniformOf(device: GPUDevice, numbers: Uint32Array): GPUBuffer {
  const size = Math.ceil(numbers.length / 4) * 16;
  const buffer = device.createBuffer({
    label: "numbers",
    size,
    usage: GPUBufferUsage.UNIFORM,
    mappedAtCreation: true,
  });
  new Uint32Array(buffer.getMappedRange()).set(numbers);
  buffer.unmap();
  return buffer;
}

export interface Replay {
  readonly plan: Plan;
  /**
   * Resolves when nothing stands in any longer for a shader that is still to be compiled. They are compiled from when it
   * is first asked for.
   */
  readonly fastest: Promise<void>;
  /** Adds the plan's dispatches, or one of them, to a compute pass. */
  encode(pass: GPUComputePassEncoder, dispatch?: number): void;
  /** Runs the plan `times` times in a row, as one submit. */
  submit(times?: number): void;
  /**
   * The value of an operation that the plan was asked to keep, from the last run, if no other plan has run since.
   * @throws Error when it was not kept, which is a bug
   */
  readKept(op: number): Promise<Elements>;
}

/** Lets a device begin with what of a plan is compiled soonest, before there is memory for it. */
export function askForSoonest(plan: Plan, cache: PipelineCache): void {
  for (const dispatch of plan.dispatches) {
    for (const part of soonest(plan, dispatch)) {
      // Whoever prepares the plan hears of a failure.
      cache.get(dispatch.label, part.code, accessOf(part)).catch(() => {});
    }
  }
}

/** A shader's run with all that it needs. */
interface Command {
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  readonly workgroups: Part["workgroups"];
}

/**
 * Compiles all shaders at once, without blocking.
 * @param soon begin with what is compiled soonest, which the shaders replace as they are ready; the results are the same
 */
export async function prepareReplay(
  device: GPUDevice,
  memories: Memories,
  plan: Plan,
  cache: PipelineCache,
  { soon = false } = {},
): Promise<Replay> {
  const buffers = plan.buffers.map(({ name, role, bytes }) =>
    role === "persistent" ? memories.buffer(name) : memories.arena(name, bytes),
  );
  const commandOf = async ({ label }: Dispatch, part: Part): Promise<Command> => {
    const { code, bindings, workgroups, numbers } = part;
    const access = accessOf(part);
    const pipeline = cache.get(label, code, access);
    const resources: GPUBindingResource[] = bindings.map(({ buffer, offset, bytes }) => ({
      buffer: buffers[buffer],
      offset,
      size: bytes,
    }));
    if (numbers) resources.push({ buffer: uniformOf(device, numbers) });
    const bindGroup = device.createBindGroup({
      label,
      layout: cache.layout(access),
      entries: resources.map((resource, binding) => ({ binding, resource })),
    });
    return { pipeline: await pipeline, bindGroup, workgroups };
  };
  const fastestOf = async (dispatch: Dispatch) => [
    await commandOf(dispatch, { ...dispatch, code: plan.shaders[dispatch.shader].code }),
  ];
  const soonestOf = (dispatch: Dispatch) =>
    Promise.all(soonest(plan, dispatch).map((part) => commandOf(dispatch, part)));
  // What is done for each dispatch.
  const steps = await Promise.all(plan.dispatches.map(soon ? soonestOf : fastestOf));
  const exchange = async (dispatch: Dispatch, index: number) => {
    steps[index] = await fastestOf(dispatch);
  };
  const exchangeAll = () => {
    const exchanged = Promise.all(plan.dispatches.map(exchange)).then(() => undefined);
    // Whoever waits for it hears of a failure; the others go on.
    exchanged.catch(() => {});
    return exchanged;
  };
  let fastest = soon ? null : Promise.resolve();

  const turns = turnsOf(plan);
  const encode = (pass: GPUComputePassEncoder, dispatch?: number) => {
    for (const turn of dispatch === undefined ? turns : [dispatch]) {
      for (const { pipeline, bindGroup, workgroups } of steps[turn]) {
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, bindGroup);
        pass.dispatchWorkgroups(...workgroups);
      }
    }
  };
  const encodeRepeats = (pass: GPUComputePassEncoder, times: number) => {
    const [[{ pipeline, bindGroup }, ...others]] = steps;
    // Parts do not repeat by themselves what all of them do together.
    if (others.length > 0) {
      for (let i = 0; i < times; i++) encode(pass);
      return;
    }
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    const most = device.limits.maxComputeWorkgroupsPerDimension;
    for (let left = times; left > 0; left -= most) pass.dispatchWorkgroups(Math.min(left, most));
  };
  return {
    plan,
    get fastest() {
      fastest ??= exchangeAll();
      return fastest;
    },
    encode,
    submit(times = 1) {
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      if (plan.repeats === "inside") encodeRepeats(pass, times);
      else for (let i = 0; i < times; i++) encode(pass);
      pass.end();
      device.queue.submit([encoder.finish()]);
    },
    async readKept(op) {
      const placement = plan.kept[op];
      if (placement === undefined) throw new Error(`the plan does not keep %${op}`);
      const { buffer, offset, shape, dtype } = placement;
      const bytes = await readBuffer(device, buffers[buffer], offset, elementCount(shape) * 4);
      return dtype === "int64" ? new Int32Array(bytes) : new Float32Array(bytes);
    },
  };
}
