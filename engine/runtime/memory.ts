/** The memories that a program names, on the device: made once, shared by all plans of a session. */
import type { MemorySpecs } from "../plan/plan";

export type Elements = Float32Array | Int32Array;

/** Copies of some memories, on the device. */
export interface Snapshot {
  readonly copies: ReadonlyMap<string, GPUBuffer>;
  destroy(): void;
}

export interface Memories {
  readonly specs: MemorySpecs;
  /** @throws Error when there is no such memory, which is a bug */
  buffer(name: string): GPUBuffer;
  /** Room for a plan's intermediate values, which nothing is expected to be in: plans share it. */
  arena(name: string, bytes: number): GPUBuffer;
  /** Takes effect before all that is submitted later. int64 is 32 bits here. @param offset in elements */
  write(name: string, values: Elements, offset?: number): void;
  /** What the memory holds once all that was submitted before is done. @param offset and length in elements */
  read(name: string, offset?: number, length?: number): Promise<Elements>;
  /** Copies memories as they are after what was submitted before. @param into an older snapshot of the same, to be overwritten */
  snapshot(names: readonly string[], into?: Snapshot): Snapshot;
  restore(snapshot: Snapshot): void;
  destroy(): void;
}

export function createMemories(device: GPUDevice, specs: MemorySpecs): Memories {
  const usage =
    GPUBufferUsage.STORAGE | GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  // An empty buffer could not be bound, and a uniform is a whole number of 16 bytes.
  const make = (label: string, length: number) =>
    device.createBuffer({ label, usage, size: Math.max(Math.ceil(length / 4), 1) * 16 });
  const buffers = new Map(Object.entries(specs).map(([name, { length }]) => [name, make(name, length)]));
  const buffer = (name: string): GPUBuffer => {
    const found = buffers.get(name);
    if (found === undefined) throw new Error(`no memory named ${name}`);
    return found;
  };
  const arenas: GPUBuffer[] = [];
  let destroyed = false;
  const arena = (label: string, bytes: number): GPUBuffer => {
    const known = arenas.find((each) => each.label === label && each.size >= bytes);
    if (known) return known;
    const made = device.createBuffer({
      label,
      size: bytes,
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC,
    });
    // A plan may become ready when nobody wants it any more.
    if (destroyed) made.destroy();
    arenas.push(made);
    return made;
  };
  const copy = (pairs: readonly (readonly [GPUBuffer, GPUBuffer])[]) => {
    const encoder = device.createCommandEncoder();
    for (const [from, to] of pairs) encoder.copyBufferToBuffer(from, 0, to, 0, from.size);
    device.queue.submit([encoder.finish()]);
  };
  return {
    specs,
    buffer,
    arena,
    write(name, values, offset = 0) {
      // Dawn's types ask for a view of an ArrayBuffer; a typed array of a SharedArrayBuffer is copied first.
      const view = values.buffer instanceof ArrayBuffer ? values : values.slice();
      device.queue.writeBuffer(buffer(name), offset * 4, view as GPUAllowSharedBufferSource);
    },
    async read(name, offset = 0, length = specs[name].length - offset) {
      const bytes = await readBuffer(device, buffer(name), offset * 4, length * 4);
      return specs[name].dtype === "int64" ? new Int32Array(bytes) : new Float32Array(bytes);
    },
    snapshot(names, into) {
      const copies =
        into?.copies ?? new Map(names.map((name) => [name, make(`${name} copy`, specs[name].length)]));
      copy([...copies].map(([name, to]) => [buffer(name), to]));
      return {
        copies,
        destroy: () => {
          for (const each of copies.values()) each.destroy();
        },
      };
    },
    restore: ({ copies }) => copy([...copies].map(([name, from]) => [from, buffer(name)])),
    destroy() {
      destroyed = true;
      for (const each of [...buffers.values(), ...arenas]) each.destroy();
    },
  };
}

/** Copies part of a buffer off the device, after all that was submitted before. Offset and size in bytes. */
export async function readBuffer(
  device: GPUDevice,
  buffer: GPUBuffer,
  offset: number,
  size: number,
): Promise<ArrayBuffer> {
  if (size === 0) return new ArrayBuffer(0);
  const staging = device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, offset, staging, 0, size);
  device.queue.submit([encoder.finish()]);
  try {
    await staging.mapAsync(GPUMapMode.READ);
    return staging.getMappedRange().slice(0);
  } finally {
    staging.destroy();
  }
}
