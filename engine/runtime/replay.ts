/**
 * Makes a plan ready to run again and again: pipelines and bind groups are made once, so that a step is one compute
 * pass and allocates nothing. All plans of a session compute in the same arenas, one after the other.
 */
import { type Binding, type Plan, type Shader, turnsOf } from "../plan/plan";
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

function layoutEntry(access: Binding["access"], binding: number): GPUBindGroupLayoutEntry {
  return { binding, visibility: GPUShaderStage.COMPUTE, buffer: { type: bindingTypes[access] } };
}

export interface Replay {
  readonly plan: Plan;
  /** Resolves when no compact shader stands in for one that is still being compiled. */
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

interface Step {
  /** Index in `plan.shaders`. */
  readonly shader: number;
  readonly bindGroup: GPUBindGroup;
  readonly workgroups: readonly [number, number, number];
}

/**
 * Compiles all shaders at once, without blocking.
 * @param soon begin with compact shaders, and go on with the others as they are ready; the results are the same
 */
export async function prepareReplay(
  device: GPUDevice,
  memories: Memories,
  plan: Plan,
  cache: PipelineCache,
  { soon = false } = {},
): Promise<Replay> {
  const accessOf = plan.shaders.map((_, index) =>
    (plan.dispatches.find(({ shader }) => shader === index)?.bindings ?? []).map(({ access }) => access),
  );
  const compiled = ({ name, code, compact }: Shader, index: number, small: boolean) =>
    cache.get(name, small && compact !== undefined ? compact : code, accessOf[index]);
  const pipelines = await Promise.all(plan.shaders.map((shader, index) => compiled(shader, index, soon)));
  const exchange = async (shader: Shader, index: number) => {
    pipelines[index] = await compiled(shader, index, false);
  };
  const fastest = soon ? Promise.all(plan.shaders.map(exchange)).then(() => undefined) : Promise.resolve();
  // Whoever waits for it hears of a failure; the compact shaders go on.
  fastest.catch(() => {});
  const buffers = plan.buffers.map(({ name, role, bytes }) =>
    role === "persistent" ? memories.buffer(name) : memories.arena(name, bytes),
  );
  const steps: Step[] = plan.dispatches.map(({ shader, bindings, workgroups, label }) => ({
    shader,
    workgroups,
    bindGroup: device.createBindGroup({
      label,
      layout: cache.layout(accessOf[shader]),
      entries: bindings.map(({ buffer, offset, bytes }, binding) => ({
        binding,
        resource: { buffer: buffers[buffer], offset, size: bytes },
      })),
    }),
  }));

  const turns = turnsOf(plan);
  const encode = (pass: GPUComputePassEncoder, dispatch?: number) => {
    for (const turn of dispatch === undefined ? turns : [dispatch]) {
      const { shader, bindGroup, workgroups } = steps[turn];
      pass.setPipeline(pipelines[shader]);
      pass.setBindGroup(0, bindGroup);
      pass.dispatchWorkgroups(...workgroups);
    }
  };
  const encodeRepeats = (pass: GPUComputePassEncoder, times: number) => {
    const [{ shader, bindGroup }] = steps;
    pass.setPipeline(pipelines[shader]);
    pass.setBindGroup(0, bindGroup);
    const most = device.limits.maxComputeWorkgroupsPerDimension;
    for (let left = times; left > 0; left -= most) pass.dispatchWorkgroups(Math.min(left, most));
  };
  return {
    plan,
    fastest,
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
