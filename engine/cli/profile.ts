/** `profile`: where the time of a training step goes, and how much of the hardware it uses. */
import type { Phase } from "../program/program";
import type { Cost, Profile } from "../runtime/profile-report";
import { chromeTrace } from "../runtime/profile-trace";
import type { Language, Text } from "../tensor/text";
import { profileTraining } from "../training/profile";
import { type Command, json } from "./arguments";
import { autotune, autotuned } from "./autotune";
import { openGpu } from "./device";
import { expectWritable, readProject, writeBytes } from "./files";
import { optimisationsOf, planSwitches } from "./optimisations";
import { type Column, table } from "./table";
import { Stop } from "./terminal";
import { openTrainingData, ownData } from "./training-data";

export const profile: Command = {
  name: "profile",
  summary: { en: "Show where the time of a training step goes", zh: "显示一个训练步的时间花在哪里" },
  about: {
    en: `Trains a few steps by the GPU's own clock and prints the time of every dispatch, node and
phase, the bytes it moves, its operations, and its share of the roofline: what the device
would need at best, over what it took. The device's best is measured with two tiny kernels.`,
    zh: `按 GPU 自身的时钟训练若干步，打印每次调度、每个节点和每个阶段的时间、读写的字节数、运算次数，
以及屋顶线占比：设备最快所需时间与实际时间之比。设备的极限用两个小内核测得。`,
  },
  operands: ["project"],
  options: {
    steps: { value: "N", about: { en: "Steps whose medians are taken (10)", zh: "取中位数的步数（10）" } },
    trace: {
      value: "FILE",
      about: {
        en: "Save one step for chrome://tracing or Perfetto",
        zh: "保存一步的轨迹，供 chrome://tracing 或 Perfetto 打开",
      },
    },
    ...planSwitches,
    autotune,
    json,
  },
  examples: ["assets/examples/mnist-cnn.loom.json", "my-network.loom.json --steps 30 --trace step.json"],

  async run(given, terminal) {
    const file = given.operand(0);
    const steps = given.whole("steps", 1) ?? 10;
    const trace = given.text("trace");
    if (trace !== null) await expectWritable(trace);
    const { project, prepared } = await openTrainingData(file, await readProject(file), ownData, terminal);
    const optimisations = optimisationsOf(given);
    const open = await openGpu(terminal);
    const device = given.has("autotune")
      ? await autotuned(open, project, prepared, terminal, optimisations)
      : open;
    const measured = await profileTraining(device, project, prepared, steps, optimisations);
    if (!measured.ok) throw new Stop(measured.error.message);
    const { value } = measured;
    terminal.print(inWords(value, terminal.language));
    if (trace !== null) {
      await writeBytes(trace, chromeTrace(value));
      terminal.note(terminal.language === "zh" ? `轨迹已保存到 ${trace}。` : `The trace is in ${trace}.`);
    }
    if (given.has("json")) terminal.print(JSON.stringify(asJson(value)));
    return 0;
  },
};

/** Characters of a cell. */
const widest = 40;

const phaseNames: Readonly<Record<Phase, Text>> = {
  forward: { en: "forward", zh: "前向" },
  backward: { en: "backward", zh: "反向" },
  update: { en: "optimizer", zh: "优化器" },
};

function inWords(value: Profile, language: Language): string {
  const zh = language === "zh";
  const nameOf = (node: string) => value.names[node] ?? node;
  const headed = (heads: readonly Column[], rows: readonly (readonly string[])[]) =>
    table([...heads, ...costColumns(zh)], rows);
  return [
    summary(value, zh),
    headed(
      [{ head: "#", right: true }, { head: zh ? "调度" : "dispatch" }, { head: zh ? "节点" : "nodes" }],
      value.dispatches.map((dispatch, i) => [
        String(i + 1),
        cut(dispatch.label),
        cut(dispatch.nodes.map(nameOf).join(", ")),
        ...costCells(dispatch),
      ]),
    ),
    headed(
      [{ head: zh ? "节点" : "node" }],
      value.nodes.map(({ node, ...cost }) => [
        node === null ? (zh ? "（步本身）" : "(the step itself)") : nameOf(node),
        ...costCells(cost),
      ]),
    ),
    headed(
      [{ head: zh ? "阶段" : "phase" }],
      value.phases.map(({ phase, ...cost }) => [phaseNames[phase][language], ...costCells(cost)]),
    ),
  ].join("\n\n");
}

function summary(
  { adapter, peaks, stepMilliseconds, milliseconds, dispatches, steps }: Profile,
  zh: boolean,
) {
  const [step, alone] = [stepMilliseconds, milliseconds].map((each) => each.toPrecision(3));
  const best = `${giga(peaks.flops)} GFLOP/s, ${giga(peaks.bytes)} GB/s`;
  return zh
    ? `${adapter}，实测极限 ${best}\n一步用时 ${step} ms；${dispatches.length} 次调度单独执行共 ${alone} ms（${steps} 步的中位数）`
    : `${adapter}, at best ${best}\nA step takes ${step} ms; its ${dispatches.length} dispatches, each alone, ${alone} ms (medians of ${steps} steps)`;
}

function costColumns(zh: boolean): readonly Column[] {
  const heads = zh
    ? ["ms", "占比", "字节", "运算", "GFLOP/s", "GB/s", "屋顶线"]
    : ["ms", "share", "bytes", "FLOPs", "GFLOP/s", "GB/s", "roofline"];
  return heads.map((head) => ({ head, right: true }));
}

function costCells({ milliseconds, share, bytes, flops, flopRate, byteRate, roofline }: Cost): string[] {
  const whole = (amount: number) => Math.round(amount).toLocaleString("en");
  return [
    milliseconds.toFixed(4),
    percent(share),
    whole(bytes),
    whole(flops),
    giga(flopRate),
    giga(byteRate),
    percent(roofline),
  ];
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** Three digits at most, `1,234` above. */
function giga(rate: number): string {
  const value = rate / 1e9;
  return value < 1
    ? String(Number(value.toPrecision(2)))
    : value.toLocaleString("en", { maximumSignificantDigits: value < 1000 ? 3 : 4 });
}

function cut(text: string): string {
  return text.length <= widest ? text : `${text.slice(0, widest - 1)}…`;
}

function asJson({ dispatches, phases, nodes, names, ...rest }: Profile) {
  const { adapter, steps, stepMilliseconds, milliseconds, peaks } = rest;
  const cost = ({ milliseconds: ms, share, bytes, flops, flopRate, byteRate, roofline }: Cost) => ({
    ms,
    share,
    bytes,
    flops,
    flops_per_second: flopRate,
    bytes_per_second: byteRate,
    roofline,
  });
  return {
    adapter,
    steps,
    step_ms: stepMilliseconds,
    dispatches_ms: milliseconds,
    peak_flops_per_second: peaks.flops,
    peak_bytes_per_second: peaks.bytes,
    dispatches: dispatches.map(({ label, phase, nodes: of, ...each }) => ({
      label,
      phase,
      nodes: of,
      ...cost(each),
    })),
    nodes: nodes.map(({ node, phases: ms, ...each }) => ({
      id: node,
      name: node === null ? null : names[node],
      ...cost(each),
      phases_ms: ms,
    })),
    phases: phases.map(({ phase, ...each }) => ({ phase, ...cost(each) })),
  };
}
