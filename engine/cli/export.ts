/** `export`: takes a network away, as a description for other tools or as a program of its own. */
import path from "node:path";
import { checkGraph } from "../compile/check";
import type { Dataset } from "../data/dataset";
import type { TrainedWith } from "../data/inputs";
import { graphJson } from "../export/json";
import { tensorsOf } from "../training/compile";
import { exportModel } from "../training/export-model";
import { type Command, type Given, usage } from "./arguments";
import { makeFolder, readBytes, readProject, writeBytes } from "./files";
import { Stop, type Terminal } from "./terminal";
import { trainingOf } from "./trained-data";
import { openTrainingData, ownData } from "./training-data";

export const exportCommand: Command = {
  name: "export",
  summary: { en: "Write a network as JSON or as TypeScript", zh: "将网络导出为 JSON 或 TypeScript" },
  about: {
    en: `json: one file with every node, its shapes, parameters and costs, for other tools.
typescript: a folder with model.ts and model.safetensors, a program that predicts and
needs nothing but a WebGPU device.`,
    zh: `json：一个文件，包含每个节点及其形状、参数和开销，供其他工具使用。
typescript：一个文件夹，包含 model.ts 和 model.safetensors，是可独立预测的程序，只需要 WebGPU 设备。`,
  },
  operands: ["project"],
  options: {
    format: { value: "json|typescript", about: { en: "What to write", zh: "导出的格式" } },
    weights: {
      value: "FILE",
      about: {
        en: "Trained weights for typescript; without them it has those that training starts with",
        zh: "typescript 使用的已训练权重；不给出则使用训练开始时的权重",
      },
    },
    out: {
      value: "PATH",
      about: {
        en: "The file (json) or folder (typescript) to write",
        zh: "要写入的文件（json）或文件夹（typescript）",
      },
    },
  },
  examples: [
    "assets/examples/iris.loom.json --format json --out iris-graph.json",
    "assets/examples/iris.loom.json --format typescript --weights iris.safetensors --out iris-model",
  ],

  async run(given, terminal) {
    const format = given.required("format");
    switch (format) {
      case "json":
        return exportJson(given, terminal);
      case "typescript":
        return exportTypeScript(given, terminal);
      default:
        throw usage(
          "export",
          `There is no format “${format}”; there are json and typescript.`,
          `没有格式“${format}”；可用的格式有 json 和 typescript。`,
        );
    }
  },
};

async function exportJson(given: Given, terminal: Terminal): Promise<number> {
  if (given.has("weights"))
    throw usage(
      "export",
      "--weights is for --format typescript.",
      "--weights 只能与 --format typescript 一起使用。",
    );
  const out = given.required("out");
  const file = given.operand(0);
  const { project, prepared } = await openTrainingData(file, await readProject(file), ownData, terminal);
  const data = tensorsOf(prepared.dataset);
  const checked = checkGraph(project.graph, { batchSize: project.training.batch_size, data });
  await writeBytes(out, `${JSON.stringify(graphJson(project, checked), null, 2)}\n`);
  wrote([out], terminal);
  return 0;
}

async function exportTypeScript(given: Given, terminal: Terminal): Promise<number> {
  const out = given.required("out");
  const file = given.operand(0);
  const project = await readProject(file);
  const from = given.text("weights");
  const weights = from === null ? null : await readBytes(from);
  const { scale, ...trained } = await trainingOf(file, project, weights, terminal);
  const exported = exportModel(project, { dataset: withoutRows(project.name, trained), scale }, weights);
  if (!exported.ok) throw new Stop(exported.error.message);
  await makeFolder(out);
  const files = Object.entries(exported.value).map(
    ([name, content]) => [path.join(out, name), content] as const,
  );
  for (const [place, content] of files) await writeBytes(place, content);
  wrote(
    files.map(([place]) => place),
    terminal,
  );
  return 0;
}

/** The export asks a data set for its shapes and names, never for its values. */
function withoutRows(name: string, { tensors, classes, columns }: TrainedWith): Dataset {
  const empty = Object.entries(tensors).map(([key, tensor]) => [
    key,
    { ...tensor, values: new Float32Array(0) },
  ]);
  return { name, rows: 0, classes, columns, tensors: Object.fromEntries(empty) };
}

function wrote(files: readonly string[], { language, print }: Terminal): void {
  print(language === "zh" ? `已写入 ${files.join("、")}` : `Wrote ${files.join(" and ")}`);
}
