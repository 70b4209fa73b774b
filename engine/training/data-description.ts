/** What a file of weights says of the data they were trained with, so that it can be used without them. */
import type { PreparedData, Scale } from "../data/dataset";
import type { TrainedWith } from "../data/inputs";
import { readSafetensors } from "../export/safetensors";
import type { DataSettings } from "../graph/project";
import { tensorsOf } from "./compile";

export interface DataDescription extends TrainedWith {
  readonly scale: Readonly<Record<string, Scale>>;
}

/** The field of a safetensors file's metadata that holds the description as JSON. */
const field = "tensorloom.data";

export function descriptionOf({ dataset, scale }: PreparedData, { source }: DataSettings): DataDescription {
  const { classes, columns } = dataset;
  const target = source?.kind === "csv" ? source.target : null;
  return { tensors: tensorsOf(dataset), classes, columns, target, scale };
}

/** Metadata for `writeSafetensors`. */
export function describeData(description: DataDescription): Readonly<Record<string, string>> {
  return { [field]: JSON.stringify(description) };
}

/** Null for weights that were saved elsewhere. */
export function readDescription(weights: Uint8Array): DataDescription | null {
  const read = readSafetensors(weights);
  const text = read.ok ? read.value.metadata[field] : undefined;
  if (text === undefined) return null;
  try {
    // Written by `describeData`; whoever edits it by hand gets the fallback or a network that does not fit.
    return JSON.parse(text) as DataDescription;
  } catch {
    return null;
  }
}
