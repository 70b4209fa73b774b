/**
 * WebGPU for Node, from Dawn (the package `webgpu`). A real GPU comes first; without one, the software adapter that
 * every Chromium brings along (SwiftShader, a Vulkan driver that computes on the processor).
 */
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/**
 * Also defines WebGPU's globals (`GPUBufferUsage`, …). Null where Dawn has no build for this system; where there is no
 * adapter either, `openDevice` says what to install.
 */
export async function nodeGpu(): Promise<GPU | null> {
  instance ??= await createInstance();
  return instance;
}

/** Kept for good: devices do not keep it alive, and crash the process once it has been collected. */
let instance: GPU | null = null;

async function createInstance(): Promise<GPU | null> {
  const driver = softwareDriver();
  preloadVulkan(driver);
  const dawn = await import("webgpu").catch(() => null);
  if (dawn === null) return null;
  Object.assign(globalThis, dawn.globals);
  const chosen = process.env.VK_DRIVER_FILES ?? process.env.VK_ICD_FILENAMES;
  if (chosen !== undefined || driver === null) return dawn.create([]);
  if (mayHaveGpu()) {
    const gpu = dawn.create([]);
    if ((await gpu.requestAdapter()) !== null) return gpu;
  }
  // Read by Vulkan's loader each time an instance is made; older loaders know only the second name.
  process.env.VK_DRIVER_FILES = driver;
  process.env.VK_ICD_FILENAMES = driver;
  return dawn.create([]);
}

/** Without a render node no driver can answer, and asking for one would print warnings. */
function mayHaveGpu(): boolean {
  if (process.platform !== "linux") return true;
  const nodes = [...list("/dev/dri"), ...list("/dev")];
  return nodes.some((name) => /^(renderD|nvidia|dxg|mali)/.test(name));
}

/**
 * Dawn looks for Vulkan's loader among the system's libraries. Chromium has one too: loaded here once, it is found under
 * its name. `dlopen` then complains that it is no Node module, but with RTLD_NODELETE it stays.
 */
function preloadVulkan(driver: string | null): void {
  if (process.platform !== "linux" || driver === null) return;
  const [lazy, global, noDelete] = [0x1, 0x100, 0x1000];
  for (const library of ["libvulkan.so.1", join(dirname(driver), "libvulkan.so.1")]) {
    try {
      process.dlopen({ exports: {} }, library, lazy | global | noDelete);
    } catch (error) {
      if (String(error).includes("self-register")) return;
    }
  }
}

/** The description of SwiftShader's driver next to an installed Chromium. */
function softwareDriver(): string | null {
  const folders = [...(installed[process.platform] ?? []), ...playwrightFolders()];
  for (const folder of folders) {
    const found = findBelow(folder, "vk_swiftshader_icd.json", 8);
    if (found !== null) return found;
  }
  return null;
}

const installed: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  linux: [
    "/usr/lib/chromium",
    "/usr/lib/chromium-browser",
    "/usr/lib64/chromium-browser",
    "/snap/chromium/current/usr/lib/chromium-browser",
    "/opt/google/chrome",
  ],
  darwin: [
    "/Applications/Google Chrome.app/Contents/Frameworks",
    "/Applications/Chromium.app/Contents/Frameworks",
  ],
  win32: [
    "C:\\Program Files\\Google\\Chrome\\Application",
    "C:\\Program Files (x86)\\Microsoft\\Edge\\Application",
  ],
};

function playwrightFolders(): string[] {
  const caches: Partial<Record<NodeJS.Platform, string>> = {
    linux: join(homedir(), ".cache"),
    darwin: join(homedir(), "Library", "Caches"),
    win32: process.env.LOCALAPPDATA,
  };
  const cache = caches[process.platform];
  const root = process.env.PLAYWRIGHT_BROWSERS_PATH ?? (cache && join(cache, "ms-playwright"));
  if (root === undefined) return [];
  return list(root)
    .filter((name) => name.startsWith("chromium"))
    .sort()
    .reverse()
    .map((name) => join(root, name));
}

/** Looks in a folder and in the folders in it. */
function findBelow(folder: string, name: string, depth: number): string | null {
  const here = join(folder, name);
  if (existsSync(here)) return here;
  if (depth === 0) return null;
  for (const entry of folders(folder)) {
    const found = findBelow(join(folder, entry), name, depth - 1);
    if (found !== null) return found;
  }
  return null;
}

function folders(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [entry.name] : [],
  );
}

function list(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
