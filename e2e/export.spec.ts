/** A trained network taken away: as JSON, and as a TypeScript program that needs nothing but a WebGPU device. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { unzipSync } from "fflate";
import { transformWithOxc } from "vite";
import { nodeGpu } from "../engine/cli/gpu";
import { expect, test } from "./fixtures";
import { Workbench } from "./workbench";

const root = path.resolve(import.meta.dirname, "..");
const iris = path.join(root, "assets/datasets/iris.csv");

test("the exported TypeScript type-checks and classifies every flower as the app does", async ({
  desktop,
  folder,
}) => {
  const bench = new Workbench(desktop.page);
  const json = path.join(folder, "iris.json");
  const zip = path.join(folder, "iris-typescript.zip");
  const weights = path.join(folder, "iris.safetensors");

  await test.step("train, and export all there is", async () => {
    await bench.openExample("Iris");
    await bench.train();
    await bench.untilFinished();
    expect(await bench.tile("validation accuracy")).toBeGreaterThan(95);
    await desktop.answerSave(json);
    await bench.exportMenu("Graph as JSON");
    await expect(bench.canvas.getByText("Exported iris.json")).toBeVisible();
    await desktop.answerSave(zip);
    await bench.exportMenu("TypeScript program (.zip)");
    await expect(bench.canvas.getByText("Exported iris-typescript.zip")).toBeVisible();
    await desktop.answerSave(weights);
    await bench.exportMenu("Weights as safetensors");
    await expect(bench.canvas.getByText("Exported iris.safetensors")).toBeVisible();
  });

  await test.step("the JSON is the graph", () => {
    const { graph } = JSON.parse(readFileSync(json, "utf8"));
    expect(graph.nodes).toHaveLength(6);
    expect(graph.edges).toHaveLength(5);
  });

  const program = path.join(folder, "iris");
  await test.step("the program type-checks under --strict", () => {
    mkdirSync(program);
    for (const [name, bytes] of Object.entries(unzipSync(readFileSync(zip))))
      writeFileSync(path.join(folder, name), bytes);
    const compiler = path.join(root, "node_modules/typescript/bin/tsc");
    const options = "--strict --noEmit --target es2022 --module esnext --lib es2022,dom --types".split(" ");
    execFileSync(
      process.execPath,
      [compiler, "--ignoreConfig", ...options, "", path.join(program, "model.ts")],
      {
        encoding: "utf8",
      },
    );
  });

  await test.step("it says what the terminal says with the same weights", async () => {
    const spoken = execFileSync(
      process.execPath,
      ["build/cli.mjs", "predict", json, "--weights", weights, "--data", iris, "--json"],
      { cwd: root, encoding: "utf8" },
    );
    const { predictions, accuracy } = JSON.parse(spoken.trim().split("\n").at(-1) ?? "");
    expect(accuracy).toBeGreaterThan(0.95);

    const rows = readFileSync(iris, "utf8").trim().split("\n").slice(1);
    const features = rows.flatMap((row) => row.split(",").slice(0, 4).map(Number));
    const classes = await classesByProgram(program, new Float32Array(features));
    expect(classes).toEqual(predictions.map((prediction: { class: string }) => prediction.class));
  });
});

/** Runs the exported program in Node. */
async function classesByProgram(program: string, features: Float32Array): Promise<string[]> {
  const source = readFileSync(path.join(program, "model.ts"), "utf8");
  const module = path.join(program, "model.mjs");
  writeFileSync(module, (await transformWithOxc(source, "model.ts")).code);
  const { load, classOf } = await import(pathToFileURL(module).href);

  const gpu = await nodeGpu();
  const adapter = await gpu?.requestAdapter();
  if (!adapter) throw new Error("Node found no WebGPU adapter.");
  const device = await adapter.requestDevice();
  const bytes = readFileSync(path.join(program, "model.safetensors"));
  const model = await load(device, bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  const classes = classOf(await model.predict({ features }));
  model.destroy();
  device.destroy();
  return classes;
}
