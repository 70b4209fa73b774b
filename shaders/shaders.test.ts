import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodeGpu } from "../engine/cli/gpu";
import { openDevice } from "../engine/runtime/device";
import { type Kernel, kernels } from "./index";

const folder = import.meta.dirname;
const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
  name.endsWith(".wgsl"),
);

let device: GPUDevice;

beforeAll(async () => {
  const opened = await openDevice(await nodeGpu());
  if (!opened.ok) throw new Error(opened.error.message.en);
  device = opened.value.device;
});

afterAll(() => device?.destroy());

describe("every shader file", () => {
  it.each(files)("%s is valid as it stands", async (name) => {
    const module = device.createShaderModule({ code: readFileSync(join(folder, name), "utf8") });
    const { messages } = await module.getCompilationInfo();
    expect(messages.map(({ lineNum, message }) => `${name}:${lineNum} ${message}`)).toEqual([]);
  });

  it("has a record, unless it is a library", () => {
    const names = Object.values<Kernel>(kernels).flatMap(({ name, compact }) =>
      compact === undefined ? [`${name}.wgsl`] : [`${name}.wgsl`, `${name}_compact.wgsl`],
    );
    expect(names.sort()).toEqual(files.filter((name) => !name.startsWith("lib")).sort());
  });
});
