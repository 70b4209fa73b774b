/** Where golden programs run: the reference executor in float64, or a WebGPU device through plan and replay. */
import { planProgram } from "../../plan/compile";
import { everyOptimisation } from "../../plan/optimisations";
import type { MemorySpecs } from "../../plan/plan";
import { planWholeStep } from "../../plan/whole-step";
import type { Program } from "../../program/program";
import { type ReferenceMemories, runReference } from "../../program/reference";
import type { OpenDevice } from "../../runtime/device";
import { createMemories } from "../../runtime/memory";
import { createPipelineCache, prepareReplay } from "../../runtime/replay";

/** `whole-step` is WebGPU with one dispatch for a whole program wherever that can be. */
export type GoldenDeviceName = "reference" | "webgpu" | "whole-step";

/** Memories and the programs that share them. */
export interface Machine {
  write(memory: string, values: ArrayLike<number>, offset?: number): void;
  read(memory: string): Promise<ArrayLike<number>>;
  /** @returns a function that runs the program once */
  prepare(program: Program): Promise<() => void>;
  dispose(): void;
}

export interface GoldenDevice {
  readonly name: GoldenDeviceName;
  machine(specs: MemorySpecs): Machine;
}

export const referenceDevice: GoldenDevice = {
  name: "reference",
  machine(specs) {
    const memories: ReferenceMemories = Object.fromEntries(
      Object.entries(specs).map(([name, { length }]) => [name, new Float64Array(length)]),
    );
    return {
      write: (memory, values, offset = 0) => memories[memory].set(values, offset),
      read: async (memory) => memories[memory],
      prepare: async (program) => () => void runReference(program, memories),
      dispose: () => {},
    };
  },
};

export function webgpuDevice(
  { device, limits }: OpenDevice,
  name: "webgpu" | "whole-step" = "webgpu",
  optimisations = everyOptimisation,
): GoldenDevice {
  const cache = createPipelineCache(device);
  return {
    name,
    machine(specs) {
      const memories = createMemories(device, specs);
      return {
        write(memory, values, offset = 0) {
          const typed = specs[memory].dtype === "int64" ? Int32Array.from(values) : Float32Array.from(values);
          memories.write(memory, typed, offset);
        },
        read: (memory) => memories.read(memory),
        async prepare(program) {
          const planned = planProgram(program, specs, { limits, optimisations });
          if (!planned.ok) throw new Error(planned.error.message.en);
          const whole =
            name === "whole-step" ? planWholeStep(program, specs, limits, { optimisations }) : null;
          const replay = await prepareReplay(device, memories, whole?.plan ?? planned.plan, cache);
          return () => replay.submit(1);
        },
        dispose: memories.destroy,
      };
    },
  };
}
