/** Reads a memory again and again without holding up what is submitted meanwhile: a few staging buffers take turns. */
import type { Elements, Memories } from "./memory";

export interface RingReader {
  /** A copy of the memory after what was submitted before; null while all staging buffers are on their way. */
  read(): Promise<Elements> | null;
  destroy(): void;
}

/** @param depth how many reads may be on their way at once */
export function createRingReader(device: GPUDevice, memories: Memories, name: string, depth = 3): RingReader {
  const size = memories.specs[name].length * 4;
  const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
  const all = Array.from({ length: depth }, () =>
    device.createBuffer({ label: `${name} staging`, size, usage }),
  );
  const idle = [...all];
  const take = async (staging: GPUBuffer): Promise<Elements> => {
    await staging.mapAsync(GPUMapMode.READ);
    const bytes = staging.getMappedRange().slice(0);
    staging.unmap();
    idle.push(staging);
    return memories.specs[name].dtype === "int64" ? new Int32Array(bytes) : new Float32Array(bytes);
  };
  return {
    read() {
      const staging = idle.pop();
      if (staging === undefined) return null;
      const encoder = device.createCommandEncoder();
      encoder.copyBufferToBuffer(memories.buffer(name), 0, staging, 0, size);
      device.queue.submit([encoder.finish()]);
      return take(staging);
    },
    destroy() {
      for (const each of all) each.destroy();
    },
  };
}
