import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readSafetensors } from "../export/safetensors";
import { runCommand } from "./commands";
import { type RecordedTerminal, recordedTerminal } from "./recorded-terminal";

const iris = "assets/examples/iris.loom.json";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "train-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function call(argv: readonly string[], terminal: RecordedTerminal = recordedTerminal()) {
  const exitCode = await runCommand(argv, terminal);
  return { exitCode, terminal, stdout: terminal.stdout.join("\n"), stderr: terminal.stderr.join("\n") };
}

async function tensorsIn(file: string) {
  const read = readSafetensors(new Uint8Array(await readFile(file)));
  if (!read.ok) throw new Error(read.error.message.en);
  return read.value;
}

test("iris is learnt, saved, and predicted from the saved weights alone", async () => {
  const weights = path.join(folder, "iris.safetensors");
  const trained = await call(["train", iris, "--seed", "1", "--out", weights, "--json"]);
  expect(trained.exitCode).toBe(0);
  const result = trained.terminal.json();
  expect(result).toMatchObject({ steps: 320, epochs: 40 });
  expect(result.loss).toBeLessThan(0.2);
  expect(result.validation_accuracy).toBeGreaterThan(0.95);
  expect(result.validation_loss).toBeLessThan(0.3);
  expect(result.samples_per_second).toBeGreaterThan(0);
  expect(trained.stderr).toContain("The weights are in");
  expect((await tensorsIn(weights)).tensors["fc1.weight"].shape).toEqual([16, 4]);

  // Columns in another order and no target: the scale comes from the weights' file
  const lines = (await readFile("assets/datasets/iris.csv", "utf8"))
    .trim()
    .split("\n")
    .map((line) => line.split(","));
  const flowers = path.join(folder, "flowers.csv");
  await writeFile(flowers, lines.map(([a, b, c, d]) => [d, c, b, a].join(",")).join("\n"));
  const moved = path.join(folder, "elsewhere.loom.json");
  await writeFile(moved, await readFile(iris));
  const predicted = await call(["predict", moved, "--weights", weights, "--data", flowers, "--json"]);
  expect(predicted.exitCode).toBe(0);
  const { rows, predictions } = predicted.terminal.json() as {
    rows: number;
    predictions: { class: string; probability: number }[];
  };
  expect(rows).toBe(150);
  const right = predictions.filter((prediction, row) => prediction.class === lines[row + 1][4]).length;
  expect(right / rows).toBeGreaterThan(0.95);
  expect(predictions[0]).toMatchObject({
    name: "1",
    class: "setosa",
    output: [expect.any(Number), expect.any(Number), expect.any(Number)],
  });
  expect(predictions[0].probability).toBeGreaterThan(0.9);
  expect(predicted.terminal.stdout[0]).toMatch(/^1\tsetosa\t(9\d|100)\.\d %$/);

  const judged = await call([
    "predict",
    iris,
    "--weights",
    weights,
    "--data",
    "assets/datasets/iris.csv",
    "--json",
  ]);
  expect(judged.terminal.json().accuracy).toBe(right / rows);

  const model = path.join(folder, "model");
  expect(
    (await call(["export", iris, "--format", "typescript", "--weights", weights, "--out", model])).exitCode,
  ).toBe(0);
  const [source, kept] = await Promise.all([
    readFile(path.join(model, "model.ts"), "utf8"),
    tensorsIn(path.join(model, "model.safetensors")),
  ]);
  expect(source).toContain("setosa");
  expect(kept.tensors["fc2.weight"]).toEqual((await tensorsIn(weights)).tensors["fc2.weight"]);
});

test("the same seed gives the same loss, and stopping in between changes nothing", async () => {
  const half = path.join(folder, "half.safetensors");
  const whole = await call(["train", iris, "--seed", "3", "--steps", "16", "--json"]);
  expect((await call(["train", iris, "--seed", "3", "--steps", "8", "--out", half])).exitCode).toBe(0);
  const rest = await call(["train", iris, "--seed", "3", "--steps", "8", "--weights", half, "--json"]);
  expect(rest.terminal.json().validation_loss).toBe(whole.terminal.json().validation_loss);
  const other = await call(["train", iris, "--seed", "4", "--steps", "16", "--json"]);
  expect(other.terminal.json().validation_loss).not.toBe(whole.terminal.json().validation_loss);
});

test("other data, target, batch size, epochs and learning rate can be given", async () => {
  const file = path.join(folder, "four.csv");
  const rows = Array.from(
    { length: 40 },
    (_, row) => `${row % 2},${row % 7},${row % 5},${row % 3},${"xyz"[row % 3]}`,
  );
  await writeFile(file, `kind,a,b,c,letter\n${rows.join("\n")}\n`);
  const argv = ["--data", file, "--batch-size", "8", "--epochs", "2", "--lr", "0.01", "--json"];
  // `letter` is text, so that `kind` cannot be the target of these columns
  expect((await call(["train", iris, ...argv, "--target", "kind"])).stderr).toContain("“x”");
  const { exitCode, terminal } = await call(["train", iris, ...argv, "--target", "letter"]);
  expect(exitCode).toBe(0);
  expect(terminal.json()).toMatchObject({ steps: 8, epochs: 2 });
});

