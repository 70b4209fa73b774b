/** `train`: trains a project's network and saves its weights. */
import type { Project } from "../graph/project";
import type { Language } from "../tensor/text";
import { Run } from "../training/run";
import { Session } from "../training/session";
import { type Command, type Given, json, usage } from "./arguments";
import { autotune, autotuned } from "./autotune";
import { openGpu } from "./device";
import { expectWritable, readBytes, readProject, writeBytes } from "./files";
import { optimisationsOf, trainingSwitches } from "./optimisations";
import { type Outcome, RunProgress } from "./progress";
import { Stop, type Terminal } from "./terminal";
import { openTrainingData } from "./training-data";

export const train: Command = {
  name: "train",
  summary: { en: "Train a project's network and save its weights", zh: "训练项目中的网络并保存权重" },
  about: {
    en: `Trains on the GPU through WebGPU, or on the processor where there is none (slow, and it
says so). What is not given is taken from the project. Ctrl+C stops and saves what has
been learnt so far.`,
    zh: `通过 WebGPU 在 GPU 上训练；没有 GPU 时使用处理器（较慢，并会说明）。未给出的选项取自项目。
按 Ctrl+C 停止并保存已学到的内容。`,
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
    epochs: { value: "N", about: { en: "How often every row is seen", zh: "每一行数据被使用的次数" } },
    steps: { value: "N", about: { en: "Number of steps, instead of epochs", zh: "训练步数，代替轮数" } },
    "batch-size": { value: "N", about: { en: "Rows that are computed at once", zh: "一次计算的行数" } },
    "accumulation-steps": {
      value: "N",
      about: {
        en: "Batches that make one step, for a batch that does not fit into memory at once",
        zh: "合为一步的批数，用于内存容纳不下的大批",
      },
    },
    lr: { value: "X", about: { en: "Learning rate", zh: "学习率" } },
    seed: {
      value: "N",
      about: { en: "Another seed gives other starting weights", zh: "不同的种子产生不同的初始权重" },
    },
    autotune,
    weights: {
      value: "FILE",
      about: { en: "Go on from these weights (safetensors)", zh: "从这些权重（safetensors）继续训练" },
    },
    out: {
      value: "FILE",
      about: { en: "Save the weights here (safetensors)", zh: "将权重保存到此处（safetensors）" },
    },
    ...trainingSwitches,
    json,
  },
  examples: [
    "assets/examples/iris.loom.json --seed 1",
    "assets/examples/mnist-cnn.loom.json --epochs 3 --out mnist.safetensors",
    "my-network.loom.json --data measurements.csv --target quality --lr 0.01",
  ],

  async run(given, terminal) {
    const file = given.operand(0);
    const changed = withChanges(await readProject(file), given);
    const named = { data: given.text("data"), target: given.text("target") };
    const { project, prepared } = await openTrainingData(file, changed, named, terminal);
    const start = given.text("weights");
    const weights = start === null ? null : await readBytes(start);
    const out = given.text("out");
    if (out !== null) await expectWritable(out);

    const optimisations = optimisationsOf(given);
    const open = await openGpu(terminal);
    const device = given.has("autotune")
      ? await autotuned(open, project, prepared, terminal, optimisations)
      : open;
    const created = await Session.create(device, project, prepared, weights, { optimisations });
    if (!created.ok) throw new Stop(created.error.message);
    const session = created.value;
    const outcome = await runToEnd(
      session,
      given.whole("steps", 1) ?? project.training.epochs * session.stepsPerEpoch,
      terminal,
    );

    if (out !== null) {
      await writeBytes(out, await session.weights());
      terminal.note(terminal.language === "zh" ? `权重已保存到 ${out}。` : `The weights are in ${out}.`);
    }
    session.dispose();
    if (outcome.failed) throw new Stop(outcome.failed);
    terminal.print(inWords(outcome, terminal.language));
    if (given.has("json")) terminal.print(JSON.stringify(asJson(outcome)));
    return 0;
  },
};

/** The project with what the command line says instead. */
function withChanges(project: Project, given: Given): Project {
  if (given.has("steps") && given.has("epochs"))
    throw usage("train", "--steps and --epochs exclude each other.", "--steps 与 --epochs 不能同时使用。");
  const { training } = project;
  return {
    ...project,
    training: {
      ...training,
      batch_size: given.whole("batch-size", 1) ?? training.batch_size,
      accumulation_steps: given.whole("accumulation-steps", 1) ?? training.accumulation_steps,
      epochs: given.whole("epochs", 1) ?? training.epochs,
      seed: given.whole("seed", 0) ?? training.seed,
      optimizer: { ...training.optimizer, lr: given.positive("lr") ?? training.optimizer.lr },
    },
  };
}

/** Ctrl+C ends the run, not the program, so that the weights can be saved. */
async function runToEnd(session: Session, steps: number, terminal: Terminal): Promise<Outcome> {
  const { size, count, rest } = session.compiled.training;
  const progress = new RunProgress(terminal, {
    stepsPerEpoch: session.stepsPerEpoch,
    rowsPerEpoch: size * count + (rest?.size ?? 0),
  });
  const begun = session.step;
  const run = new Run(session, begun + steps, progress.follow);
  const forget = terminal.onInterrupt(() => void run.stop());
  await run.start();
  forget();
  return progress.end(session.step - begun);
}

function inWords({ steps, epochs, loss, validation, samplesPerSecond }: Outcome, language: Language): string {
  const zh = language === "zh";
  const speed = Math.round(samplesPerSecond).toLocaleString("en");
  const parts = [
    zh ? `训练了 ${steps} 步（${epochs} 轮）` : `${steps} steps (${epochs} epochs)`,
    `${zh ? "损失" : "loss"} ${loss.toPrecision(4)}`,
    ...(validation ? [`${zh ? "验证损失" : "validation loss"} ${validation.loss.toPrecision(4)}`] : []),
    ...(validation?.accuracy != null
      ? [`${zh ? "验证准确率" : "validation accuracy"} ${(validation.accuracy * 100).toFixed(2)} %`]
      : []),
    zh ? `每秒 ${speed} 个样本` : `${speed} samples a second`,
  ];
  return parts.join(zh ? "，" : ", ");
}

function asJson({ steps, epochs, loss, losses, validation, samplesPerSecond }: Outcome) {
  return {
    steps,
    epochs,
    loss,
    ...(losses && { losses }),
    validation_loss: validation?.loss ?? null,
    ...(validation?.losses && { validation_losses: validation.losses }),
    ...(validation && validation.accuracy !== null ? { validation_accuracy: validation.accuracy } : {}),
    samples_per_second: Math.round(samplesPerSecond * 10) / 10,
  };
}
