/** The device that a command computes on. */
import { type OpenDevice, openDevice, withKernels } from "../runtime/device";
import { nodeGpu } from "./gpu";
import { readKernels } from "./kernel-cache";
import { Stop, type Terminal } from "./terminal";

/** Held until the process ends: Dawn frees its instance with this object, and a device that is still in use crashes. */
let gpu: GPU | null = null;

/**
 * With the kernels that were measured here before. Says so when there is no GPU and the processor does its work. @throws Stop when there is no WebGPU at all
 */
export async function openGpu(terminal: Terminal): Promise<OpenDevice> {
  gpu ??= await nodeGpu();
  const opened = await openDevice(gpu);
  if (!opened.ok) throw new Stop(opened.error.message);
  const { name, software } = opened.value;
  if (software)
    terminal.note(
      terminal.language === "zh"
        ? `没有可用的 GPU：${name} 在处理器上计算，速度较慢。`
        : `There is no GPU to use: ${name} computes on the processor, which is slow.`,
    );
  return withKernels(opened.value, await readKernels());
}
