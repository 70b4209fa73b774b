/** What a person reads when a graph does not fit the device. */
import type { Text } from "../tensor/text";
import type { Node } from "./nodes";
import type { Plan, PlanLimits } from "./plan";

export interface PlanError {
  readonly code: "device-limit";
  readonly message: Text;
  /** The graph node that needs too much, if it is one. */
  readonly node: string | null;
  readonly limit: keyof PlanLimits;
  /** In the limit's unit. */
  readonly needed: number;
  readonly allowed: number;
}

export function memoryTooLarge(name: string, bytes: number, limits: PlanLimits): PlanError {
  const allowed = limits.maxBufferSize;
  return {
    code: "device-limit",
    node: null,
    limit: "maxBufferSize",
    needed: bytes,
    allowed,
    message: {
      en: `The memory "${name}" needs ${megabytes(bytes)}, but one buffer of this device holds at most ${megabytes(allowed)} (maxBufferSize). Use fewer parameters or less data.`,
      zh: `内存“${name}”需要 ${megabytes(bytes)}，但此设备的单个缓冲区最多容纳 ${megabytes(allowed)}（maxBufferSize）。请减少参数或数据量。`,
    },
  };
}

export function valueTooLarge(value: Node, bytes: number, limits: PlanLimits): PlanError {
  const [origin = null] = value.origins;
  return bindingTooLarge(origin, bytes, limits);
}

export function bindingTooLarge(node: string | null, bytes: number, limits: PlanLimits): PlanError {
  const allowed = limits.maxStorageBufferBindingSize;
  return {
    code: "device-limit",
    node,
    limit: "maxStorageBufferBindingSize",
    needed: bytes,
    allowed,
    message: {
      en: `A tensor of this layer needs ${megabytes(bytes)}, but a shader of this device can reach at most ${megabytes(allowed)} of a buffer (maxStorageBufferBindingSize). Use a smaller batch or a smaller layer.`,
      zh: `此层的一个张量需要 ${megabytes(bytes)}，但此设备的着色器最多只能访问缓冲区中的 ${megabytes(allowed)}（maxStorageBufferBindingSize）。请减小批大小或缩小该层。`,
    },
  };
}

export function tooManyWorkgroups(node: string | null, needed: number, limits: PlanLimits): PlanError {
  const most = limits.maxComputeWorkgroupsPerDimension;
  return {
    code: "device-limit",
    node,
    limit: "maxComputeWorkgroupsPerDimension",
    needed,
    allowed: most,
    message: {
      en: `This layer needs more than ${most} × ${most} workgroups, the most that this device can run at once (maxComputeWorkgroupsPerDimension). Use a smaller batch or a smaller layer.`,
      zh: `此层需要超过 ${most} × ${most} 个工作组，超出此设备一次可运行的数量（maxComputeWorkgroupsPerDimension）。请减小批大小或缩小该层。`,
    },
  };
}

export function tooManyBindings(node: string | null, needed: number, limits: PlanLimits): PlanError {
  const allowed = limits.maxStorageBuffersPerShaderStage;
  return {
    code: "device-limit",
    node,
    limit: "maxStorageBuffersPerShaderStage",
    needed,
    allowed,
    message: {
      en: `This layer reads and writes ${needed} buffers at once, but a shader of this device can reach at most ${allowed} (maxStorageBuffersPerShaderStage). Use a smaller batch, or a smaller layer.`,
      zh: `此层同时读写 ${needed} 个缓冲区，但此设备的着色器最多只能访问 ${allowed} 个（maxStorageBuffersPerShaderStage）。请减小批大小或缩小该层。`,
    },
  };
}

/** No limit says how much memory a device has: it shows when the buffers are made, before the first step. */
export function deviceFull({ peakBytes, arenaBytes, peakOrigin }: Plan, batchSize: number) {
  const [all, between, lasting] = [peakBytes, arenaBytes, peakBytes - arenaBytes].map(megabytes);
  return {
    code: "out-of-memory",
    node: peakOrigin,
    message: {
      en: `A training step needs ${all}, and this device has not so much memory left. ${between} of it lie between the layers and shrink with the batch size, now ${batchSize}; ${lasting} are weights, optimizer state and data. Use a smaller batch with more accumulation steps, a smaller network or less data, or close other programs that use the device.`,
      zh: `一个训练步需要 ${all}，此设备已没有这么多内存。其中 ${between} 是各层之间的值，会随批大小（现为 ${batchSize}）减小；${lasting} 是权重、优化器状态和数据。请减小批大小并增加累积步数、缩小网络或减少数据，或关闭占用该设备的其他程序。`,
    },
  };
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_048_576).toLocaleString("en", { maximumFractionDigits: 1 })} MiB`;
}
