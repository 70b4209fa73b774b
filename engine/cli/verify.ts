/** `verify`: holds the GPU's results, node by node, against slow and exact arithmetic. */
import type { CheckedGraph } from "../compile/checked";
import type { Language } from "../tensor/text";
import { firstError } from "../training/compile";
import { Verifier } from "../training/verify";
import type { Verdict } from "../training/verify-compare";
import { type Command, json } from "./arguments";
import { readShapes } from "./check";
import { openGpu } from "./device";
import { readProject } from "./files";
import { optimisationsOf, planSwitches } from "./optimisations";
import { table } from "./table";
import { Stop } from "./terminal";
import { placed } from "./training-data";

export const verify: Command = {
  name: "verify",
  summary: {
    en: "Hold the GPU's results against exact arithmetic, node by node",
    zh: "逐个节点将 GPU 的结果与精确计算对照",
  },
  about: {
    en: `Runs each node alone, with its parameters and input shapes, on random numbers: forward and
backward on the GPU in float32, and on the processor in float64. Prints the largest
difference of every output and gradient. Exits with 1 when one is larger than float32
explains.`,
    zh: `以节点的参数和输入形状，用随机数单独运行每个节点：在 GPU 上以 float32、在处理器上以 float64
各做一次前向和反向，并打印每个输出和梯度的最大差异。若差异超出 float32 的误差，退出码为 1。`,
  },
  operands: ["project"],
  options: {
    node: {
      value: "NODE",
      about: { en: "Only this node, by its id or name", zh: "只验证此节点（标识或名称）" },
    },
    seed: { value: "N", about: { en: "Other random numbers", zh: "使用不同的随机数" } },
    ...planSwitches,
    json,
  },
  examples: ["assets/examples/iris.loom.json", "assets/examples/mnist-cnn.loom.json --node conv1 --seed 3"],

  async run(given, terminal) {
    const file = given.operand(0);
    const project = await readProject(file);
    const seed = given.whole("seed", 0) ?? 0;
    const { data, dataError } = await readShapes(file, project);
    if (dataError) throw new Stop(placed(dataError));
    const verifier = new Verifier(await openGpu(terminal), project, data, optimisationsOf(given));
    const { checked } = verifier;
    const node = given.text("node");
    const ids = node === null ? checked.order : [nodeOf(checked, node)];
    const blocked = node === null ? firstError(checked) : null;
    if (blocked) throw new Stop(blocked.message);

    const verdicts: Verdict[] = [];
    for (const id of ids) {
      const verdict = await verifier.verify(id, seed);
      if (!verdict.ok) throw new Stop(verdict.error.message);
      verdicts.push(verdict.value);
    }
    terminal.print(verdictTable(verdicts, terminal.language));
    terminal.print(`\n${total(verdicts, terminal.language)}`);
    const passed = verdicts.every((verdict) => verdict.passed);
    if (given.has("json")) terminal.print(JSON.stringify({ passed, seed, nodes: verdicts.map(asJson) }));
    return passed ? 0 : 1;
  },
};

function nodeOf({ order, nodes, diagnostics }: CheckedGraph, wanted: string): string {
  const found = order.find((id) => id === wanted || nodes[id].name === wanted);
  if (found !== undefined) return found;
  const mistake = diagnostics.find(({ node, severity }) => node === wanted && severity === "error");
  if (mistake)
    throw new Stop({
      en: `${wanted} has a mistake: ${mistake.title.en}. Mend it, then verify again.`,
      zh: `${wanted} 有错误：${mistake.title.zh}。请修正后再验证。`,
    });
  const names = order.map((id) => nodes[id].name).join(", ");
  throw new Stop({
    en: `No node that checks is called “${wanted}”; there are ${names}.`,
    zh: `没有名为“${wanted}”的可验证节点；可用的有 ${names}。`,
  });
}

const words = {
  output: { en: "output", zh: "输出" },
  "input-gradient": { en: "gradient", zh: "梯度" },
  "weight-gradient": { en: "gradient", zh: "梯度" },
  statistic: { en: "statistic", zh: "统计量" },
} as const;

function verdictTable(verdicts: readonly Verdict[], language: Language): string {
  const zh = language === "zh";
  const rows = verdicts.flatMap(({ name, type, comparisons }) =>
    comparisons.map((each, i) => [
      i === 0 ? name : "",
      i === 0 ? type : "",
      `${each.name} ${words[each.part][language]}`,
      each.shape.join("×") || "()",
      difference(each.absolute),
      difference(each.relative),
      each.passed ? (zh ? "通过" : "pass") : zh ? "未通过" : "FAIL",
    ]),
  );
  return table(
    [
      { head: zh ? "节点" : "node" },
      { head: zh ? "类型" : "type" },
      { head: zh ? "张量" : "tensor" },
      { head: zh ? "形状" : "shape" },
      { head: zh ? "绝对差" : "absolute", right: true },
      { head: zh ? "相对差" : "relative", right: true },
      { head: "" },
    ],
    rows,
  );
}

function difference(value: number): string {
  return value === 0 ? "0" : Number.isFinite(value) ? value.toExponential(1) : "∞";
}

function total(verdicts: readonly Verdict[], language: Language): string {
  const failed = verdicts.filter(({ passed }) => !passed).map(({ name }) => name);
  const largest = difference(Math.max(0, ...verdicts.map(({ relative }) => relative)));
  const count = verdicts.length;
  if (language === "zh")
    return failed.length === 0
      ? `${count} 个节点全部通过；最大相对差 ${largest}`
      : `${count} 个节点中 ${failed.length} 个未通过：${failed.join(", ")}`;
  return failed.length === 0
    ? `${count === 1 ? "The node passes" : `All ${count} nodes pass`}; the largest relative difference is ${largest}`
    : `${failed.length} of ${count} nodes fail: ${failed.join(", ")}`;
}

function asJson({ node, name, type, batchSize, relative, passed, comparisons }: Verdict) {
  return { id: node, name, type, batch_size: batchSize, passed, relative, comparisons };
}
