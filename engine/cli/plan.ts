/** `plan`: what the GPU would do in one training step. */
import { defaultLimits, overBound, type Plan } from "../plan/plan";
import { printPlan } from "../plan/print";
import { compileTraining } from "../training/compile";
import { type Command, json } from "./arguments";
import { readProject } from "./files";
import { optimisationsOf, trainingSwitches } from "./optimisations";
import { Stop } from "./terminal";
import { declaredData, openTrainingData } from "./training-data";

export const plan: Command = {
  name: "plan",
  summary: { en: "Show what the GPU does in one training step", zh: "显示 GPU 在一个训练步中做什么" },
  about: {
    en: `Prints the plan of one training step: every dispatch with the nodes it computes, every
buffer, and how much memory is needed at the peak, beside the least that values alive at
once could need. It is made without a GPU, for the limits that every WebGPU device keeps.
Of a project without data that gives its inputs' shapes, one batch is planned.`,
    zh: `打印一个训练步的计划：每次调度及其计算的节点、每个缓冲区、峰值内存，以及同时存活的值
至少需要的内存。生成计划不需要 GPU，使用每个 WebGPU 设备都满足的限制。
没有数据但填写了输入形状的项目，按一批样本制定计划。`,
  },
  operands: ["project"],
  options: {
    data: {
      value: "PATH",
      about: {
        en: "Other data: a CSV, a folder of images, or the images file of an IDX pair",
        zh: "其他数据：CSV、图片文件夹，或一对 IDX 文件中的图片文件",
      },
    },
    target: { value: "COLUMN", about: { en: "The column of a CSV to predict", zh: "CSV 中要预测的列" } },
    ...trainingSwitches,
    json,
  },
  examples: ["assets/examples/iris.loom.json", "assets/examples/mnist-cnn.loom.json --json"],

  async run(given, terminal) {
    const file = given.operand(0);
    const named = { data: given.text("data"), target: given.text("target") };
    const read = await readProject(file);
    const declared = read.data.source === null && named.data === null ? declaredData(read) : null;
    if (declared)
      terminal.note(
        terminal.language === "zh"
          ? "项目没有数据：按输入节点填写的形状和一批样本制定计划。"
          : "The project names no data: planned for one batch of the shapes that its inputs give.",
      );
    const { project, prepared } = declared ?? (await openTrainingData(file, read, named, terminal));
    const compiled = compileTraining(project, prepared, defaultLimits, optimisationsOf(given));
    if (!compiled.ok) throw new Stop(compiled.error.message);
    const { plan, wholeStep } = compiled.value.training;
    const step = plan();
    terminal.print(printPlan(step));
    if (wholeStep !== null) {
      const zh = terminal.language === "zh";
      terminal.print(
        zh ? "\n训练时合并为一次调度：\n" : "\nIn training this is one dispatch for whole steps:\n",
      );
      terminal.print(printPlan(wholeStep));
    }
    if (given.has("json"))
      terminal.print(JSON.stringify({ ...asJson(step), whole_step: wholeStep !== null }));
    return 0;
  },
};

/** All but the shaders' sources. */
function asJson(plan: Plan) {
  const { buffers, shaders, dispatches, arenaBytes, arenaBound, peakBytes, peakOrigin } = plan;
  return {
    dispatches: dispatches.map(({ shader, bindings, ...dispatch }) => ({
      ...dispatch,
      shader: shaders[shader].name,
      bindings: bindings.map(({ buffer, ...binding }) => ({ ...binding, buffer: buffers[buffer].name })),
    })),
    buffers,
    arena_bytes: arenaBytes,
    arena_bound_bytes: arenaBound,
    arena_ratio: overBound(plan),
    peak_bytes: peakBytes,
    peak_node: peakOrigin,
  };
}
