/** Kernels as measured on this machine, kept in the person's cache folder: losing the file loses nothing but time. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import type { TunedKernels } from "../plan/tuned";

export function kernelFile(): string {
  return path.join(cacheFolder(), "tensorloom", "kernels.json");
}

function cacheFolder(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (XDG_CACHE_HOME) return XDG_CACHE_HOME;
  switch (process.platform) {
    case "darwin":
      return path.join(homedir(), "Library", "Caches");
    case "win32":
      return LOCALAPPDATA ?? path.join(homedir(), "AppData", "Local");
    default:
      return path.join(homedir(), ".cache");
  }
}

/** Whatever the file holds; null where there is none that can be read. */
export async function readKernels(): Promise<unknown> {
  try {
    return JSON.parse(await readFile(kernelFile(), "utf8"));
  } catch {
    return null;
  }
}

/** @returns false when the folder cannot be written to */
export async function keepKernels(kernels: TunedKernels): Promise<boolean> {
  const file = kernelFile();
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, `${JSON.stringify(kernels, null, 2)}\n`);
    return true;
  } catch {
    return false;
  }
}
