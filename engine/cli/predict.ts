/** `predict`: what a trained network says about new rows. */
import type { NetworkInputs } from "../data/inputs";
import { readInputs } from "../data/inputs";
import { applyScale } from "../data/standardize";
import type { Project } from "../graph/project";
import type { DataDescription } from "../training/data-description";
import { Predictor } from "../training/predictor";
import { type Command, json } from "./arguments";
import { decodeImage } from "./decode";
import { openGpu } from "./device";
import { readBytes, readChosen, readProject } from "./files";
import { Stop, type Terminal } from "./terminal";
import { trainingOf } from "./trained-data";
import { placed } from "./training-data";

export const predict: Command = {
  name: "predict",
  summary: { en: "Say what a trained network makes of new data", zh: "用训练好的网络预测新数据" },
  about: {
    en: `Prints one line for each row: its number or file, and the class with its probability, or
the number predicted. The data need no target; where they have one, the share of right
answers is given too.`,
    zh: `每行数据输出一行：编号或文件名，以及类别和概率，或预测的数值。
数据可以没有目标列；有目标列时还会给出正确率。`,
  },
  operands: ["project"],
  options: {
    weights: {
      value: "FILE",
      about: { en: "Weights that train saved (safetensors)", zh: "train 保存的权重（safetensors）" },
    },
    data: {
      value: "PATH",
      about: {
        en: "A CSV with the same columns, an image, a folder of images, or an IDX file",
        zh: "列相同的 CSV、一张图片、一个图片文件夹或一个 IDX 文件",
      },
    },
    json,
  },
  examples: [
    "assets/examples/iris.loom.json --weights iris.safetensors --data flowers.csv",
    "assets/examples/digits.loom.json --weights digits.safetensors --data photo.png --json",
  ],

  async run(given, terminal) {
    const file = given.operand(0);
    const weightsFile = given.required("weights");
    const dataPath = given.required("data");
    const project = await readProject(file);
    const weights = await readBytes(weightsFile);
    const trained = await trainingOf(file, project, weights, terminal);
    const inputs = await readInputs(await readChosen(dataPath), trained, decodeImage);
    if (!inputs.ok) throw new Stop(placed(inputs.error));

    const outputs = await runNetwork(project, trained, weights, inputs.value, terminal);
    const predictions = outputs.map((output) => predictionOf(output, trained.classes, isLogits(project)));
    const accuracy = shareRight(predictions, inputs.value, trained.classes);
    predictions.forEach((prediction, row) => terminal.print(inWords(inputs.value.names[row], prediction)));
    if (accuracy !== null) {
      const share = `${(accuracy * 100).toFixed(2)} %`;
      terminal.print(terminal.language === "zh" ? `正确率 ${share}` : `${share} are right`);
    }
    if (given.has("json")) {
      const rows = predictions.map((prediction, row) => ({ name: inputs.value.names[row], ...prediction }));
      terminal.print(
        JSON.stringify({ rows: rows.length, predictions: rows, ...(accuracy === null ? {} : { accuracy }) }),
      );
    }
    return 0;
  },
};

interface Prediction {
  /** The network's numbers for this row, as they come. */
  readonly output: readonly number[];
  readonly class?: string;
  /** Of the class; absent when the outputs are neither logits nor probabilities. */
  readonly probability?: number;
}

/** One list of numbers for each row. */
async function runNetwork(
  project: Project,
  { tensors, scale }: DataDescription,
  weights: Uint8Array,
  inputs: NetworkInputs,
  terminal: Terminal,
): Promise<number[][]> {
  const created = await Predictor.create(await openGpu(terminal), project, tensors, weights);
  if (!created.ok) throw new Stop(created.error.message);
  const predictor = created.value;
  const values: Record<string, Float32Array | Int32Array> = {};
  for (const name of predictor.inputNames) {
    const tensor = inputs.tensors[name];
    if (!tensor)
      throw new Stop({
        en: `The network takes “${name}”, which these data do not have.`,
        zh: `网络需要“${name}”，但这些数据中没有。`,
      });
    values[name] = (scale[name] ? applyScale(tensor, scale[name]) : tensor).values;
  }
  const flat = await predictor.predict(values, inputs.rows);
  predictor.dispose();
  const width = flat.length / inputs.rows;
  return Array.from({ length: inputs.rows }, (_, row) =>
    Array.from(flat.subarray(row * width, (row + 1) * width)),
  );
}

/** CrossEntropyLoss takes logits, so that is what a network trained with it gives. */
function isLogits({ graph }: Project): boolean {
  return graph.nodes.some(({ type }) => type === "CrossEntropyLoss");
}

function predictionOf(output: readonly number[], classes: readonly string[], logits: boolean): Prediction {
  if (output.length !== classes.length) return { output };
  const best = output.indexOf(Math.max(...output));
  const total = output.reduce((sum, value) => sum + Math.exp(value - output[best]), 0);
  return { output, class: classes[best], ...(logits ? { probability: 1 / total } : {}) };
}

function shareRight(
  predictions: readonly Prediction[],
  { labels }: NetworkInputs,
  classes: readonly string[],
): number | null {
  if (!labels || classes.length === 0 || predictions.length === 0) return null;
  return (
    predictions.filter((prediction, row) => prediction.class === labels[row]).length / predictions.length
  );
}

function inWords(name: string, prediction: Prediction): string {
  const { output, probability } = prediction;
  const value = prediction.class ?? output.map((number) => number.toPrecision(6)).join(" ");
  return [name, value, ...(probability === undefined ? [] : [`${(probability * 100).toFixed(1)} %`])].join(
    "\t",
  );
}
