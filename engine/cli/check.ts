/** `check`: what is wrong with a project, and every shape in it. */
import { checkGraph } from "../compile/check";
import { formatDim, formatShape } from "../compile/check-batch";
import { nameNodes } from "../compile/check-names";
import type { CheckedGraph, CheckedTensor, DataTensors, Diagnostic, Fix } from "../compile/checked";
import { applyEdits } from "../compile/edits";
import type { DataError } from "../data/dataset";
import type { OpenedDataset } from "../data/open";
import { flatten } from "../graph/flatten";
import { printProject } from "../graph/parse";
import type { Graph, Project } from "../graph/project";
import type { Language, Text } from "../tensor/text";
import { tensorsOf } from "../training/compile";
import { type Command, json, usage } from "./arguments";
import { openProjectData, readProject, writeBytes } from "./files";
import { memorySize, type Peak, peakLine, peakMemory } from "./peak-memory";
import { table } from "./table";
import { Stop, type Terminal } from "./terminal";
import { placed } from "./training-data";

export const check: Command = {
  name: "check",
  summary: {
    en: "Find the mistakes in a project and show every shape",
    zh: "查找项目中的错误并显示每个形状",
  },
  about: {
    en: `Checks the network as PyTorch would: every shape, stride and parameter, without training
anything. Each mistake comes with an explanation and with fixes. The data are read to
know the shape of what goes in. Exits with 1 when there is an error.`,
    zh: `像 PyTorch 那样检查网络的每个形状、步幅和参数，不进行训练。每个错误都附有解释和修复方法。
会读取数据以了解输入的形状。有错误时退出码为 1。`,
  },
  operands: ["project"],
  options: {
    fix: {
      about: {
        en: "Apply the first fix of each mistake and save the project",
        zh: "应用每个错误的第一个修复方法并保存项目",
      },
    },
    out: {
      value: "FILE",
      about: {
        en: "Save what --fix made here and leave the project as it is",
        zh: "将 --fix 的结果保存到此处，不改动原项目",
      },
    },
    json,
  },
  examples: [
    "assets/examples/iris.loom.json",
    "my-network.loom.json --json",
    "my-network.loom.json --fix --out fixed.loom.json",
  ],

  async run(given, terminal) {
    const file = given.operand(0);
    const out = given.text("out");
    if (out !== null && !given.has("fix"))
      throw usage("check", "--out is for what --fix makes.", "--out 只能与 --fix 一起使用。");
    const project = await readProject(file);
    const { data, dataError, opened } = await readShapes(file, project);
    const { graph, applied } = given.has("fix")
      ? applyFixes(project, data)
      : { graph: project.graph, applied: [] };
    if (applied.length > 0 || out !== null)
      await writeBytes(out ?? file, printProject({ ...project, graph }));
    const checked = checkProject(project, graph, data, dataError);
    const found = { graph, applied, checked, peak: peakMemory({ ...project, graph }, checked, opened) };
    print(found, terminal);
    if (given.has("json")) terminal.print(JSON.stringify(asJson(found)));
    return checked.diagnostics.some(({ severity }) => severity === "error") ? 1 : 0;
  },
};

/** What the data offer, or why they could not be read. */
export async function readShapes(
  file: string,
  project: Project,
): Promise<{ data: DataTensors; dataError: DataError | null; opened: OpenedDataset | null }> {
  try {
    const opened = await openProjectData(file, project);
    if (opened?.ok) return { data: tensorsOf(opened.value.dataset), dataError: null, opened: opened.value };
    return { data: {}, dataError: opened && opened.error, opened: null };
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    const dataError = { code: "data-unreadable", where: "", message: error.text };
    return { data: {}, dataError, opened: null };
  }
}

/** Data that could not be read stand in the place of the checker's sentence that there are none. */
function checkProject(
  project: Project,
  graph: Graph,
  data: DataTensors,
  dataError: DataError | null,
): CheckedGraph {
  const checked = checkGraph(graph, { batchSize: project.training.batch_size, data });
  if (!dataError) return checked;
  const unread: Diagnostic = {
    code: dataError.code,
    severity: "error",
    node: null,
    port: null,
    title: { en: "The data could not be read", zh: "无法读取数据" },
    message: null,
    explanation: placed(dataError),
    causes: [],
    fixes: [],
  };
  return {
    ...checked,
    diagnostics: [unread, ...checked.diagnostics.filter(({ code }) => code !== "no-data")],
  };
}

/** One fix after the other, with a new check in between, because one mistake often hides or causes the next. */
function applyFixes(project: Project, data: DataTensors): { graph: Graph; applied: Text[] } {
  let { graph } = project;
  const applied: Text[] = [];
  const tried = new Set<string>();
  for (;;) {
    const { diagnostics } = checkProject(project, graph, data, null);
    const fix = diagnostics.map(({ fixes }) => fixes[0]).find((each) => each && !tried.has(keyOf(each)));
    if (!fix) return { graph, applied };
    tried.add(keyOf(fix));
    graph = applyEdits(graph, fix.edits, newIds(graph));
    applied.push(fix.label);
  }
}

function keyOf(fix: Fix): string {
  return JSON.stringify(fix.edits);
}

function newIds(graph: Graph): () => string {
  const levels = [graph, ...(graph.blocks ?? []).map((block) => block.graph)];
  const taken = new Set(levels.flatMap(({ nodes, edges }) => [...nodes, ...edges]).map(({ id }) => id));
  let number = taken.size;
  return () => {
    do number++;
    while (taken.has(`fix_${number}`));
    taken.add(`fix_${number}`);
    return `fix_${number}`;
  };
}