test("a step of several batches is planned, counted and refused as one of all their rows", async () => {
  const sizes = ["--batch-size", "8", "--accumulation-steps"];
  const { exitCode, terminal } = await call(["train", iris, ...sizes, "4", "--epochs", "2", "--json"]);
  expect(exitCode).toBe(0);
  // 120 rows are three steps of 32 and one of 24.
  expect(terminal.json()).toMatchObject({ steps: 8, epochs: 2 });
  const whole = await call(["train", iris, "--batch-size", "32", "--epochs", "2", "--json"]);
  expect(terminal.json().loss).toBeCloseTo(Number(whole.terminal.json().loss), 4);
  const refused = await call(["train", iris, ...sizes, "16"]);
  expect(refused.exitCode).toBe(1);
  expect(refused.stderr).toContain("Choose 15 accumulation steps or less");

  const file = path.join(folder, "parts.loom.json");
  const { training, ...project } = JSON.parse(await readFile(iris, "utf8"));
  const data = {
    ...project.data,
    source: { ...project.data.source, file: path.resolve("assets/datasets/iris.csv") },
  };
  await writeFile(
    file,
    JSON.stringify({ ...project, data, training: { ...training, accumulation_steps: 4 } }),
  );
  const planned = await call(["plan", file]);
  expect(planned.stdout).toMatch(/update .* 4 × |forward .* 4 × /);
  expect(planned.stdout).toContain("gradients");
  expect(planned.stdout).not.toContain("one dispatch for whole steps");
});

test("several losses are reported one by one, and a plateau says that the rate fell", async () => {
  const { graph, training, ...project } = JSON.parse(await readFile(iris, "utf8"));
  const wire = (from: string, port: string) => ({
    id: `${from} soft`,
    from: { node: from, port: "y" },
    to: { node: "soft", port },
  });
  const soft = {
    id: "soft",
    type: "CrossEntropyLoss",
    name: "soft",
    params: { label_smoothing: 0.5 },
    training: { loss_weight: 0.25 },
    position: { x: 0, y: 0 },
  };
  const file = path.join(folder, "two.loom.json");
  const plateau = { mode: "min", factor: 0.5, patience: 0, threshold: 0.9, cooldown: 0, min_lr: 0 };
  const changed = {
    ...project,
    graph: {
      nodes: [...graph.nodes, soft],
      edges: [...graph.edges, wire("fc2", "prediction"), wire("label", "target")],
    },
    training: { ...training, schedule: { type: "ReduceLROnPlateau", ...plateau } },
  };
  await writeFile(file, JSON.stringify(changed));
  const argv = ["--data", "assets/datasets/iris.csv", "--epochs", "3", "--json"];
  const { exitCode, terminal, stderr } = await call(["train", file, ...argv]);
  expect(exitCode).toBe(0);
  const result = terminal.json() as {
    loss: number;
    losses: Record<string, number>;
    validation_loss: number;
    validation_losses: Record<string, number>;
  };
  const { cross_entropy_loss: hard, soft: softened } = result.losses;
  expect(result.loss).toBeCloseTo(hard + 0.25 * softened, 5);
  expect(softened).toBeGreaterThan(hard);
  const { validation_losses: validated } = result;
  expect(result.validation_loss).toBeCloseTo(validated.cross_entropy_loss + 0.25 * validated.soft, 5);
  expect(stderr).toContain("after step 16: learning rate 0.0100 → 0.00500");
});

test("a loss that is not finite ends in a sentence, and sound weights are saved", async () => {
  const weights = path.join(folder, "sound.safetensors");
  const { exitCode, stdout, stderr } = await call([
    "train",
    iris,
    "--lr",
    "1e38",
    "--steps",
    "40",
    "--out",
    weights,
  ]);
  expect(exitCode).toBe(1);
  expect(stdout).toBe("");
  expect(stderr).toMatch(/NaN/);
  const { tensors } = await tensorsIn(weights);
  expect(tensors["fc1.weight"].data.every(Number.isFinite)).toBe(true);
});

test("Ctrl+C ends the run and saves what there is", async () => {
  const weights = path.join(folder, "stopped.safetensors");
  const terminal = recordedTerminal("en", true);
  const ended = call(["train", iris, "--epochs", "1000000", "--out", weights, "--json"], terminal);
  while (!terminal.stderr.some((line) => line.includes("epoch")))
    await new Promise((next) => setTimeout(next, 20));
  terminal.interrupt();
  expect((await ended).exitCode).toBe(0);
  expect(terminal.json().steps).toBeGreaterThan(0);
  expect((await stat(weights)).size).toBeGreaterThan(1000);
  expect(terminal.stderr.find((line) => line.includes("epoch"))).toMatch(/[█░]{10} \d+ %.*left/);
});

test("export --format json describes the network", async () => {
  const out = path.join(folder, "graph.json");
  expect((await call(["export", iris, "--format", "json", "--out", out])).exitCode).toBe(0);
  expect(JSON.parse(await readFile(out, "utf8"))).toMatchObject({
    format: "tensorloom-graph",
    name: "iris",
    parameter_count: 131,
  });
});

test("plan prints dispatches, buffers and the peak", async () => {
  const { exitCode, stdout, terminal } = await call(["plan", iris, "--json"]);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/dispatches/);
  const { dispatches, buffers, peak_bytes } = terminal.json();
  expect(dispatches).toContainEqual(
    expect.objectContaining({ phase: "forward", origins: expect.arrayContaining(["fc1"]) }),
  );
  expect(buffers).toContainEqual(expect.objectContaining({ name: "params" }));
  expect(peak_bytes).toBeGreaterThan(0);
});
