import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { runCommand } from "./commands";
import { openGpu } from "./device";
import { keepKernels, kernelFile, readKernels } from "./kernel-cache";
import { recordedTerminal } from "./recorded-terminal";

const iris = "assets/examples/iris.loom.json";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "autotune-"));
  vi.stubEnv("XDG_CACHE_HOME", folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

test("kernels are measured, kept, used the next time, and forgotten when they are of another adapter", async () => {
  const terminal = recordedTerminal();
  const argv = ["train", iris, "--no-megakernel", "--steps", "4", "--autotune"];
  expect(await runCommand(argv, terminal)).toBe(0);
  const said = terminal.stderr.join("\n");
  expect(said).toMatch(/(\d+) of \1 products measured: .* [\d.]+ ms a step/);
  expect(said).toContain(`Kept in ${kernelFile()}.`);

  const kept = JSON.parse(await readFile(kernelFile(), "utf8"));
  expect(Object.keys(kept.variants)).not.toHaveLength(0);
  expect((await openGpu(recordedTerminal())).limits.variants).toEqual(kept.variants);

  await writeFile(kernelFile(), JSON.stringify({ ...kept, adapter: "another" }));
  expect((await openGpu(recordedTerminal())).limits.variants).toEqual({});
  await writeFile(kernelFile(), "{");
  expect((await openGpu(recordedTerminal())).limits.variants).toEqual({});
}, 180_000);

test("a cache folder that cannot be written to is no more than that", async () => {
  // A file where the folder should be.
  await writeFile(path.join(folder, "tensorloom"), "");
  expect(await keepKernels({ kernels: "1", adapter: "a GPU", variants: {} })).toBe(false);
  expect(await readKernels()).toBeNull();
});
