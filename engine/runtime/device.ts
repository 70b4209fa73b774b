/** Opens a WebGPU device: in a window, in a worker, or in Node through Dawn. */
import type { PlanLimits } from "../plan/plan";
import { variantsFor } from "../plan/tuned";
import type { Text } from "../tensor/text";

export interface OpenDevice {
  readonly device: GPUDevice;
  /** The adapter, as the system names it. */
  readonly name: string;
  /** A software adapter computes on the processor: correct, but slow. */
  readonly software: boolean;
  readonly limits: PlanLimits;
  /** Resolves, with what to tell the person, when the device is lost; never when it is destroyed on purpose. */
  readonly lost: Promise<Text>;
}

export type OpenResult =
  | { readonly ok: true; readonly value: OpenDevice }
  | {
      readonly ok: false;
      readonly error: { readonly code: "no-adapter" | "no-device"; readonly message: Text };
    };

/** @param gpu `navigator.gpu`, or what `cli/gpu.ts` gives; undefined where there is no WebGPU */
export async function openDevice(gpu: GPU | null | undefined): Promise<OpenResult> {
  const adapter = await gpu?.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) return { ok: false, error: { code: "no-adapter", message: noAdapter } };
  const wanted = ["maxStorageBuffersPerShaderStage", "maxStorageBufferBindingSize", "maxBufferSize"] as const;
  const requiredLimits = Object.fromEntries(wanted.map((name) => [name, adapter.limits[name]]));
  // Subgroups for faster kernels, timestamps for profiling; it works without.
  const requiredFeatures = (["subgroups", "timestamp-query"] as const).filter((name) =>
    adapter.features.has(name),
  );
  let device: GPUDevice;
  try {
    device = await adapter.requestDevice({ requiredLimits, requiredFeatures });
  } catch (reason) {
    return { ok: false, error: { code: "no-device", message: noDevice(String(reason)) } };
  }
  const software = isSoftware(adapter);
  const { vendor, architecture, description, device: model } = adapter.info;
  const name = description || [vendor, architecture, model].filter(Boolean).join(" ") || "WebGPU";
  return {
    ok: true,
    value: { device, name, software, limits: limitsOf(device, software), lost: lossOf(device) },
  };
}

/** The device with kernels that were measured on it. @param kept of which nothing is used that is of another adapter or time */
export function withKernels(open: OpenDevice, kept: unknown): OpenDevice {
  return { ...open, limits: { ...open.limits, variants: variantsFor(open.name, open.limits, kept) } };
}

function isSoftware({ info }: GPUAdapter): boolean {
  const words = `${info.vendor} ${info.architecture} ${info.description} ${info.device}`;
  return info.isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|software|basic render/i.test(words);
}

function limitsOf({ limits, features }: GPUDevice, software: boolean): PlanLimits {
  return {
    software,
    subgroups: features.has("subgroups"),
    maxStorageBuffersPerShaderStage: limits.maxStorageBuffersPerShaderStage,
    maxComputeWorkgroupsPerDimension: limits.maxComputeWorkgroupsPerDimension,
    // Binding sizes are whole numbers of 4 bytes, but an adapter may report an odd limit.
    maxStorageBufferBindingSize: Math.floor(limits.maxStorageBufferBindingSize / 4) * 4,
    maxBufferSize: Math.floor(limits.maxBufferSize / 4) * 4,
  };
}

function lossOf(device: GPUDevice): Promise<Text> {
  return new Promise((resolve) => {
    void device.lost.then(({ reason, message }) => {
      if (reason === "destroyed") return;
      resolve({
        en: `The graphics device was lost: ${message || "no reason given"}. Train again; if it happens again, use a smaller batch size with more accumulation steps.`,
        zh: `图形设备已丢失：${message || "未给出原因"}。请重新训练；若再次发生，请减小批大小并增加累积步数。`,
      });
    });
  });
}

const noAdapter: Text = {
  en: "No WebGPU adapter was found, so nothing can be trained here. Update the graphics driver, or install Chromium, whose software adapter works on any machine.",
  zh: "未找到 WebGPU 适配器，因此无法在此训练。请更新显卡驱动，或安装 Chromium，其软件适配器可在任何机器上运行。",
};

function noDevice(reason: string): Text {
  return {
    en: `The graphics adapter refused to open a device: ${reason}. Close other programs that use it, then try again.`,
    zh: `图形适配器拒绝打开设备：${reason}。请关闭占用它的其他程序后重试。`,
  };
}
