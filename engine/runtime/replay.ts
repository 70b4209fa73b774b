/**
 * Makes a plan ready to run again and again: pipelines, bind groups and arenas are made once, so that a step is one
 * compute pass and allocates nothing.
 */
import type { Plan } from "../plan/plan";
import { elementCount } from "../tensor/tensor";
import { type Elements, type Memories, readBuffer } from "./memory";

/** Compiled shaders by their code, shared by all plans of a device. */
export interface PipelineCache {
  get(label: string, code: string): Promise<GPUComputePipeline>;
}

export function createPipelineCache(device: GPUDevice): PipelineCache {
  const known = new Map<string, Promise<GPUComputePipeline>>();
  const compile = (label: string, code: string) => {
    const module = device.createShaderModule({ label, code });
    return device.createComputePipelineAsync({
      label,
      layout: "auto",
      compute: { module, entryPoint: "main" },
    });
  };
  return {
    get(label, code) {
      const pipeline = known.get(code) ?? compile(label, code);
      known.set(code, pipeline);
      return pipeline;
    },
  };
}

export interface Replay {
  readonly plan: Plan;
  /** Adds the plan's dispatches, or one of them, to a compute pass. */
  encode(pass: GPUComputePassEncoder, dispatch?: number): void;
  /** Runs the plan `times` times in a row, as one submit. */
  submit(times?: number): void;
  /**
   * The value of an operation that the plan was asked to keep, from the last run.
   * @throws Error when it was not kept, which is a bug
   */
  readKept(op: number): Promise<Elements>;
  /** Frees what the plan does not share with others. */
  destroy(): void;
}

interface Step {
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  readonly workgroups: readonly [number, number, number];
}

/** Compiles all shaders at once, without blocking. */
export async function prepareReplay(
  device: GPUDevice,
  memories: Memories,
  plan: Plan,
  cache: PipelineCache,
): Promise<Replay> {
  const pipelines = await Promise.all(plan.shaders.map(({ name, code }) => cache.get(name, code)));
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC;
  const buffers = plan.buffers.map(({ name, role, bytes }) =>
    role === "persistent" ? memories.buffer(name) : device.createBuffer({ label: name, size: bytes, usage }),
  );
  const steps: Step[] = plan.dispatches.map(({ shader, bindings, workgroups, label }) => ({
    pipeline: pipelines[shader],
    workgroups,
    bindGroup: device.createBindGroup({
      label,
      layout: pipelines[shader].getBindGroupLayout(0),
      entries: bindings.map(({ buffer, offset, bytes }, binding) => ({
        binding,
        resource: { buffer: buffers[buffer], offset, size: bytes },
      })),
    }),
  }));

  const encode = (pass: GPUComputePassEncoder, dispatch?: number) => {
    for (const { pipeline, bindGroup, workgroups } of dispatch === undefined ? steps : [steps[dispatch]]) {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, bindGroup);
      pass.dispatchWorkgroups(...workgroups);
    }
  };
  const encodeRepeats = (pass: GPUComputePassEncoder, times: number) => {
    const [{ pipeline, bindGroup }] = steps;
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    const most = device.limits.maxComputeWorkgroupsPerDimension;
    for (let left = times; left > 0; left -= most) pass.dispatchWorkgroups(Math.min(left, most));
  };
  return {
    plan,
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
    destroy() {
      for (const [index, { role }] of plan.buffers.entries()) if (role === "arena") buffers[index].destroy();
    },
  };
}