interface Found {
  readonly graph: Graph;
  readonly checked: CheckedGraph;
  /** The fixes that were applied. */
  readonly applied: readonly Text[];
  readonly peak: Peak;
}

function print({ graph, checked, applied, peak }: Found, terminal: Terminal): void {
  const { language } = terminal;
  const names = nameNodes(flatten(graph).graph);
  for (const label of applied)
    terminal.print(`${language === "zh" ? "已修复：" : "Fixed: "}${label[language]}`);
  if (applied.length > 0) terminal.print("");
  terminal.print(shapeTable(checked, language));
  for (const diagnostic of checked.diagnostics) terminal.print(`\n${describe(diagnostic, names, language)}`);
  terminal.print(`\n${totalLine(checked, language)}`);
  terminal.print(peakLine(peak, checked, language));
}

function shapeTable(checked: CheckedGraph, language: Language): string {
  const rows = checked.order.map((id) => {
    const { name, type, outputs, parameterCount, flops, trainingFlops, activationBytes } = checked.nodes[id];
    const shapes = Object.values(outputs).map(({ symbolicShape }) => formatShape(symbolicShape));
    const costs = [parameterCount, flops, trainingFlops, activationBytes];
    return [
      name,
      type,
      shapes.join(", "),
      ...costs.map((cost) => (cost === 0 ? "" : cost.toLocaleString("en"))),
    ];
  });
  const head =
    language === "zh"
      ? ["节点", "类型", "输出", "参数", "前向运算", "训练运算", "激活字节"]
      : ["node", "type", "output", "parameters", "forward FLOPs", "training FLOPs", "activation bytes"];
  return table(
    head.map((each) => ({ head: each })),
    rows,
  );
}

function describe(diagnostic: Diagnostic, names: ReadonlyMap<string, string>, language: Language): string {
  const { severity, code, node, title, message, explanation, fixes } = diagnostic;
  const words = { error: { en: "error", zh: "错误" }, warning: { en: "warning", zh: "警告" } }[severity][
    language
  ];
  const where = node === null ? "" : ` ${names.get(node) ?? node}`;
  const colon = language === "zh" ? "：" : ": ";
  return [
    `${words} ${code}${where}${colon}${title[language]}`,
    ...(message === null ? [] : [`  ${message}`]),
    `  ${explanation[language]}`,
    ...fixes.map(({ label }) => `  ${language === "zh" ? "修复" : "fix"}${colon}${label[language]}`),
  ].join("\n");
}

function totalLine(
  { diagnostics, parameterCount, flops, trainingFlops, activationBytes, batchSize }: CheckedGraph,
  language: Language,
): string {
  const count = (severity: Diagnostic["severity"]) =>
    diagnostics.filter((each) => each.severity === severity).length;
  const [errors, warnings] = [count("error"), count("warning")];
  const parameters = parameterCount.toLocaleString("en");
  const [operations, trained] = [flops, trainingFlops].map((count) => count.toLocaleString("en"));
  const memory = memorySize(activationBytes);
  return language === "zh"
    ? `${errors} 个错误，${warnings} 个警告；${parameters} 个参数；批大小 ${batchSize} 时一次前向为 ${operations} 次运算、${memory} 激活值，一个训练步为 ${trained} 次运算`
    : `${errors} error${errors === 1 ? "" : "s"}, ${warnings} warning${warnings === 1 ? "" : "s"}; ${parameters} parameters; a forward pass of ${batchSize} rows takes ${operations} operations and ${memory} of activations, a training step ${trained} operations`;
}

function asJson({ graph, checked, applied, peak }: Found) {
  const names = nameNodes(flatten(graph).graph);
  return {
    nodes: checked.order.map((id) => {
      const { type, name, outputs, parameterCount, flops, trainingFlops, activationBytes } =
        checked.nodes[id];
      const ports = Object.entries(outputs).map(([port, tensor]) => [port, outputJson(tensor)]);
      return {
        id,
        type,
        name,
        outputs: Object.fromEntries(ports),
        parameters: parameterCount,
        flops,
        training_flops: trainingFlops,
        activation_bytes: activationBytes,
      };
    }),
    diagnostics: checked.diagnostics.map(({ code, severity, node, title, message, explanation, fixes }) => ({
      code,
      severity,
      node,
      node_name: node === null ? null : (names.get(node) ?? node),
      message: message ?? title.en,
      title: title.en,
      explanation: explanation.en,
      fixes: fixes.map(({ label, edits }) => ({ label: label.en, edits })),
    })),
    totals: {
      errors: checked.diagnostics.filter(({ severity }) => severity === "error").length,
      warnings: checked.diagnostics.filter(({ severity }) => severity === "warning").length,
      parameters: checked.parameterCount,
      flops: checked.flops,
      training_flops: checked.trainingFlops,
      activation_bytes: checked.activationBytes,
      peak_bytes: peak.bytes,
      ...(peak.bytes === null ? { peak_unknown: peak.why.en } : { peak_node: peak.node }),
      batch_size: checked.batchSize,
    },
    fixed: applied.map(({ en }) => en),
  };
}

function outputJson({ symbolicShape, stride, dtype, contiguous }: CheckedTensor) {
  const shape = symbolicShape.map((dim) => (dim.batch ? formatDim(dim) : dim.n));
  return { shape, stride, dtype, contiguous };
}
