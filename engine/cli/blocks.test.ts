/** Projects with blocks from the terminal: they check, train and export as the same network without. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readSafetensors } from "../export/safetensors";
import { parseProject, printProject } from "../graph/parse";
import type { Project } from "../graph/project";
import { runCommand } from "./commands";
import { recordedTerminal } from "./recorded-terminal";

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "blocks-"));
  file = path.join(folder, "project.loom.json");
  const parsed = parseProject(await readFile("assets/examples/iris.loom.json", "utf8"));
  if (!parsed.ok) throw new Error(parsed.error.message.en);
  const datasets = `${path.relative(folder, "assets/datasets")}/`;
  await writeFile(file, printProject(inBlocks(parsed.project)).replaceAll("../datasets/", datasets));
});
afterAll(() => rm(folder, { recursive: true }));

async function call(...argv: string[]) {
  const terminal = recordedTerminal();
  return { exitCode: await runCommand(argv, terminal), terminal, text: terminal.stdout.join("\n") };
}

test("check: layers in a block are a line each, named from the outside in", async () => {
  const { exitCode, text } = await call("check", file);
  expect(exitCode).toBe(0);
  expect(text).toMatch(/dense_fc1 +Linear +N×16 +80 /);
  expect(text).toContain("0 errors, 0 warnings; 131 parameters");
});

test("train: the network learns, and its weights have those names", async () => {
  const weights = path.join(folder, "iris.safetensors");
  const { exitCode, terminal } = await call("train", file, "--seed", "1", "--out", weights, "--json");
  expect(exitCode).toBe(0);
  expect(terminal.json().validation_accuracy).toBeGreaterThan(0.9);
  const read = readSafetensors(new Uint8Array(await readFile(weights)));
  expect(read.ok && read.value.tensors["dense_fc1.weight"].shape).toEqual([16, 4]);
});

test("export: the graph holds layers alone", async () => {
  const out = path.join(folder, "graph.json");
  expect((await call("export", file, "--format", "json", "--out", out)).exitCode).toBe(0);
  const { nodes, edges } = JSON.parse(await readFile(out, "utf8"));
  expect(nodes.map(({ name }: { name: string }) => name)).toContain("dense_fc1");
  expect(edges).toContainEqual({
    from: { node: "features", port: "y" },
    to: { node: "dense_fc1", port: "x" },
  });
});

/** Its first Linear and ReLU as a block. */
function inBlocks(project: Project): Project {
  const { nodes, edges } = project.graph;
  const inside = nodes.filter(({ type }) => type === "Linear" || type === "ReLU").slice(0, 2);
  const [first, last] = inside.map(({ id }) => id);
  const port = (id: string, type: string) => ({ id, type, name: "", params: {}, position: { x: 0, y: 0 } });
  const end = (node: string, name: string) => ({ node, port: name });
  const inner = edges.filter(({ from, to }) => from.node === first && to.node === last);
  return {
    ...project,
    graph: {
      nodes: [
        ...nodes.filter((node) => !inside.includes(node)),
        { id: "use", type: "block:dense", name: "", params: {}, position: { x: 0, y: 0 } },
      ],
      edges: edges
        .filter((edge) => !inner.includes(edge))
        .map(({ id, from, to }) => ({
          id,
          from: from.node === last ? end("use", "y") : from,
          to: to.node === first ? end("use", "x") : to,
        })),
      blocks: [
        {
          id: "dense",
          name: "Dense",
          graph: {
            nodes: [port("x", "BlockInput"), ...inside, port("y", "BlockOutput")],
            edges: [
              { id: "in", from: end("x", "y"), to: end(first, "x") },
              ...inner,
              { id: "out", from: end(last, "y"), to: end("y", "x") },
            ],
          },
        },
      ],
    },
  };
}
