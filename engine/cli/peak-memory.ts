/** The most memory that a training step takes, which its plan alone can tell. */
import type { CheckedGraph } from "../compile/checked";
import type { OpenedDataset } from "../data/open";
import { prepare } from "../data/prepare";
import type { Project } from "../graph/project";
import { defaultLimits } from "../plan/plan";
import type { Language, Text } from "../tensor/text";
import { compileTraining } from "../training/compile";
import { placed } from "./training-data";

export type Peak =
  /** `node` is at work when memory is fullest; null when it is no node of the graph. */
  { readonly bytes: number; readonly node: string | null } | { readonly bytes: null; readonly why: Text };

/**
 * Of the project with the graph that was checked: parameters, gradients, optimizer state, data and the values in
 * between. A graph that cannot be trained has none.
 */
export function peakMemory(project: Project, checked: CheckedGraph, opened: OpenedDataset | null): Peak {
  const errors = checked.diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length === 1 && errors[0].code === "no-loss")
    return none("the graph has no loss", "图中没有损失");
  if (errors.length > 0) return none("the graph has errors", "图中有错误");
  if (!opened) return none("no data are open", "没有打开数据");
  const prepared = prepare(opened.dataset, opened.settings);
  if (!prepared.ok) return { bytes: null, why: placed(prepared.error) };
  const compiled = compileTraining({ ...project, data: opened.settings }, prepared.value, defaultLimits);
  if (!compiled.ok) return { bytes: null, why: compiled.error.message };
  const { peakBytes, peakOrigin } = compiled.value.training.plan();
  return { bytes: peakBytes, node: peakOrigin };
}

function none(en: string, zh: string): Peak {
  return { bytes: null, why: { en, zh } };
}

export function peakLine(peak: Peak, { nodes }: CheckedGraph, language: Language): string {
  const english = language === "en";
  if (peak.bytes === null)
    return english ? `peak training memory: not known, ${peak.why.en}` : `训练内存峰值：未知，${peak.why.zh}`;
  const size = memorySize(peak.bytes);
  if (peak.node === null) return english ? `peak training memory: ${size}` : `训练内存峰值：${size}`;
  const name = nodes[peak.node]?.name ?? peak.node;
  return english ? `peak training memory: ${size}, at ${name}` : `训练内存峰值：${size}，出现在 ${name}`;
}

/** `44.6 KiB`, `38.9 MiB` */
export function memorySize(bytes: number): string {
  const [unit, size] = bytes < 2 ** 20 ? ["KiB", 2 ** 10] : ["MiB", 2 ** 20];
  return `${(bytes / size).toLocaleString("en", { maximumSignificantDigits: 3 })} ${unit}`;
}
