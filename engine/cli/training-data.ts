/** The data that a command works with: the project's own, or others that were named. */
import { checkGraph } from "../compile/check";
import type { DataError, DataTensor, PreparedData } from "../data/dataset";
import { prepare } from "../data/prepare";
import type { Project } from "../graph/project";
import { elementCount } from "../tensor/tensor";
import type { Text } from "../tensor/text";
import { openGivenData, openProjectData } from "./files";
import { Stop, type Terminal } from "./terminal";

export interface TrainingData {
  /** With the data settings as they were found. */
  readonly project: Project;
  readonly prepared: PreparedData;
}

/** What the command line says of the data. */
export interface NamedData {
  /** A path. */
  readonly data: string | null;
  readonly target: string | null;
}

export const ownData: NamedData = { data: null, target: null };

/**
 * @param file the project's
 * @throws Stop when there are none or they cannot be read
 */
export async function openTrainingData(
  file: string,
  project: Project,
  { data, target }: NamedData,
  terminal: Terminal,
): Promise<TrainingData> {
  const opened =
    data === null ? await openProjectData(file, project, target) : await openGivenData(data, project, target);
  if (!opened)
    throw new Stop({
      en: `${file} names no data. Give some with --data: a CSV, a folder of images, or the images file of an IDX pair.`,
      zh: `${file} 没有指定数据。请用 --data 给出：CSV、图片文件夹，或一对 IDX 文件中的图片文件。`,
    });
  if (!opened.ok) throw new Stop(placed(opened.error));
  const { dataset, settings, notes } = opened.value;
  for (const note of notes) terminal.note(note[terminal.language]);
  const prepared = prepare(dataset, settings);
  if (!prepared.ok) throw new Stop(placed(prepared.error));
  return { project: { ...project, data: settings }, prepared: prepared.value };
}

/** One batch of zeros for a project that names no data but gives the shape of every input; null for any other. */
export function declaredData(project: Project): TrainingData | null {
  const { batch_size } = project.training;
  const { nodes } = checkGraph(project.graph, { batchSize: batch_size, data: {} });
  const tensors: Record<string, DataTensor> = {};
  for (const { type, params, outputs } of Object.values(nodes)) {
    if (type !== "Input") continue;
    if (!("y" in outputs)) return null;
    const { dtype } = outputs.y;
    const shape = outputs.y.shape.slice(1);
    const length = batch_size * elementCount(shape);
    const values = dtype === "float32" ? new Float32Array(length) : new Int32Array(length);
    tensors[String(params.tensor)] = { shape, dtype, values };
  }
  const rows = Int32Array.from({ length: batch_size }, (_, row) => row);
  const dataset = { name: "", rows: batch_size, tensors, classes: [], columns: [] };
  return { project, prepared: { dataset, train: rows, validation: new Int32Array(0), scale: {} } };
}

/** The sentence, and the place where it does not say it itself. */
export function placed({ where, message }: DataError): Text {
  const add = (text: string, colon: string) =>
    where === "" || text.includes(where) ? text : `${where}${colon}${text}`;
  return { en: add(message.en, ": "), zh: add(message.zh, "：") };
}
