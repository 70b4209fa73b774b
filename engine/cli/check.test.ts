import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseProject, printProject } from "../graph/parse";
import type { Project } from "../graph/project";
import { runCommand } from "./commands";
import { recordedTerminal } from "./recorded-terminal";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "check-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function example(name: string): Promise<Project> {
  const parsed = parseProject(await readFile(`assets/examples/${name}.loom.json`, "utf8"));
  if (!parsed.ok) throw new Error(parsed.error.message.en);
  return parsed.project;
}

/** The example with its data found from the temporary folder, so that it can be changed there. */
async function put(project: Project): Promise<string> {
  const file = path.join(folder, "project.loom.json");
  const text = printProject(project).replaceAll(
    "../datasets/",
    `${path.relative(folder, "assets/datasets")}/`,
  );
  await writeFile(file, text);
  return file;
}

async function check(...argv: string[]) {
  const terminal = recordedTerminal();
  const exitCode = await runCommand(["check", ...argv], terminal);
  return { exitCode, terminal, text: terminal.stdout.join("\n") };
}

test("a sound project is a table of shapes", async () => {
  const { exitCode, text } = await check("assets/examples/iris.loom.json");
  expect(exitCode).toBe(0);
  expect(text).toMatch(/fc1 +Linear +N×16 +80 +2,304 +4,608 +1,024/);
  expect(text).toMatch(/^peak training memory: [\d.]+ KiB, at \w+$/m);
  expect(text).toContain("0 errors, 0 warnings; 131 parameters");
});

test("--json ends with shapes, strides, costs and totals on one line", async () => {
  const { exitCode, terminal } = await check("assets/examples/iris.loom.json", "--json");
  expect(exitCode).toBe(0);
  const { nodes, diagnostics, totals } = terminal.json();
  expect(nodes).toContainEqual({
    id: "fc1",
    type: "Linear",
    name: "fc1",
    outputs: { y: { shape: ["N", 16], stride: [16, 1], dtype: "float32", contiguous: true } },
    parameters: 80,
    flops: 2304,
    training_flops: 4608,
    activation_bytes: 1024,
  });
  expect(diagnostics).toEqual([]);
  expect(totals).toMatchObject({ errors: 0, parameters: 131, batch_size: 16 });
});

test("the peak of training memory is the plan's, and its node is named", async () => {
  const { terminal } = await check("assets/examples/mnist-cnn.loom.json", "--json");
  const planned = recordedTerminal();
  await runCommand(["plan", "assets/examples/mnist-cnn.loom.json", "--json"], planned);
  const { peak_bytes, peak_node } = planned.json();
  expect(terminal.json().totals).toMatchObject({ peak_bytes, peak_node });
  // Adam keeps two numbers for each of the 18,114 parameters.
  expect(peak_bytes).toBeGreaterThan(3 * 4 * 18_114);
});

test("without a loss, or with errors, there is no peak, and why is said", async () => {
  const broken = await check("assets/examples/transpose-view.loom.json", "--json");
  expect(broken.text).toContain("peak training memory: not known, the graph has errors");
  expect(broken.terminal.json().totals).toMatchObject({
    peak_bytes: null,
    peak_unknown: "the graph has errors",
  });
  const project = await example("iris");
  const nodes = project.graph.nodes.filter(({ type }) => type !== "CrossEntropyLoss");
  const edges = project.graph.edges.filter(({ to }) => nodes.some(({ id }) => id === to.node));
  const file = await put({ ...project, graph: { ...project.graph, nodes, edges } });
  expect((await check(file)).text).toContain("peak training memory: not known, the graph has no loss");
});

test("transpose then view is PyTorch's error, with fixes", async () => {
  const { exitCode, terminal, text } = await check("assets/examples/transpose-view.loom.json", "--json");
  expect(exitCode).toBe(1);
  expect(text).toContain("error view-not-contiguous flat: ");
  expect(text).toContain("fix: Insert Contiguous");
  expect(terminal.json().diagnostics).toMatchObject([
    {
      code: "view-not-contiguous",
      severity: "error",
      node: "flat",
      message: expect.stringContaining("view size is not compatible with input tensor's size and stride"),
      fixes: [{ label: "Insert Contiguous" }, { label: "Use Reshape" }],
    },
  ]);
});

test("--fix --out saves a sound project elsewhere and leaves the first alone", async () => {
  const file = await put(await example("transpose-view"));
  const before = await readFile(file, "utf8");
  const out = path.join(folder, "fixed.loom.json");
  const { exitCode, text, terminal } = await check(file, "--fix", "--out", out, "--json");
  expect(exitCode).toBe(0);
  expect(text).toContain("Fixed: Insert Contiguous");
  expect(terminal.json()).toMatchObject({ fixed: ["Insert Contiguous"], totals: { errors: 0 } });
  expect(await readFile(file, "utf8")).toBe(before);
  expect((await check(out)).exitCode).toBe(0);
});

test("--fix alone changes the project itself, once", async () => {
  const file = await put(await example("transpose-view"));
  expect((await check(file, "--fix")).exitCode).toBe(0);
  const fixed = await readFile(file, "utf8");
  expect(fixed).toContain('"Contiguous"');
  expect((await check(file, "--fix", "--json")).terminal.json().fixed).toEqual([]);
  expect(await readFile(file, "utf8")).toBe(fixed);
});

test.each([
  ["broken.csv", "csv-missing", "line 3, column 1 (sepal_length)"],
  ["none.csv", "data-unreadable", "none.csv. Check the path."],
])("data that cannot be read are an error among the others: %s", async (name, code, words) => {
  await writeFile(path.join(folder, "broken.csv"), "sepal_length,species\n5.1,setosa\n?,virginica\n");
  const project = await example("iris");
  const { source } = project.data;
  if (source?.kind !== "csv") throw new Error("iris is a table");
  const file = await put({ ...project, data: { ...project.data, source: { ...source, file: name } } });
  const { exitCode, terminal } = await check(file, "--json");
  expect(exitCode).toBe(1);
  const { diagnostics } = terminal.json();
  const explanation = expect.stringContaining(words);
  expect(diagnostics).toContainEqual(expect.objectContaining({ code, node: null, explanation }));
  expect(diagnostics).not.toContainEqual(expect.objectContaining({ code: "no-data" }));
});

test("a project without data says so", async () => {
  const project = await example("iris");
  const file = await put({ ...project, data: { ...project.data, source: null } });
  const { exitCode, terminal } = await check(file, "--json");
  expect(exitCode).toBe(1);
  expect(terminal.json().diagnostics).toContainEqual(expect.objectContaining({ code: "no-data" }));
});
