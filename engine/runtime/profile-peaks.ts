/**
 * What a device can do at best: the two edges of the roofline (Williams, Waterman and Patterson, "Roofline", CACM
 * 2009), measured with two tiny kernels.
 */
import { timePasses } from "./profile";

export interface Peaks {
  /** Floating-point operations a second, in registers. */
  readonly flops: number;
  /** Bytes read and written a second, in memory that no cache holds. */
  readonly bytes: number;
}

/** Once a device. It needs timestamps. */
export function measurePeaks(device: GPUDevice): Promise<Peaks> {
  const found = known.get(device) ?? measure(device);
  known.set(device, found);
  return found;
}

const known = new WeakMap<GPUDevice, Promise<Peaks>>();

async function measure(device: GPUDevice): Promise<Peaks> {
  const flops = await measureRate(device, arithmetic, 1, 4, [64, 256, 1024, 4096, 16384]);
  // 64 MiB each: more than the caches of all but the largest GPUs hold.
  const bytes = await measureRate(device, copy, 2, 16 * copiesOfThread, [4096]);
  return { flops: flops * flopsOfThread, bytes: bytes * bytesOfThread };
}

const threads = 64;
/** Chains that do not wait for each other, in one thread. */
const chains = 8;
const unrolled = 8;
const rounds = 64;
const flopsOfThread = rounds * unrolled * chains * 2;
/** 16 bytes each. */
const copiesOfThread = 16;
const bytesOfThread = 2 * 16 * copiesOfThread;

const arithmetic = `
@group(0) @binding(0) var<storage, read_write> result: array<f32>;

@compute @workgroup_size(${threads})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let start = f32(id.x & 7u);
  ${lines(chains, (i) => `var a${i} = start + ${i}.0;`)}
  for (var round = 0u; round < ${rounds}u; round++) {
    ${lines(unrolled * chains, (i) => `a${i % chains} = a${i % chains} * 0.999 + 0.001;`)}
  }
  result[id.x] = ${lines(chains, (i) => `a${i}`, " + ")};
}`;

/** Neighbours in a workgroup copy neighbours in memory. */
const copy = `
@group(0) @binding(0) var<storage, read> source: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> result: array<vec4f>;

@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let first = workgroup.x * ${threads * copiesOfThread}u + lane;
  ${lines(copiesOfThread, (i) => `result[first + ${i * threads}u] = source[first + ${i * threads}u];`)}
}`;

function lines(count: number, line: (i: number) => string, between = "\n  "): string {
  return Array.from({ length: count }, (_, i) => line(i)).join(between);
}

/** Milliseconds. */
const longEnough = 4;

/**
 * Threads a second, of the first grid that is long enough to be measured.
 * @param buffers how many, of `bytes` a thread
 * @param grids numbers of workgroups, growing
 */
async function measureRate(
  device: GPUDevice,
  code: string,
  buffers: number,
  bytes: number,
  grids: readonly number[],
): Promise<number> {
  const pipeline = await device.createComputePipelineAsync({
    layout: "auto",
    compute: { module: device.createShaderModule({ code }) },
  });
  let rate = 0;
  for (const workgroups of grids) {
    const size = workgroups * threads * bytes;
    const made = Array.from({ length: buffers }, () =>
      device.createBuffer({ size, usage: GPUBufferUsage.STORAGE }),
    );
    const group = device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: made.map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
    const times = await timePasses(device, 5, (pass) => {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(workgroups);
    });
    for (const buffer of made) buffer.destroy();
    // The first run is the warm-up.
    const fastest = Math.min(...times.slice(1));
    rate = (workgroups * threads) / (fastest / 1000);
    if (fastest >= longEnough) break;
  }
  return rate;
}
